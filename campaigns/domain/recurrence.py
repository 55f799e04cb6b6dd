"""Repeating by wall time: what "17:00 in New York" is on a given day, and what becomes of an opening that was missed.

A schedule repeats a time that people read off a clock, not a distance in seconds: across summer time the hour stays, the
instant moves. A time that the clocks skip means the first instant after the gap; one that they show twice means the first.
Which days it is, RFC 5545 says (campaigns/control/recurrence.py asks a library). Rejected: repeating in UTC ("every 168
hours"): half of the year it would be an hour off; skipping the day of the gap: a fan stands before a closed door.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

SECOND = timedelta(seconds=1)


class Fate(StrEnum):
    """What is to be done now about an opening."""

    WAIT = "wait"
    OPEN = "open"
    SKIP = "skip"


def wall_instant(local: datetime, zone: tzinfo) -> datetime:
    """The instant, in UTC, at which the clocks of `zone` show the naive `local`. Later times never give earlier instants."""
    at = _by(local, zone, fold=0)
    if at.astimezone(zone).replace(tzinfo=None) == local:
        return at
    return _end_of_gap(zone, _by(local, zone, fold=1), at)


def _by(local: datetime, zone: tzinfo, fold: int) -> datetime:
    """By the offset before (0) or after (1) the clocks are changed."""
    return local.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _end_of_gap(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """The clocks are put forward somewhere in (before, after]: when. Zones change on whole seconds."""
    new = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + timedelta(seconds=(after - before) // SECOND // 2)
        if middle.astimezone(zone).utcoffset() == new:
            after = middle
        else:
            before = middle
    return after


def fate(starts_at: datetime, late_s: int | None, now: datetime) -> Fate:
    """Open at its hour; after that at most `late_s` late (None: however late), for then nobody is waiting any more."""
    if now < starts_at:
        return Fate.WAIT
    if late_s is None or now - starts_at <= timedelta(seconds=late_s):
        return Fate.OPEN
    return Fate.SKIP


def makes_by(now: datetime, ahead_days: int) -> datetime:
    """Occurrences up to this instant are made into runs now."""
    return now + timedelta(days=ahead_days)
