"""The public page of a fan's card (/s/…): chat apps show its title, whoever opens it sees it and where to play next.

Its own fan gets it as a picture, drawn in the browser (static/js/fans/picture.js), to save and to send.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import segno
from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.domain.errors import NotFound
from campaigns.domain.reach import only_here
from campaigns.domain.theme import Theme
from campaigns.play.cards import Card, card_of, is_own
from campaigns.play.join import find_run
from campaigns.web import card_picture
from campaigns.web.access import Role, current_fan, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import LOCALES, language
from campaigns.web.themes import dress
from campaigns.web.words import script_json

CHANNEL = "card"  # how somebody came who came by one
KEPT = "public, max-age=3600"  # a correction changes the address, so a chat app asks anew
cards = Blueprint("cards", __name__)


@cards.get("/s/<token>")
@requires(Role.ANYONE)
def card(token: str) -> Response:
    found, fan = card_of(services(), token), current_fan()
    if found is None:
        raise NotFound(token)
    run = find_run(services(), found.code)
    address = edge().public_url + url_for("cards.card", token=token)
    own = is_own(services(), found, fan.id if fan is not None else None)
    page = render_template(
        "fans/card.html",
        card=found,
        theme=dress(run.campaign_id, run.look) if run is not None else None,
        own=own,
        address=address,
        onward=_onward(found),
        preview=edge().public_url + _preview(token, found),
        page_json=script_json(_drawn(found, address)) if own else None,
        words_json=edge().catalog.dictionary("fans") if own else None,
    )
    return make_response(page)


@cards.get("/s/<token>/<spoken>.png")
@requires(Role.ANYONE)
def preview(token: str, spoken: str) -> Response:
    """The picture that a chat app shows beside the title."""
    found = card_of(services(), token)
    run = find_run(services(), found.code) if found is not None else None
    if found is None or run is None or spoken not in LOCALES:
        raise NotFound(token)
    theme = Theme.from_dict(run.look) if run.look is not None else None
    face = card_picture.face_of(found.rank, found.of, found.score, language(), theme)
    response = make_response(edge().offload(partial(card_picture.picture, face)))  # a game must not wait for a picture
    response.headers["Content-Type"] = "image/png"
    response.headers["Cache-Control"] = KEPT
    response.add_etag()
    return response.make_conditional(request)


def _preview(token: str, found: Card) -> str:
    told = f"{found.rank}-{found.of}-{found.score}"
    return url_for("cards.preview", token=token, spoken=language(), v=told)


def _onward(found: Card) -> str:
    """Where to play next; who joins there came by this card, brought by its fan."""
    if found.next_code is None:
        return url_for("fans.home", c=CHANNEL, i=found.fan)
    return url_for("fans.run", code=found.next_code, c=CHANNEL, i=found.fan)


def _named(found: Card) -> dict[str, str]:
    """Of a place among the viewers of a stream: whose board it is on."""
    of = f" · {found.stream}" if found.stream else ""
    return {each: f"{title}{of}" for each, title in found.activity_title.items()}


def _drawn(found: Card, address: str) -> dict[str, Any]:
    """What the picture shows. A code that leads a phone to itself is none."""
    code = None if only_here(address) else segno.make(address, error="m")
    return {
        "lang": language(),
        "title": found.title,
        "activity": _named(found),
        "name": found.name,
        "place": {"rank": found.rank, "of": found.of, "score": found.score},
        "badges": [{"code": badge.badge, "name": badge.name} for badge in found.badges],
        "address": address,
        "file": f"fanfare-{found.code}.png",
        "qr": ["".join("1" if dark else "0" for dark in row) for row in code.matrix] if code is not None else [],
    }
