"""Every error becomes a page that says what to do next, or {error, message} for scripts. Never a traceback.

`STATUS` is the one mapping from our codes to HTTP. The unexpected is logged with an id, which the page shows.
"""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from campaigns.domain.errors import FanfareError
from campaigns.web.language import say as _

log = logging.getLogger("fanfare")

STATUS = {
    "bad_input": 400,
    "import_refused": 400,
    "not_allowed": 403,
    "not_found": 404,
    "throttled": 429,
    "unavailable": 503,
    "internal": 500,
}
CODE = {400: "bad_input", 403: "not_allowed", 404: "not_found", 413: "too_large", 429: "throttled", 503: "unavailable"}


def set_up(app: Flask) -> None:
    app.register_error_handler(FanfareError, _ours)
    app.register_error_handler(CSRFError, lambda error: answer(400, _stale_form()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _away)
    app.register_error_handler(PoolTimeout, _away)
    app.register_error_handler(Exception, _unexpected)


def answer(status: int, message: str | None = None, code: str | None = None, reference: str = "") -> Response:
    """The page for people, JSON for scripts, the same status for both."""
    code = code or CODE.get(status, "internal" if status >= 500 else "bad_input")
    title, words = _words(status)
    if _wants_json():
        return make_response(jsonify(error=code, message=message or words), status)
    page = render_template(
        "errors/page.html", status=status, title=title, message=message or words, code=code, reference=reference
    )
    return make_response(page, status)


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json" or request.path.startswith("/display/state")


def _words(status: int) -> tuple[str, str]:
    """(title, what to do) for a status."""
    known = {
        400: (_("That did not fit"), _("Something in this request was not as it should be. Go back and try again.")),
        403: (_("Not open to you"), _("This page belongs to somebody else.")),
        404: (_("Nothing here"), _("The address leads nowhere. Check the code, or start from the entry.")),
        405: (_("That did not fit"), _("This page cannot be used like that. Go back and try again.")),
        413: (_("Too large"), _("What was sent is larger than we take.")),
        429: (_("One moment"), _("Too many tries in a short time. Wait a minute, then try again.")),
        503: (_("Back in a moment"), _("A part of the house is being restarted. Nothing is lost; try again shortly.")),
    }
    return known.get(status) or (_("Our mistake"), _("Something went wrong on our side. It has been written down."))


def _stale_form() -> str:
    return _("This form was open for too long, or cookies are off. Reload the page and send it again.")


def _ours(error: FanfareError) -> Response:
    status = STATUS.get(error.code, 500)
    if status == 500:
        return _unexpected(error)
    return answer(status, str(error) if status == 400 else None, error.code)


def _http(error: HTTPException) -> Response:
    if error.response is not None:  # a redirect that routing asked for
        return make_response(error.response)
    status = error.code or 500
    said = error.description if status == 403 and error.description != type(error).description else None
    response = answer(status, said)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _away(error: Exception) -> Response:
    """SQL is away or overloaded: not our bug, not the visitor's either."""
    if isinstance(error, DBAPIError) and not error.connection_invalidated and not _is_operational(error):
        return _unexpected(error)
    log.warning("%s %s: %s", request.method, request.path, str(error).splitlines()[0])
    response = answer(503)
    response.headers["Retry-After"] = "2"
    return response


def _is_operational(error: DBAPIError) -> bool:
    return type(error).__name__ in ("OperationalError", "InterfaceError")


def _unexpected(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("%s %s %s", reference, request.method, request.path, exc_info=error)
    return answer(500, reference=reference)
