"""Local times of a campaign's zone, typed by people, made instants; clocks that are put forward or back included.

A time that the clocks skip does not exist: refused. One that they show twice means the first; the page shows the
offset, so that whoever meant the second sees it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.domain.errors import BadInput

MOST_AHEAD = timedelta(days=366 * 2)
SHAPE = "%Y-%m-%dT%H:%M"


def instant(text: str, zone: ZoneInfo, now: datetime, field: str = "starts_at") -> datetime:
    """What `text` ("2026-11-29T20:00", as a browser's field sends it) means in `zone`, in UTC. BadInput names `field`."""
    try:
        local = datetime.strptime(text.strip()[:16], SHAPE).replace(tzinfo=zone, fold=0)
    except ValueError:
        raise BadInput(field, text, "a date and a time") from None
    at = local.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise BadInput(field, text, "a time that exists: the clocks are put forward over this one")
    if at <= now:
        raise BadInput(field, text, "a time that has not passed")
    if at > now + MOST_AHEAD:
        raise BadInput(field, text, "a time within the next two years")
    return at


def local_text(at: datetime, zone: ZoneInfo) -> str:
    """For a field of type datetime-local."""
    return at.astimezone(zone).strftime(SHAPE)
