"""Cohorts of a run: made, changed and taken back by operators before its first question; following.py lets them play.

A cohort's link is the code of its own run: random, so nobody chooses a delay at will, and one seat for a fan in all of them
(campaigns/play/join.py).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from campaigns.bootstrap import Services
from campaigns.control import transitions
from campaigns.control.conduct import read_run
from campaigns.control.following import copy_coming
from campaigns.control.runs import CODE_LENGTH, SEED_BYTES
from campaigns.db.cohorts import Cohort
from campaigns.db.events import Transition
from campaigns.db.models import Run, RunFan
from campaigns.domain.cohort import MOST, checked_delay, checked_name
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.run import RunEvent, RunState, Scene
from campaigns.identity.tokens import new_code

BEFORE_PLAY = (RunState.SCHEDULED, RunState.LOBBY)
COPIED = ("campaign_id", "activity_id", "state", "scene", "rules", "rate", "names_hidden")


@dataclass(frozen=True, slots=True)
class CohortLine:
    """As operators see it. `prizes`: how many kinds it gives, a list of its own; `uncertain_ms`: of a measured delay."""

    run_id: int
    of_run_id: int
    name: str
    delay_ms: int
    uncertain_ms: int | None
    code: str
    state: RunState
    joined: int
    prizes: int


def make_cohort(
    services: Services, of_run_id: int, name: str, delay_ms: int, actor: str, *, prizes: bool = False
) -> int | None:
    """The id of its run. None: the first question has been asked, or it is a rehearsal. `prizes`: what the hall may win can
    be won once more, among these. Raises BadInput."""
    name, delay_ms = checked_name(name), checked_delay(delay_ms)
    with services.transition(of_run_id) as change:
        hall = read_run(change, of_run_id)
        if hall.state not in BEFORE_PLAY or hall.rehearsal:
            return None
        others = change.sql.scalars(select(Cohort.name).where(Cohort.of_run_id == of_run_id)).all()
        if name in others:
            raise BadInput("name", name, "a name that no other cohort of this run has")
        if len(others) >= MOST:
            raise BadInput("name", name, f"at most {MOST} cohorts")
        values = {column: getattr(hall, column) for column in COPIED} | {"created_at": change.now.at}
        values |= {"code": new_code(CODE_LENGTH), "seed": secrets.token_bytes(SEED_BYTES)}
        values |= {"prizes": hall.prizes if prizes else []}
        if hall.starts_at is not None:
            values["starts_at"] = hall.starts_at + timedelta(milliseconds=delay_ms)
        run_id = int(change.sql.execute(insert(Run).values(values).returning(Run.id)).scalar_one())
        row = {"run_id": run_id, "of_run_id": of_run_id, "name": name, "delay_ms": delay_ms, "made_at": change.now.at}
        change.sql.execute(insert(Cohort).values(row | {"followed": change.seq}))
        copy_coming(change, run_id, of_run_id)
        change.record(run_id, "cohort_made", actor, name=name, delay_ms=delay_ms)
        return run_id


def set_delay(services: Services, run_id: int, delay_ms: int, actor: str, uncertain_ms: int | None = None) -> bool:
    """False: the hall's first question has been asked, or it was taken back. Raises BadInput, NotFound."""
    checked_delay(delay_ms)
    with services.transition(run_id) as change:
        cohort = _before_play(change, run_id)
        if cohort is None:
            return False
        values = {"delay_ms": delay_ms, "uncertain_ms": uncertain_ms}
        change.sql.execute(update(Cohort).where(Cohort.run_id == run_id).values(values))
        later = timedelta(milliseconds=delay_ms - cohort.delay_ms)
        change.sql.execute(update(Run).where(Run.id == run_id).values(starts_at=Run.starts_at + later))
        change.record(run_id, "cohort_delayed", actor, before={"delay_ms": cohort.delay_ms}, **values)
        return True


def take_back(services: Services, run_id: int, actor: str) -> bool:
    """Its link leads nowhere any more. False as above."""
    with services.transition(run_id) as change:
        if _before_play(change, run_id) is None:
            return False
        over = {"scene": Scene.CANCELLED, "ended_at": change.now.at}
        transitions.move_run(change, run_id, RunEvent.CANCELLED, RunState.CANCELLED, **over)
        change.record(run_id, "cancelled", actor)
        return True


def _before_play(change: Transition, run_id: int) -> Any:
    cohort: Any = change.sql.execute(select(Cohort).where(Cohort.run_id == run_id)).one_or_none()
    if cohort is None:
        raise NotFound(f"cohort {run_id}")
    states = change.sql.scalars(select(Run.state).where(Run.id.in_((run_id, cohort.of_run_id)))).all()
    return cohort if all(state in BEFORE_PLAY for state in states) else None


def cohorts_of(services: Services, of_run_id: int) -> list[CohortLine]:
    """Those taken back too: their names stay taken."""
    with services.reading() as sql:
        rows = sql.execute(_lines().where(Cohort.of_run_id == of_run_id).order_by(Cohort.delay_ms, Cohort.run_id))
        return [_line(row) for row in rows]


def cohort_line(services: Services, run_id: int) -> CohortLine | None:
    """None: this run is a hall's own."""
    with services.reading() as sql:
        row = sql.execute(_lines().where(Cohort.run_id == run_id)).one_or_none()
    return None if row is None else _line(row)


def _lines() -> Any:
    here = select(func.count()).where(RunFan.run_id == Run.id, RunFan.kicked_at.is_(None)).scalar_subquery()
    prizes = func.jsonb_array_length(Run.prizes).label("prizes")
    columns = (Run.code, Run.state, here.label("joined"), prizes)
    return select(Cohort, *columns).join(Run, Run.id == Cohort.run_id)


def _line(row: Any) -> CohortLine:
    delay = (row.name, row.delay_ms, row.uncertain_ms)
    return CohortLine(row.run_id, row.of_run_id, *delay, row.code, RunState(row.state), row.joined, row.prizes)
