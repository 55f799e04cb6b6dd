"""A long page in few bytes: compressed where the browser takes it."""

from __future__ import annotations

import gzip

from flask import make_response, request
from werkzeug.wrappers import Response


def packed(page: str) -> Response:
    """A road of twelve gates with its words, or all questions of a run, are more than a first response should be. Only for
    pages that hold no secret which a stranger's text beside it could help to guess."""
    if not request.accept_encodings["gzip"]:
        return make_response(page)
    response = make_response(gzip.compress(page.encode(), compresslevel=6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
