"""How often one address may try. Counted in Redis, so for all processes together; in memory while Redis is away.

Joins: a hall of thousands stands behind one address, so the limit is generous and settable. Passwords: few for one
account from one address; more from one address, more still for one account from anywhere, so that neither one machine
nor many get far and no single machine can lock somebody out. New screens: few, for each is a row. Everything else is
bounded by its own cost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy.exc import SQLAlchemyError

from campaigns.identity import cookies
from campaigns.web.access import current_display, current_fan, current_operator, token_here
from campaigns.web.edge import Edge

PASSWORDS = "5 per minute; 20 per hour"
FROM_ONE_ADDRESS = "20 per minute; 60 per hour"
FOR_ONE_ACCOUNT = "100 per hour"  # more than one address may spend
SCREENS = "60 per minute"
LINKS = "30 per minute"
PROPOSALS = "6 per minute; 30 per hour"  # of one fan; the same for links to another browser
REDEEMED = "60 per minute; 1500 per hour"  # a queue at a desk; a code has 49 bits


def fan_here() -> str:
    fan = current_fan()
    return f"fan:{fan.id}" if fan is not None else str(get_remote_address())


def operator_here() -> str:
    found = current_operator()
    return f"operator:{found.id}" if found is not None else str(get_remote_address())


def account_here() -> str:
    return f"{get_remote_address()} {account()}"


def account() -> str:
    return "account:" + request.form.get("name", "")[:80].strip().casefold()


def set_up(app: Flask, edge: Edge) -> None:
    """Wraps the views that are worth attacking; called when all blueprints are in."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri="redis://",
        storage_options={"connection_pool": edge.services.live.connection_pool},  # type: ignore[dict-item]  # typed as text only
        in_memory_fallback_enabled=True,
        key_prefix="fanfare",
        headers_enabled=False,
    )
    for endpoint, limits, key in (
        ("fans.take_part", f"{edge.joins_per_minute} per minute", get_remote_address),
        ("proposals.propose", PROPOSALS, fan_here),
        ("handover.enter", f"{edge.joins_per_minute} per minute", get_remote_address),
        ("login.form", PASSWORDS, account_here),  # the narrow ones first: what they refuse does not count in the wide
        ("login.form", FROM_ONE_ADDRESS, get_remote_address),
        ("login.form", FOR_ONE_ACCOUNT, account),
        ("login.account", PASSWORDS, get_remote_address),
        ("login.link", LINKS, get_remote_address),
        ("flashes.page", LINKS, get_remote_address),
        ("reach.opened", LINKS, get_remote_address),
        ("keeping.make_link", PROPOSALS, fan_here),
        ("keeping.take", LINKS, get_remote_address),
        ("operators.redeem", REDEEMED, operator_here),
    ):
        _limit(app, endpoint, limiter.limit(limits, key_func=key, methods=["POST"]))
    screens = limiter.shared_limit(SCREENS, scope="screens", key_func=get_remote_address, exempt_when=makes_no_display)
    for endpoint in ("displays.show", "displays.state"):
        _limit(app, endpoint, screens)


def makes_no_display() -> bool:
    """Asking for a screen that is known costs nothing, nor does a poll without cookies."""
    try:
        known = current_display() is not None
    except SQLAlchemyError:
        return True  # the view will say so itself
    return known or (request.endpoint == "displays.state" and not token_here(cookies.DISPLAY))


def _limit(app: Flask, endpoint: str, limited: Callable[[Any], Any]) -> None:
    app.view_functions[endpoint] = limited(app.view_functions[endpoint])
