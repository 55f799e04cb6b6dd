"""The test link: whether another device comes to this house by the address that all codes will show.

The link is the day's, made from the secret and stored nowhere; it opens a page that says that it was opened, and nothing
else. What counts is that page's own word, sent by a browser: a chat app that looks at links for its preview does not count.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from campaigns.bootstrap import Services
from campaigns.domain.checklist import Opening
from campaigns.live.before import note_opening, openings

SIGNS = 12


def token_of(services: Services, days_ago: int = 0) -> str:
    day = (services.now().at - timedelta(days=days_ago)).date().isoformat()
    return hmac.digest(services.secret, f"test link\n{day}".encode(), sha256).hex()[:SIGNS]


def is_token(services: Services, token: str) -> bool:
    """Today's, and yesterday's: a link that was sent before midnight."""
    return any(hmac.compare_digest(token_of(services, days).encode(), token.encode()) for days in (0, 1))


def note(services: Services, opening: Opening) -> None:
    """Raises RedisError."""
    at, *told = opening.at.isoformat(), opening.address, opening.device, opening.offset_s
    note_opening(services.live, dict(zip(("at", "address", "device", "offset_s"), (at, *told), strict=True)))


def opened_by(services: Services) -> list[Opening]:
    """The newest first. Raises RedisError."""
    return [
        Opening(
            datetime.fromisoformat(str(told["at"])),
            str(told["address"]),
            str(told["device"]),
            None if told["offset_s"] is None else float(told["offset_s"]),
        )
        for told in openings(services.live)
    ]
