"""The page behind a stream's measuring link: whoever watches the stream taps at each flash (static/js/fans/pages/flash.js)."""

from __future__ import annotations

import hmac
import math

from flask import Blueprint, current_app, make_response, render_template, request
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from campaigns.control.calibrating import take_taps
from campaigns.domain.calibration import FLASHES
from campaigns.domain.errors import NotFound
from campaigns.play.join import find_run
from campaigns.web.access import Role, current_fan, requires
from campaigns.web.edge import services
from campaigns.web.themes import dress

flashes = Blueprint("flashes", __name__)
LONGEST = 200  # of what the page sends


@flashes.route("/r/<code>/flash", methods=["GET", "POST"], endpoint="page")
@requires(Role.ANYONE)
def page(code: str) -> Response:
    run = find_run(services(), code)
    if run is None or run.delay_ms is None:
        raise NotFound(code)
    found = None
    if request.method == "POST":
        found = take_taps(services(), run.id, _viewer(), _numbers(request.form.get("taps", "")))
    shown = render_template(
        "fans/flash.html",
        run=run,
        theme=dress(run.campaign_id, run.look),
        flashes=FLASHES,
        found=found,
        failed=request.method == "POST" and found is None,
    )
    return make_response(shown, 409 if request.method == "POST" and found is None else 200)


def _viewer() -> str:
    """The fan; of who is none the address, as a digest that tells it to nobody."""
    fan = current_fan()
    if fan is not None:
        return f"fan:{fan.id}"
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, str(get_remote_address()).encode(), "sha256").hexdigest()


def _numbers(text: str) -> list[float]:
    """None of them where one is no number."""
    try:
        said = [float(part) for part in text[:LONGEST].split()]
    except ValueError:
        return []
    return said if all(math.isfinite(each) and abs(each) < 1e6 for each in said) else []
