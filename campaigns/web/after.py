"""The public page of a run that is over (/r/CODE/after): complete without a script, for fans and for whoever gets the link."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from campaigns.domain.errors import NotFound
from campaigns.play.afterwards import afterwards, waits_for_a_stream
from campaigns.web.access import Role, current_fan, requires
from campaigns.web.edge import edge, services
from campaigns.web.packing import packed
from campaigns.web.themes import dress

LETTERS = "ABCDEF"
after = Blueprint("after", __name__)


@after.get("/r/<code>/after")
@requires(Role.ANYONE)
def page(code: str) -> Response:
    fan = current_fan()
    found = afterwards(services(), code, fan.id if fan is not None else None)
    if found is None and waits_for_a_stream(services(), code):
        return packed(render_template("fans/after_soon.html"))
    if found is None:
        raise NotFound(code)
    shown = render_template(
        "fans/after.html",
        run=found,
        theme=dress(found.campaign_id, found.look),
        letters=LETTERS,
        address=edge().public_url + url_for("after.page", code=found.code),
        preview=edge().public_url + edge().assets("share.png"),
    )
    return packed(shown)
