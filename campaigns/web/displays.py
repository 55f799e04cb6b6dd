"""Pages of displays: a screen shows its pairing code until an operator has typed it, then the show.

An overlay for a stream (docs/overlay.md) is a display like any other: the same cookie, the same pairing, the same packets.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from flask import Blueprint, jsonify, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control.definitions import campaign
from campaigns.identity import cookies
from campaigns.identity.displays import new_display
from campaigns.play.join import find_run
from campaigns.web.access import Role, current_display, requires, set_token, token_here
from campaigns.web.edge import edge, services
from campaigns.web.language import TAGS, language, pick
from campaigns.web.themes import dressed

displays = Blueprint("displays", __name__)


class Overlay(StrEnum):
    CORNER = "corner"
    SIDE = "side"
    LOWER = "lower"


@displays.get("/display")
@requires(Role.ANYONE)
def show() -> Response:
    return _paired_or_code(
        url_for("displays.show"), lambda campaign_id: _face("displays/show.html", **_of(campaign_id))
    )


@displays.get("/display/overlay")
@requires(Role.ANYONE)
def overlay() -> Response:
    """?overlay=corner|side|lower; the corner where nothing (or nonsense) is asked for: a stream must never show an error.
    &stream=CODE: it invites to the link for this stream's viewers (operators/streams.py)."""
    wish = request.args.get("overlay", "")
    kind = Overlay(wish) if wish in set(Overlay) else Overlay.CORNER
    asked = find_run(services(), request.args.get("stream", ""))
    stream = asked.code if asked is not None and asked.delay_ms is not None else None
    here = url_for("displays.overlay", overlay=kind.value, stream=stream)
    more = {"kind": kind.value, "here": here, "stream": stream}
    return _paired_or_code(here, lambda campaign_id: _face("displays/overlay.html", **_of(campaign_id), **more))


def _paired_or_code(here: str, page: Callable[[int], str]) -> Response:
    """The page of a screen that is paired; else a code, which becomes the page at `here`."""
    display = current_display()
    if display is None:
        token, code = new_display(services())
        response = make_response(_pairing(code, here))
        set_token(response, cookies.DISPLAY, token)
        return response
    if display.campaign_id is None:
        return make_response(_pairing(display.pairing_code or "", here))
    return make_response(page(display.campaign_id))


@displays.get("/display/state")
@requires(Role.ANYONE)
def state() -> Response:
    """What the pairing page asks every two seconds. A screen that was forgotten gets a fresh code on the spot."""
    display = current_display()
    if display is not None and display.campaign_id is not None:
        return jsonify(paired=True, go=url_for("displays.show"))
    if display is not None:
        return jsonify(paired=False, code=display.pairing_code)
    if token_here(cookies.DISPLAY) is None:
        return jsonify(paired=False)  # no cookies here at all: a new screen every two seconds would help nobody
    token, code = new_display(services())
    response = jsonify(paired=False, code=code)
    set_token(response, cookies.DISPLAY, token)
    return response


def _of(campaign_id: int) -> dict[str, object]:
    return {"title": pick(campaign(services(), campaign_id).title), "theme": dressed(campaign_id)}


def _pairing(code: str, here: str) -> str:
    return _face("displays/pairing.html", code=code, here=here)


def _face(template: str, **context: object) -> str:
    words = edge().catalog.dictionary("displays")
    return render_template(template, words_json=words, lang=TAGS[language()], **context)
