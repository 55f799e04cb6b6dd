"""How often one address may try. Counted in Redis, so for all processes together; in memory while Redis is away.

Joins: a hall of thousands stands behind one address, so the limit is generous and settable. Passwords: few, by address
and by account, so that neither one machine nor many get far. Everything else is bounded by its own cost.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from campaigns.web.edge import Edge

PASSWORDS = "5 per minute; 20 per hour"
LINKS = "30 per minute"


def account() -> str:
    return "account:" + request.form.get("name", "")[:80].strip().casefold()


def set_up(app: Flask, edge: Edge) -> None:
    """Wraps the views that are worth attacking; called when all blueprints are in."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri="redis://",
        storage_options={"connection_pool": edge.services.live.connection_pool},  # type: ignore[dict-item]
        in_memory_fallback_enabled=True,
        key_prefix="fanfare",
        headers_enabled=False,
    )
    for endpoint, limits, key in (
        ("fans.take_part", f"{edge.joins_per_minute} per minute", get_remote_address),
        ("login.form", PASSWORDS, get_remote_address),
        ("login.form", PASSWORDS, account),
        ("login.account", PASSWORDS, get_remote_address),
        ("login.link", LINKS, get_remote_address),
    ):
        _limit(app, limiter, endpoint, limits, key)


def _limit(app: Flask, limiter: Limiter, endpoint: str, limits: str, key: Callable[[], str]) -> None:
    limited = limiter.limit(limits, key_func=key, methods=["POST"])
    app.view_functions[endpoint] = limited(app.view_functions[endpoint])  # type: ignore[assignment]
