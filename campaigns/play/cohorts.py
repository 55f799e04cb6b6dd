"""What the run of a cohort has to do next, and when: the hall's next event, its delay later."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import aliased

from campaigns.db.cohorts import Cohort, CohortRound
from campaigns.db.models import Round, Run
from campaigns.db.records import Event
from campaigns.domain.cohort import due_at, slip_ms
from campaigns.domain.moment import Moment
from campaigns.domain.round import RoundState
from campaigns.play.current import stands_still

FREE = ("asked", "passed_over")  # begin something: a round before that opened late does not hold them up
NS_PER_US = 1000
UNTOLD = (RoundState.OPEN, RoundState.CLOSED, RoundState.SETTLING)
HELD_UP: dict[str, tuple[RoundState, ...]] = {  # what has to wait while the round here is still in one of these
    "asked": (RoundState.OPEN,),
    "passed_over": (RoundState.OPEN,),
    "closed": (RoundState.OPEN,),  # and its clock stands still; a key and a mark come after it
    "revealed": UNTOLD,
    "corrected": UNTOLD,
    "voided": (RoundState.SETTLING,),  # by a worker that is at it
}


def cohort_of(sql: Connection, run_id: int) -> Row[Any] | None:
    """None: the run is a hall's own."""
    return sql.execute(select(Cohort).where(Cohort.run_id == run_id)).one_or_none()


def next_deed(sql: Connection, cohort: Any) -> tuple[Row[Any], datetime] | None:
    """(the event, when it is to be done here). `cohort`: its row, or a run's with it beside (current.run_row)."""
    hall = select(Run.campaign_id).where(Run.id == cohort.of_run_id).scalar_subquery()
    coming = select(Event).where(Event.campaign_id == hall, Event.seq > cohort.followed)
    event = sql.execute(coming.where(Event.run_id == cohort.of_run_id).order_by(Event.seq).limit(1)).one_or_none()
    if event is None:
        return None
    late_ms = 0 if event.kind in FREE else slipped_ms(sql, cohort)
    return event, due_at(event.at, cohort.delay_ms, late_ms)


def deed_now(sql: Connection, cohort: Any, now: Moment) -> Row[Any] | None:
    """The event to be done here now. None: none is due yet, or it has to wait for the round here."""
    found = next_deed(sql, cohort)
    if found is None or found[1] > now.at or _waits(sql, cohort, found[0], now):
        return None
    return found[0]


def next_due_ns(sql: Connection, cohort: Any, now: Moment) -> int | None:
    """The same as a reading of the monotonic clock."""
    found = next_deed(sql, cohort)
    if found is None:
        return None
    left = found[1] - now.at
    return now.ns + (left.days * 86_400 * 10**6 + left.seconds * 10**6 + left.microseconds) * NS_PER_US


def _waits(sql: Connection, cohort: Any, event: Row[Any], now: Moment) -> bool:
    """Until the round here is as far. Not once the hall has made that round void, or cancelled all: then it is refused."""
    if event.kind not in HELD_UP:
        return False
    of_id = event.payload["round"]
    copies = select(CohortRound.round_id).where(CohortRound.of_round_id == of_id)
    current = select(Run.round_id).where(Run.id == cohort.run_id)
    own = select(Round).where(Round.run_id == cohort.run_id, Round.id.in_(current if event.kind in FREE else copies))
    row = sql.execute(own).one_or_none()
    if row is None or row.state not in HELD_UP[event.kind]:
        return False
    if event.kind == "closed" and not stands_still(row, now):
        return False
    return event.kind in FREE or not _overtaken(sql, cohort, event, now)


def _overtaken(sql: Connection, cohort: Any, event: Row[Any], now: Moment) -> bool:
    void = (Event.kind == "voided") & (Event.payload["round"].as_integer() == event.payload["round"])
    later = select(Event.seq).where(Event.campaign_id == event.campaign_id, Event.run_id == event.run_id)
    later = later.where(Event.seq > event.seq, void | (Event.kind == "cancelled"))
    late = due_at(now.at, -cohort.delay_ms, -slipped_ms(sql, cohort))
    return sql.scalar(later.where(Event.at <= late).limit(1)) is not None


def slipped_ms(sql: Connection, cohort: Any) -> int:
    """How late the round here opened, or its last pause that has ended ended."""
    own, hall = aliased(Round), aliased(Round)
    columns = (own.id, own.opens_ns.label("own_ns"), hall.opens_ns.label("hall_ns"), own.pauses)
    boots = (hall.id.label("of_id"), hall.pauses.label("theirs"), (own.boot_id == hall.boot_id).label("same_boot"))
    opened = select(*columns, *boots).select_from(Run)
    opened = opened.join(own, own.id == Run.round_id).join(CohortRound, CohortRound.round_id == own.id)
    opened = opened.join(hall, hall.id == CohortRound.of_round_id)
    row = sql.execute(opened.where(Run.id == cohort.run_id, own.opens_ns.is_not(None))).one_or_none()
    if row is None or row.hall_ns is None:
        return 0
    if not row.same_boot:
        return _late_by_the_wall(sql, cohort, row)
    ends = zip(row.theirs[1::2], row.pauses[1::2], strict=False)
    instants = [(row.hall_ns, row.own_ns), *list(ends)[-1:]]
    return max(slip_ms(theirs, ours, cohort.delay_ms) for theirs, ours in instants)


def _late_by_the_wall(sql: Connection, cohort: Any, row: Any) -> int:
    """The same of a round whose host was booted between the two openings, by when they were announced."""
    told = select(Event.at).where(Event.run_id.in_((cohort.of_run_id, cohort.run_id)), Event.kind == "opened")
    told = told.where(Event.payload["round"].as_integer().in_((row.of_id, row.id))).order_by(Event.at)
    instants = sql.scalars(told).all()
    late_ms: int = (instants[-1] - instants[0]) // timedelta(milliseconds=1) - cohort.delay_ms
    return max(0, late_ms)
