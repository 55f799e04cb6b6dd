"""What every answer carries: nothing from strangers runs, nothing private is kept, nobody frames us.

Displays may be framed: an OBS scene or a community page shows them. The editor's preview is framed by our own pages.
"""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self' ws: wss:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
SANDBOXED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # for pictures: an SVG opened alone runs nothing
HALF_YEAR = 180 * 24 * 3600
FRAMED_BY_ANYBODY = ("displays.show", "displays.overlay")
FRAMED_BY_US = ("operators.preview_face", "operators.quiz_face")


def set_up(app: Flask) -> None:
    app.after_request(_harden)


def policy(frame_ancestors: str = "'none'") -> str:
    return "; ".join(f"{k} {v}" for k, v in {**CONTENT_SECURITY_POLICY, "frame-ancestors": frame_ancestors}.items())


def _frame_ancestors() -> str:
    if request.endpoint in FRAMED_BY_ANYBODY:
        return "*"
    return "'self'" if request.endpoint in FRAMED_BY_US else "'none'"


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy(_frame_ancestors()))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.is_secure:  # on plain http browsers ignore both, and write an error about the first into the console
        if request.endpoint not in FRAMED_BY_ANYBODY:
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Strict-Transport-Security", f"max-age={HALF_YEAR}")
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
        response.vary.add("Accept-Language")
    return response
