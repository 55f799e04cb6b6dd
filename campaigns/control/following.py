"""A cohort's run follows the hall's: each event of the hall is done here too, in the same order, the delay later.

One event at a time, in one transaction with the note that it has been done: after a crash nothing is missing and nothing is
done twice, and a process that starts finds in SQL what is to be done. Nothing of the hall's is ever sent to the cohort; what
its pages get is made of its own run, which at that moment is where the hall was. What is told waits for what it tells: a
reveal for the cohort's own settlement.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from campaigns.control import pauses, transitions
from campaigns.control.conduct import carry_out, read_run
from campaigns.control.extending import MORE_S, lengthen
from campaigns.control.faces import NAMES, turn
from campaigns.control.keys import newest, void_round
from campaigns.control.reopening import to_podium
from campaigns.control.runs import copied_round
from campaigns.control.skipping import SKIPPED
from campaigns.db.cohorts import Cohort, CohortRound
from campaigns.db.events import Transition
from campaigns.db.models import QuestionVersion, Round
from campaigns.db.presses import MARKED
from campaigns.db.question_rows import marks_json
from campaigns.db.records import Settlement
from campaigns.domain.buzzer import MarksKey
from campaigns.domain.clock import RoundClock
from campaigns.domain.cohort import opening, stopping
from campaigns.domain.moment import Moment
from campaigns.domain.round import RoundEvent, RoundState
from campaigns.domain.run import RunEvent, RunState, Scene, Step
from campaigns.play.cohorts import cohort_of, deed_now, slipped_ms

ACTOR = "hall"

Deed = Callable[[Transition, Row[Any], Row[Any]], None]  # (change, own run, the hall's event)


def follow(change: Transition, run_id: int, clock: Callable[[], Moment]) -> bool:
    """Do the hall's next event if its time has come. False: nothing is due, or it has to wait."""
    cohort = cohort_of(change.sql, run_id)
    event = deed_now(change.sql, cohort, change.now) if cohort is not None else None
    if event is None:
        return False
    run = read_run(change, run_id)
    if event.kind == "paused":
        pauses.halt(change, run, ACTOR, clock, _stopping(change, run, event))
    elif event.kind in _DEEDS:
        _DEEDS[event.kind](change, run, event)
    change.sql.execute(update(Cohort).where(Cohort.run_id == run_id).values(followed=event.seq))
    return True


def copy_coming(change: Transition, run_id: int, of_run_id: int) -> None:
    """The rounds that have not been asked here become what the hall's are now; those asked stay."""
    change.sql.execute(delete(Round).where(Round.run_id == run_id, Round.state == RoundState.SCHEDULED))
    known = select(CohortRound.of_round_id).join(Round, Round.id == CohortRound.round_id)
    columns = (Round, QuestionVersion.body)
    joined = select(*columns).join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    missing = joined.where(
        Round.run_id == of_run_id, Round.n >= 0, Round.id.not_in(known.where(Round.run_id == run_id))
    )
    for row in change.sql.execute(missing.order_by(Round.id)).all():
        made = insert(Round).values(copied_round(row) | {"run_id": run_id}).returning(Round.id)
        own_id = change.sql.execute(made).scalar_one()
        change.sql.execute(insert(CohortRound).values(round_id=own_id, of_round_id=row.id))


def _step(step: Step, change: Transition, run: Row[Any], event: Row[Any]) -> None:
    """What is refused has happened here already (a round's own clock has closed it), or is overtaken (deed_now)."""
    carry_out(change, run, step, ACTOR)


def _asked(change: Transition, run: Row[Any], event: Row[Any]) -> None:
    cohort: Any = cohort_of(change.sql, run.id)
    copy_coming(change, run.id, cohort.of_run_id)
    if event.kind == "passed_over":
        own = update(Round).where(Round.id == _own(change, run, event).id, Round.state == RoundState.SCHEDULED)
        change.sql.execute(own.values(state=RoundState.VOID))
    _step(Step.ASK, change, run, event)


def _opened(change: Transition, run: Row[Any], event: Row[Any]) -> None:
    row, cohort = transitions.current_round(change, run), cohort_of(change.sql, run.id)
    hall = select(Round.boot_id).where(Round.id == event.payload["round"])
    same_boot = change.sql.scalar(hall) == change.now.boot_id
    clock = RoundClock(event.payload["opens_ns"], event.payload["closes_ns"]) if same_boot else None
    if row is not None and cohort is not None:
        transitions.announce(change, run, row, ACTOR, partial(opening, clock, cohort.delay_ms))


def _stopping(change: Transition, run: Row[Any], event: Row[Any]) -> Callable[[int], int]:
    """Of now, where the hall's pause stops the clock here (domain/cohort.py)."""
    cohort: Any = cohort_of(change.sql, run.id)
    hall = select(Round.boot_id).where(Round.id == event.payload.get("round"))
    planned_ns = None
    if change.sql.scalar(hall) == change.now.boot_id:
        later_ms = cohort.delay_ms + slipped_ms(change.sql, cohort)
        planned_ns = event.payload["from_ns"] + later_ms * transitions.NS_PER_MS
    return partial(stopping, planned_ns, run.rules["lead_ms"] * transitions.NS_PER_MS)


