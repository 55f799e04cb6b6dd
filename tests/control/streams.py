"""A cohort's run beside the hall's, on the test's own clock."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from campaigns.control.cohorts import make_cohort
from campaigns.db.records import Event
from campaigns.settle.due import keep_time
from tests.show import ACTOR, Show, go
from tests.stage import QUICK

DELAY_S, LEAD_S = 5.0, QUICK.lead_ms / 1000
MS = 1_000_000


def stream_of(hall: Show, delay_s: float = DELAY_S, **more: Any) -> Show:
    run_id = make_cohort(hall.services, hall.run_id, "B 站", round(delay_s * 1000), ACTOR, **more)
    assert run_id is not None
    stream = Show.__new__(Show)
    stream.__dict__.update(hall.__dict__ | {"run_id": run_id})
    return stream


def wait_for_opening(stream: Show) -> list[str]:
    """From the hall's opening to the cohort's, which hears of it its lead before."""
    go(stream.clock, DELAY_S - LEAD_S)
    kinds = catch_up(stream)
    go(stream.clock, LEAD_S)
    return kinds


def opened(hall: Show, stream: Show) -> int:
    """The next question, open in the cohort; the clock stands at the cohort's opening."""
    n = hall.ask()
    wait_for_opening(stream)
    return n


def catch_up(stream: Show) -> list[str]:
    """Do all that is due here now; the kinds of the events that came of it."""
    before = stream.run().seq
    while keep_time(stream.services, stream.run_id):
        stream.settle_all()
    rows = stream.rows(select(Event.kind).where(Event.run_id == stream.run_id, Event.seq > before).order_by(Event.seq))
    return [row.kind for row in rows]


def told(stream: Show) -> dict[str, Any]:
    """The scene without what only counts events and people."""
    scene = stream.scene()
    return {name: part for name, part in scene.items() if name != "seq"}
