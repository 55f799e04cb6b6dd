"""The phone's side of a remote control: a link that is taken once, and the page with the buttons."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.identity import cookies
from campaigns.identity.remotes import is_open, remote_of, take
from campaigns.web.access import Role, requires, set_token, token_here
from campaigns.web.edge import edge, services

remotes = Blueprint("remotes", __name__)


@remotes.get("/remote")
@requires(Role.ANYONE)
def show() -> Response:
    remote = remote_of(services(), token_here(cookies.REMOTE))
    if remote is None:
        return make_response(render_template("operators/remote_link.html", live=False), 410)
    words = edge().catalog.dictionary("operators")
    return make_response(render_template("operators/remote.html", run_id=remote.run_id, words_json=words))


@remotes.route("/remote/<secret>", methods=["GET", "POST"])
@requires(Role.ANYONE)
def link(secret: str) -> Response:
    """Looking takes nothing: chat apps and cameras look first."""
    if request.method != "POST":
        live = is_open(services(), secret)
        return make_response(render_template("operators/remote_link.html", live=live), 200 if live else 410)
    token = take(services(), secret)
    if token is None:
        return make_response(render_template("operators/remote_link.html", live=False), 410)
    response = redirect(url_for("remotes.show"), 303)
    set_token(response, cookies.REMOTE, token)
    return response
