"""The page of a quiz: the road, drawn by the server with all that is known; its script brings it to life."""

from __future__ import annotations

from flask import make_response, render_template
from werkzeug.wrappers import Response

from campaigns.play.join import RunCard
from campaigns.play.quiz.first_sight import first_sight
from campaigns.play.seat import Seat
from campaigns.web.edge import edge, services
from campaigns.web.language import language
from campaigns.web.words import script_json


def road_page(run: RunCard, seat: Seat) -> Response:
    sight = first_sight(services(), seat)
    page = {"code": run.code, "lang": language(), "snapshot": sight.snapshot()}
    words = edge().catalog.dictionary("road")
    shown = render_template(
        "fans/road.html", run=run, code=run.code, sight=sight, page_json=script_json(page), words_json=words
    )
    return make_response(shown)
