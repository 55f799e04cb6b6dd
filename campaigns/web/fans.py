"""Pages of fans: the code, the name, the game, the own page. A fan is made at the first join, not by looking."""

from __future__ import annotations

import io
import secrets
from dataclasses import asdict

import segno
from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.domain.activity import ActivityKind
from campaigns.domain.errors import NotFound
from campaigns.domain.reach import only_here
from campaigns.domain.run import RunState
from campaigns.domain.suggestions import suggest
from campaigns.identity import cookies
from campaigns.identity.accounts import account_name
from campaigns.identity.fans import new_fan
from campaigns.play.devices import remember_device
from campaigns.play.draws import draws_of
from campaigns.play.history import own_page
from campaigns.play.join import Joined, JoinRefusal, RunCard, find_run, join, own_name, seated_in
from campaigns.play.media import media
from campaigns.play.proposals import own_proposals
from campaigns.play.quiz.media import PREFIX, picture_of
from campaigns.play.seat import seat_of
from campaigns.web.access import Role, current_fan, requires, set_token
from campaigns.web.edge import edge, services
from campaigns.web.headers import SANDBOXED
from campaigns.web.invitation import LONGEST, Invitation, invitation
from campaigns.web.language import language
from campaigns.web.language import say as _
from campaigns.web.road import boards_page, road_page
from campaigns.web.themes import dress
from campaigns.web.words import script_json

SUGGESTIONS = 12
GONE = {
    JoinRefusal.NO_RUN: ("wrong_code", 404),
    JoinRefusal.ENDED: ("ended", 410),
    JoinRefusal.KICKED: ("kicked", 403),
    JoinRefusal.BANNED: ("banned", 403),
}
OVER = frozenset({RunState.ENDED, RunState.CANCELLED})
fans = Blueprint("fans", __name__)


@fans.get("/")
@requires(Role.ANYONE)
def home() -> Response:
    code = "".join(request.args.get("code", "").split()).upper()[:20]
    by = {name: request.args[name][:LONGEST] for name in ("c", "i") if request.args.get(name)}
    if code:
        return redirect(url_for("fans.run", code=code, c=by.get("c"), i=by.get("i")))
    return _page("fans/home.html", known=current_fan() is not None, by=by)


@fans.get("/r/<code>")
@requires(Role.ANYONE)
def run(code: str) -> Response:
    """The game for who has joined, else the name; how it ended stays readable for those who were there."""
    found, fan = find_run(services(), code), current_fan()
    if found is None:
        return _gone(JoinRefusal.NO_RUN, code)
    seat = seat_of(services(), found.code, fan.id) if fan is not None else None
    if seat is JoinRefusal.SEATED and fan is not None:
        return redirect(url_for("fans.run", code=seated_in(services(), found, fan.id)))
    if isinstance(seat, JoinRefusal):
        return _gone(seat, code)
    if seat is not None and found.kind is ActivityKind.QUIZ:
        return road_page(found, seat)
    if seat is not None:
        page = {"code": found.code, "lang": language(), "snapshot": edge().first_sight.of(services(), seat)}
        theme = dress(found.campaign_id, found.look)
        return _page("fans/play.html", run=found, theme=theme, code=found.code, page_json=script_json(page))
    if found.state in OVER:
        return _gone(JoinRefusal.ENDED, code)
    known = None
    if fan is not None:
        known = own_name(services(), found.campaign_id, fan.id) or account_name(services(), fan.id)
    return _join_page(found, known, None, invitation(found, request.args))


@fans.get("/r/<code>/boards")
@requires(Role.ANYONE)
def boards(code: str) -> Response:
    found, fan = find_run(services(), code), current_fan()
    if found is None or found.kind is not ActivityKind.QUIZ:
        return _gone(JoinRefusal.NO_RUN, code)
    seat = seat_of(services(), found.code, fan.id) if fan is not None else None
    return _gone(seat, code) if isinstance(seat, JoinRefusal) else boards_page(found, seat)


@fans.get("/r/<code>/draws.json")
@requires(Role.ANYONE)
def draws(code: str) -> Response:
    """For who wants to draw again what was drawn: docs/scoring.md."""
    found = draws_of(services(), code)
    if found is None:
        raise NotFound(f"run {code!r}")
    return jsonify(asdict(found))