def _extended(change: Transition, run: Row[Any], event: Row[Any]) -> None:
    own = _own(change, run, event)
    if own is not None:  # and open still: what was due before its closing is done before it (settle/due.py)
        lengthen(change, run.id, own.id, event.payload["seconds"] - MORE_S, ACTOR, pressed_in_time=True)


def _key_entered(change: Transition, run: Row[Any], event: Row[Any]) -> None:
    """Of a buzzer: the mark that ended it."""
    own = _own(change, run, event)
    if own is not None and own.state == RoundState.CLOSED and event.payload.get("right", True):
        transitions.order_settlement(change, own.id, 1, _key(change, event.payload["round"], 1))
        change.record(run.id, "key_entered", ACTOR, round=own.id)


def _corrected(change: Transition, run: Row[Any], event: Row[Any]) -> None:
    own = _own(change, run, event)
    if own is not None and transitions.move_round(change, own.id, RoundEvent.CORRECTED, RoundState.SETTLING):
        version, why = newest(change, own.id) + 1, event.payload["why"]
        key = _key(change, event.payload["round"], event.payload["version"])
        transitions.order_settlement(change, own.id, version, key, why=why)
        change.record(run.id, "corrected", ACTOR, round=own.id, why=why, version=version)


def _voided(change: Transition, run: Row[Any], event: Row[Any]) -> None:
    """Of a question still to come: it is passed over when its turn comes."""
    own = _own(change, run, event)
    if own is not None and own.state != RoundState.SCHEDULED:
        void_round(change, run, own.id, ACTOR, event.payload["why"])


def _podium_step(change: Transition, run: Row[Any], event: Row[Any]) -> None:
    """Forth or back: what the hall shows now, not one from where it is here."""
    step = event.payload["step"]
    transitions.show(change, run.id, Scene.PODIUM, podium_step=step)
    change.record(run.id, event.kind, ACTOR, step=step)


def _shown_again(change: Transition, run: Row[Any], event: Row[Any]) -> None:
    if run.scene == Scene.BOARD:
        transitions.show(change, run.id, Scene.REVEAL)
        change.record(run.id, "reveal_shown_again", ACTOR, round=run.round_id)


def _names(change: Transition, run: Row[Any], event: Row[Any]) -> None:
    turn(change, run.id, ACTOR, "names_hidden", event.kind == NAMES[0], NAMES)


def _reopened(change: Transition, run: Row[Any], event: Row[Any]) -> None:
    to_podium(change, run.id, ACTOR)


def _cancelled(change: Transition, run: Row[Any], event: Row[Any]) -> None:
    values = {"scene": Scene.CANCELLED, "ended_at": change.now.at}
    if transitions.move_run(change, run.id, RunEvent.CANCELLED, RunState.CANCELLED, **values):
        if run.round_id is not None:
            transitions.stop_round(change, run.round_id)
        change.record(run.id, "cancelled", ACTOR)


def _own(change: Transition, run: Row[Any], event: Row[Any]) -> Any:
    """The round here that copies the one the event is about; None: there is none (any more)."""
    own = select(Round).join(CohortRound, CohortRound.round_id == Round.id)
    own = own.where(Round.run_id == run.id, CohortRound.of_round_id == event.payload["round"])
    return change.sql.execute(own).one_or_none()


def _key(change: Transition, round_id: int, version: int) -> dict[str, Any] | None:
    """What the hall's round was judged by. At a buzzer nobody of a cohort is asked, so nobody is marked."""
    key = select(Settlement.key).where(Settlement.round_id == round_id, Settlement.version == version)
    found: dict[str, Any] | None = change.sql.scalar(key)
    return marks_json(MarksKey(())) if found is not None and "marks" in found else found


_DEEDS: dict[str, Deed] = {
    "lobby_opened": partial(_step, Step.OPEN_LOBBY),
    "asked": _asked,
    "passed_over": _asked,
    "opened": _opened,
    "closed": partial(_step, Step.CLOSE_NOW),
    "revealed": partial(_step, Step.REVEAL),
    "board_shown": partial(_step, Step.BOARD),
    "podium_reached": partial(_step, Step.PODIUM),
    "podium_step": _podium_step,
    "podium_step_back": _podium_step,
    "reveal_shown_again": _shown_again,
    "ended": partial(_step, Step.END),
    "resumed": partial(_step, Step.RESUME),
    "extended": _extended,
    "key_entered": _key_entered,
    "nobody_right": _key_entered,
    MARKED: _key_entered,
    "corrected": _corrected,
    "voided": _voided,
    "names_hidden": _names,
    "names_shown": _names,
    "reopened": _reopened,
    "cancelled": _cancelled,
    SKIPPED: _cancelled,
}
