"""Pausing a run: every clock stops, and goes on with the same time left for everybody.

A pause is two marks of the round's clock (domain/clock.py): where it stopped, and the instant it goes on, announced `lead_ms`
ahead so that every face goes on at once. Before its opening nobody can have lost anything: the round is announced anew.
Stopping takes the round's row for itself and reads the clock only then: what was committed before arrived before, and a
batch that had to wait finds the mark. Whoever presses says what they want, so a second press changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, select, update

from campaigns.bootstrap import Services
from campaigns.control import transitions
from campaigns.db.events import Transition
from campaigns.db.models import Round, Run
from campaigns.db.records import Answer
from campaigns.domain.moment import Moment
from campaigns.domain.round import RoundState
from campaigns.domain.run import RunEvent, RunState

RUNNING = (RoundState.READING, RoundState.OPEN)  # a clock of theirs runs
NS_PER_US = 1000


def pause(services: Services, run_id: int, actor: str) -> bool:
    """Stop. False: it stands still already, or this run has nothing to stop (not begun, on the podium, over)."""
    with services.transition(run_id) as change:
        run: Any = change.sql.execute(select(Run).where(Run.id == run_id)).one()
        return halt(change, run, actor, services.now)


def halt(
    change: Transition,
    run: Row[Any],
    actor: str,
    clock: Callable[[], Moment],
    stopping: Callable[[int], int] = int,
) -> bool:
    """`stopping` makes the instant at which the clock stops of now, where it is not now (a cohort's)."""
    if not transitions.move_run(change, run.id, RunEvent.PAUSED, RunState.PAUSED):
        return False
    row = _running(change, run.round_id)
    marks = {} if row is None else {"round": row.id, "from_ns": _mark(change, row, clock().ns, stopping)}
    change.record(run.id, "paused", actor, **marks)
    return True


def resume(services: Services, run_id: int, actor: str) -> bool:
    """Go on. False: it does already."""
    with services.transition(run_id) as change:
        run: Any = change.sql.execute(select(Run).where(Run.id == run_id)).one()
        return go_on(change, run, actor)


def go_on(change: Transition, run: Row[Any], actor: str) -> bool:
    if not transitions.move_run(change, run.id, RunEvent.RESUMED, RunState.PLAYING):
        return False
    row = _running(change, run.round_id)
    marks = {} if row is None or len(row.pauses) % 2 == 0 else _end_pause(change, run, row)
    change.record(run.id, "resumed", actor, **marks)
    return True


def _running(change: Transition, round_id: int | None) -> Row[Any] | None:
    """The current round if a clock of it runs, locked: batches of answers under way are waited for."""
    running = select(Round).where(Round.id == round_id, Round.state.in_(RUNNING)).with_for_update()
    return change.sql.execute(running).one_or_none()


def _mark(change: Transition, row: Row[Any], now_ns: int, stopping: Callable[[int], int]) -> int:
    """Where the clock stops: now, or where the pause before was to end, if that is still to come. Earlier than now it stops
    behind every answer that it has taken: none lies in a pause."""
    at_ns: int = max([stopping(now_ns), *row.pauses[-1:]])
    if at_ns < now_ns:
        taken = select(func.max(Answer.received_ns)).where(Answer.round_id == row.id, Answer.boot_id == row.boot_id)
        at_ns = max(at_ns, 1 + (change.sql.scalar(taken) or 0))
    change.sql.execute(update(Round).where(Round.id == row.id).values(pauses=func.array_append(Round.pauses, at_ns)))
    return at_ns


def _end_pause(change: Transition, run: Row[Any], row: Row[Any]) -> dict[str, Any]:
    """A round that outlived a boot of its host keeps its times: it is over by the wall's clock, whatever we say."""
    begun_ns, lead_ns = row.pauses[-1], run.rules["lead_ms"] * transitions.NS_PER_MS
    until_ns, values = begun_ns, dict[str, Any]()
    if row.boot_id == change.now.boot_id:
        opened = row.state == RoundState.OPEN and row.opens_ns <= begun_ns
        until_ns = change.now.ns + (lead_ns if opened else 0)
        values = _moved(row, until_ns - begun_ns) if opened or row.opens_ns is None else _anew(row, until_ns + lead_ns)
    values["pauses"] = func.array_append(Round.pauses, until_ns)
    change.sql.execute(update(Round).where(Round.id == row.id).values(values))
    return {"round": row.id, "from_ns": begun_ns, "until_ns": until_ns}


def _moved(row: Row[Any], by_ns: int) -> dict[str, Any]:
    """What is still to come of the round, later."""
    if row.state == RoundState.READING:
        return {"reading_until_ns": row.reading_until_ns + by_ns}
    later = timedelta(microseconds=by_ns / NS_PER_US)
    return {"closes_ns": row.closes_ns + by_ns, "closes_at": row.closes_at + later}


def _anew(row: Row[Any], opens_ns: int) -> dict[str, Any]:
    """Announced again, all of its time before it."""
    return _moved(row, opens_ns - row.opens_ns) | {"opens_ns": opens_ns}