@fans.post("/r/<code>/join")
@requires(Role.ANYONE)
def take_part(code: str) -> Response:
    name = request.form.get("nickname", "")[:200]
    found, fan = find_run(services(), code), current_fan()
    if found is None:
        return _gone(JoinRefusal.NO_RUN, code)
    if found.state in OVER:
        return _gone(JoinRefusal.ENDED, code)
    fan_id, token = (fan.id, None) if fan is not None else new_fan(services())
    by = invitation(found, request.form)
    outcome = join(services(), found.code, fan_id, name, by.channel, by.inviter)
    if isinstance(outcome, Joined):
        browser = request.headers.get("User-Agent", "")
        remember_device(services(), outcome.run_id, fan_id, request.remote_addr or "", browser)
        response = redirect(url_for("fans.run", code=found.code, d=by.token), 303)
    elif outcome is JoinRefusal.SEATED:
        response = redirect(url_for("fans.run", code=found.code), 303)  # which leads on to the seat
    elif outcome in GONE:
        response = _gone(outcome, code)
    else:
        response = _join_page(found, name, outcome, by)
        response.status_code = 400
    if token is not None:
        set_token(response, cookies.FAN, token)
    return response


@fans.get("/me")
@requires(Role.FAN)
def me() -> Response:
    fan = current_fan()
    assert fan is not None
    page = own_page(services(), fan.id)
    newest = page.runs[0] if page.runs else None  # the page is nobody's: it wears the theme of where its fan was last
    theme = dress(newest.campaign_id, newest.look) if newest is not None else None
    return _page("fans/me.html", page=page, proposals=own_proposals(services(), fan.id), theme=theme)


@fans.get("/media/<name>")
@requires(Role.ANYONE)
def picture(name: str) -> Response:
    """A question's picture under its name: random in a rush, from its opening on; signed in a quiz."""
    signed = picture_of(services(), name) if name.startswith(PREFIX) else None
    found = signed or media(services(), name)
    if found is None:
        raise NotFound(name)
    return picture_response(*found)


@fans.get("/r/<code>/qr.svg")
@requires(Role.ANYONE)
def qr(code: str) -> Response:
    found = find_run(services(), code)
    if found is None or only_here(edge().public_url):
        raise NotFound(code)
    drawn = io.BytesIO()
    address = edge().public_url + url_for("fans.run", code=found.code)
    segno.make(address, error="m").save(drawn, kind="svg", scale=8, border=2, dark="#0E1014", light="#FFFFFF")
    response = picture_response(drawn.getvalue(), "image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=600"
    return response


def picture_response(data: bytes, content_type: str) -> Response:
    """A picture of an operator's: it may be looked at, nothing in it may run."""
    response = make_response(data)
    response.headers["Content-Type"] = content_type
    response.headers["Content-Security-Policy"] = SANDBOXED
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _join_page(found: RunCard, name: str | None, refused: JoinRefusal | None, by: Invitation) -> Response:
    seed = secrets.randbits(32)
    suggestions = [suggest(seed + n, language()) for n in range(SUGGESTIONS)]
    return _page(
        "fans/join.html",
        run=found,
        theme=dress(found.campaign_id, found.look),
        code=found.code,
        nickname=name if name is not None else suggestions[0],
        suggestions=suggestions[1:],
        error=_refusal(refused) if refused is not None else None,
        by=by,
        **({"words_json": None} if found.kind == ActivityKind.QUIZ else {}),  # its script has no words
    )


def _refusal(refused: JoinRefusal) -> str:
    return {
        JoinRefusal.NAME_EMPTY: _("A name needs at least one letter, sign or emoji that can be seen."),
        JoinRefusal.NAME_BLOCKED: _("This name would not please everybody in the hall. Take another one."),
        JoinRefusal.NAME_RESERVED: _("This name is kept for the people on stage. Take another one."),
    }.get(refused, "")


def _gone(refused: JoinRefusal, code: str) -> Response:
    reason, status = GONE[refused]
    response = _page("fans/gone.html", reason=reason, code=code[:20])
    response.status_code = status
    return response


def _page(template: str, **context: object) -> Response:
    """`words_json`: what the page's script says; by default all that the fans' script can say."""
    words = {"words_json": edge().catalog.dictionary("fans")} | context
    return make_response(render_template(template, **words))
