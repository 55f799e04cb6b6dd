"""A cohort: fans who watch over a stream and see everything a fixed while after the hall.

It plays in a run of its own, which follows the hall's: what is pressed there happens here `delay_ms` later. Its rounds open that
much later to the nanosecond, its answers have the same time, and its board and places are its own; so what somebody in the
hall shouts into a chat can win nothing there, and the hall waits for nobody. Pure: when something is due, and how late to open.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from campaigns.domain.clock import RoundClock
from campaigns.domain.errors import BadInput

LONGEST_MS = 60_000
MOST = 6  # of one run
LONGEST_NAME = 40
NS_PER_MS = 1_000_000


def checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput("name", name, f"a name of 1 to {LONGEST_NAME} characters")
    return name


def checked_delay(delay_ms: int) -> int:
    if not 0 <= delay_ms <= LONGEST_MS:
        raise BadInput("delay_ms", delay_ms, f"a delay from 0 to {LONGEST_MS} ms")
    return delay_ms


def opening(hall: RoundClock | None, delay_ms: int, now_ns: int, lead_ns: int) -> int:
    """When the cohort's round opens: the hall's opening and the delay, exactly.

    Who hears of it too late for that (a server that was down, a host that was booted since: no clock) gets the whole lead
    from now: everybody in the cohort the same, never before its time.
    """
    wanted_ns = hall.opened_for(delay_ms * NS_PER_MS) if hall is not None else 0
    return wanted_ns if wanted_ns >= now_ns + lead_ns // 2 else now_ns + lead_ns


def stopping(planned_ns: int | None, lead_ns: int, now_ns: int) -> int:
    """Where a pause stops the cohort's clock: now; heard of too late, where it was to stop, so that the rest of the time is
    what it would have been. None: no clock tells where (a host that was booted since)."""
    return now_ns if planned_ns is None or planned_ns >= now_ns - lead_ns // 2 else planned_ns


def slip_ms(hall_opens_ns: int, own_opens_ns: int, delay_ms: int) -> int:
    """How much later than planned the cohort's round opened: what follows in that round is that much later too."""
    return max(0, own_opens_ns - hall_opens_ns - delay_ms * NS_PER_MS) // NS_PER_MS


def due_at(done_at: datetime, delay_ms: int, slipped_ms: int = 0) -> datetime:
    """When the cohort does what the hall did at `done_at`."""
    return done_at + timedelta(milliseconds=delay_ms + slipped_ms)
