"""The picture of a question in a play: served under a signed name that only the asked question's view contains."""

from __future__ import annotations

import hmac
from hashlib import sha256

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.models import Media

PREFIX = "p"
SIGNED = 24  # hex digits: 96 bits


def picture_name(secret: bytes, play_id: int, n: int, media_id: int) -> str:
    """Like p12-7-3-5f…: different for every question asked, so it tells nothing of other plays."""
    named = f"{PREFIX}{play_id}-{n}-{media_id}"
    return f"{named}-{_signature(secret, named)}"


def picture_of(services: Services, name: str) -> tuple[bytes, str] | None:
    """(data, content type); None for a name that this house has not signed."""
    named, _, signature = name.rpartition("-")
    if not named.startswith(PREFIX) or not hmac.compare_digest(
        signature.encode(), _signature(services.secret, named).encode()
    ):
        return None
    media_id = int(named.rpartition("-")[2])
    with services.reading() as sql:
        row = sql.execute(select(Media.data, Media.content_type).where(Media.id == media_id)).one_or_none()
    return (row.data, row.content_type) if row is not None else None


def _signature(secret: bytes, named: str) -> str:
    return hmac.digest(secret, f"picture\n{named}".encode(), sha256).hex()[:SIGNED]
