"""Behind how many proxies we stand, and so from how many the forwarded headers are believed: scheme, host, address.

It must lie in front of everything, the wire included: Socket.IO answers its own path before Flask is asked, and pages
and wire must agree whether somebody came by https (identity/cookies.py asks that before it believes a cookie).
"""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def behind_proxies(app: Flask, count: int) -> None:
    """Call it last, after everything else has wrapped the application."""
    if count:
        outermost = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = outermost  # type: ignore[method-assign]  # Flask's own way to wrap it
