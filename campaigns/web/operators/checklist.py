"""The checklist before the night: one page that looks, and the code of its test link."""

from __future__ import annotations

import io
from zoneinfo import ZoneInfo

import segno
from flask import Response, make_response, render_template, url_for

from campaigns.control.calendar import zones
from campaigns.control.checklist import look
from campaigns.control.reach import token_of
from campaigns.domain.checklist import State
from campaigns.domain.reach import only_here
from campaigns.web.access import OUTSIDE, Role, mine, requires
from campaigns.web.edge import edge, services
from campaigns.web.operators.blueprint import operators


@operators.get("/checklist", endpoint="checklist")
@requires(Role.OPERATOR, OUTSIDE)
def checklist_page() -> str:
    local = only_here(edge().public_url)
    ids = mine()
    found, listed = look(services(), ids, edge().machine, only_here=local), zones(services(), ids)
    return render_template(
        "operators/checklist.html",
        list=found,
        good=sum(state is State.GOOD for state in found.states.values()),
        zone=ZoneInfo(listed[0] if listed else "UTC"),
        link=_link(),
        local=local,
    )


@operators.get("/checklist/qr.svg", endpoint="checklist_qr")
@requires(Role.OPERATOR, OUTSIDE)
def checklist_qr() -> Response:
    drawn = io.BytesIO()
    segno.make(_link(), error="m").save(drawn, kind="svg", scale=8, border=2, dark="#0E1014", light="#FFFFFF")
    response = make_response(drawn.getvalue())
    response.headers["Content-Type"] = "image/svg+xml"
    return response


def _link() -> str:
    return edge().public_url + url_for("reach.opened", token=token_of(services()))
