"""What the run of a cohort has to do next, and when: the hall's next event, its delay later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import aliased

from campaigns.db.cohorts import Cohort, CohortRound
from campaigns.db.models import Round, Run
from campaigns.db.records import Event
from campaigns.domain.cohort import due_at, slip_ms
from campaigns.domain.moment import Moment

FREE = (
    "lobby_opened",
    "asked",
    "passed_over",
)  # begin something: a round before that opened late does not hold them up
NS_PER_US = 1000


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
    slipped_ms = 0 if event.kind in FREE else _slipped_ms(sql, cohort)
    return event, due_at(event.at, cohort.delay_ms, slipped_ms)


def next_due_ns(sql: Connection, cohort: Any, now: Moment) -> int | None:
    """The same as a reading of the monotonic clock."""
    found = next_deed(sql, cohort)
    if found is None:
        return None
    left = found[1] - now.at
    return now.ns + (left.days * 86_400 * 10**6 + left.seconds * 10**6 + left.microseconds) * NS_PER_US


def _slipped_ms(sql: Connection, cohort: Any) -> int:
    own, hall = aliased(Round), aliased(Round)
    opened = select(own.opens_ns.label("own_ns"), hall.opens_ns.label("hall_ns")).select_from(Run)
    opened = opened.join(own, own.id == Run.round_id).join(CohortRound, CohortRound.round_id == own.id)
    opened = opened.join(hall, hall.id == CohortRound.of_round_id).where(own.boot_id == hall.boot_id)
    row = sql.execute(opened.where(Run.id == cohort.run_id, own.opens_ns.is_not(None))).one_or_none()
    return 0 if row is None or row.hall_ns is None else slip_ms(row.hall_ns, row.own_ns, cohort.delay_ms)
