"""Pages of displays: a screen shows its pairing code until an operator has typed it, then the show."""

from __future__ import annotations

from flask import Blueprint, jsonify, make_response, render_template, url_for
from werkzeug.wrappers import Response

from campaigns.control.definitions import campaign
from campaigns.identity import cookies
from campaigns.identity.displays import new_display
from campaigns.web.access import Role, current_display, requires, set_token, token_here
from campaigns.web.edge import edge, services
from campaigns.web.language import TAGS, language, pick

displays = Blueprint("displays", __name__)


@displays.get("/display")
@requires(Role.ANYONE)
def show() -> Response:
    display = current_display()
    if display is None:
        token, code = new_display(services())
        response = make_response(_pairing(code))
        set_token(response, cookies.DISPLAY, token)
        return response
    if display.campaign_id is None:
        return make_response(_pairing(display.pairing_code or ""))
    return make_response(
        _face("displays/show.html", title=_title(display.campaign_id), pairing_url=url_for("displays.show"))
    )


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


def _title(campaign_id: int) -> str:
    return pick(campaign(services(), campaign_id).title)


def _pairing(code: str) -> str:
    return _face("displays/pairing.html", code=code, poll_url=url_for("displays.state"))


def _face(template: str, **context: str) -> str:
    words = edge().catalog.dictionary("displays")
    return render_template(template, words_json=words, lang=TAGS[language()], **context)
