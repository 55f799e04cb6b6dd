"""The way in for operators: a link with one button (looking at it burns nothing), or name and password; and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.identity import cookies
from campaigns.identity.operators import (
    LONGEST_NAME,
    SHORTEST_PASSWORD,
    PasswordRefusal,
    consume_login_link,
    end_session,
    invitation,
    link_is_live,
    login_by_password,
    set_password,
)
from campaigns.web.access import OUTSIDE, Role, current_operator, drop_token, operator, requires, set_token, token_here
from campaigns.web.edge import edge, services
from campaigns.web.language import say as _

login = Blueprint("login", __name__)


@login.route("/login", methods=["GET", "POST"], endpoint="form")
@requires(Role.ANYONE)
def form() -> Response:
    goal = _safe(request.values.get("next"))
    if request.method == "GET":
        if current_operator() is not None:
            return redirect(goal)
        return make_response(render_template("operators/login.html", name="", goal=goal, refused=False))
    name, password = request.form.get("name", "").strip()[:80], request.form.get("password", "")[:1000]
    token = login_by_password(services(), name, password, edge().offload)
    if token is None:
        return make_response(render_template("operators/login.html", name=name, goal=goal, refused=True), 403)
    return _let_in(token, goal)


@login.route("/login/<token>", methods=["GET", "POST"], endpoint="link")
@requires(Role.ANYONE)
def link(token: str) -> Response:
    if request.method == "GET":
        live = link_is_live(services(), token)
        return make_response(render_template("operators/login_link.html", live=live), 200 if live else 410)
    session = consume_login_link(services(), token)
    if session is None:
        return make_response(render_template("operators/login_link.html", live=False), 410)
    return _let_in(session, url_for("login.welcome"))


@login.get("/login/welcome")
@requires(Role.OPERATOR, OUTSIDE)
def welcome() -> Response:
    """After a link: ask for a password where there is none yet."""
    return redirect(url_for("operators.campaigns") if operator().has_password else url_for("login.account", first=1))


@login.route("/operators/account", methods=["GET", "POST"], endpoint="account")
@requires(Role.OPERATOR, OUTSIDE)
def account() -> Response:
    first = bool(request.args.get("first")) and not operator().has_password
    if request.method == "GET":
        return make_response(_account(first, None))
    password, again = request.form.get("password", ""), request.form.get("again", "")
    if password != again:
        return make_response(_account(first, _("The two passwords differ.")), 400)
    refused = set_password(
        services(),
        operator(),
        password,
        old=request.form.get("old"),
        keep_session=token_here(cookies.OPERATOR) or "",
        offload=edge().offload,
    )
    if refused is not None:
        return make_response(_account(first, _refusal(refused)), 400)
    flash(_("The password is set. Every other session of yours has ended."))
    return redirect(url_for("operators.campaigns" if first else "login.account"))


@login.post("/operators/account/invite")
@requires(Role.OPERATOR, OUTSIDE)
def invite() -> Response:
    """A login link for a new colleague, or for oneself on another machine. Shown once."""
    name = request.form.get("name", "").strip()[:LONGEST_NAME] or operator().name
    token = invitation(services(), operator(), name)
    if token is None:
        return make_response(_account(False, _taken(name)), 409)
    address = edge().public_url + url_for("login.link", token=token)
    return make_response(_account(False, None, invited=name, address=address))


@login.post("/logout")
@requires(Role.ANYONE)
def logout() -> Response:
    token = token_here(cookies.OPERATOR)
    if token is not None:
        end_session(services(), token)
    response = redirect(url_for("login.form"))
    drop_token(response, cookies.OPERATOR)
    return response


def _account(first: bool, problem: str | None, invited: str = "", address: str = "") -> str:
    return render_template(
        "operators/account.html",
        first=first,
        problem=problem,
        invited=invited,
        address=address,
        shortest=SHORTEST_PASSWORD,
    )


def _taken(name: str) -> str:
    return _(
        "%(name)s is an operator already: a link would let you in as somebody else. "
        "Who cannot get in any more is given one on the server: cli.py operator.",
        name=name,
    )


def _refusal(refused: PasswordRefusal) -> str:
    return {
        PasswordRefusal.TOO_SHORT: _("The new password is too short: %(n)s characters at least.", n=SHORTEST_PASSWORD),
        PasswordRefusal.TOO_LONG: _("The new password is too long."),
        PasswordRefusal.WRONG_OLD: _("The old password is not right."),
    }[refused]


def _let_in(token: str, goal: str) -> Response:
    """The session gets a new id at every login; whatever the browser held before ends."""
    before = token_here(cookies.OPERATOR)
    if before is not None:
        end_session(services(), before)
    response = redirect(goal)
    set_token(response, cookies.OPERATOR, token)
    return response


def _safe(goal: str | None) -> str:
    """Only our own operators' pages: a login must not send anybody to a stranger."""
    parts = urlsplit(goal or "")
    mine = not parts.scheme and not parts.netloc and parts.path.startswith("/operators") and "\\" not in (goal or "")
    return str(goal) if mine else url_for("operators.campaigns")
