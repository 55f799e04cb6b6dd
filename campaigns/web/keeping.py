"""Keep my badges: the own page makes a link and its code; another browser opens it, reads who it would be, and says yes."""

from __future__ import annotations

import segno
from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.domain.reach import only_here
from campaigns.identity import cookies
from campaigns.identity.keeping import LASTS, Keeping, Prospect, keep, keep_link, prospect
from campaigns.web.access import Role, current_fan, requires, set_token
from campaigns.web.edge import edge, services

keeping = Blueprint("keeping", __name__)
STATUS = {Keeping.GONE: 410, Keeping.MEMBER: 409, Keeping.FULL: 409}


@keeping.post("/me/keep")
@requires(Role.FAN)
def make_link() -> Response:
    fan = current_fan()
    assert fan is not None
    address = edge().public_url + url_for("keeping.take", token=keep_link(services(), fan.id))
    drawn = "" if only_here(address) else segno.make(address, error="m").svg_inline(scale=6, border=3, light="#FFFFFF")
    minutes = int(LASTS.total_seconds() // 60)
    return _private(make_response(render_template("fans/keep.html", address=address, qr=drawn, minutes=minutes)))


@keeping.route("/keep/<token>", methods=["GET", "POST"])
@requires(Role.ANYONE)
def take(token: str) -> Response:
    fan = current_fan()
    fan_id = fan.id if fan is not None else None
    if request.method == "GET":
        return _page(prospect(services(), token, fan_id))
    kept = keep(services(), token, fan_id, both="both" in request.form)
    if kept.outcome is Keeping.ASK:  # the first play here came between the question and the answer
        return _page(prospect(services(), token, fan_id))
    if kept.outcome not in (Keeping.READY, Keeping.SAME):
        return _page(Prospect(kept.outcome))
    response = redirect(url_for("fans.me"), 303)
    if kept.token is not None:
        set_token(response, cookies.FAN, kept.token)
    return _private(response)


def _page(would: Prospect) -> Response:
    if would.outcome is Keeping.SAME:
        return _private(redirect(url_for("fans.me"), 303))
    page = render_template("fans/take.html", would=would)
    return _private(make_response(page, STATUS.get(would.outcome, 200)))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"  # the token stands in the address
    return response
