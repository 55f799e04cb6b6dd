"""Conducting a run from the desk: the one big *next*, which carries the state it was pressed in.

A double press, or two desks pressing at once, moves one step: the second press names a state that is no more and is `stale`.
Events that change nothing of what *next* means (a switch, somebody removed) make no press stale: the hand that flipped the
switch may be on the space bar before its desk has heard of it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select, update

from campaigns.bootstrap import Services
from campaigns.control import pauses, transitions
from campaigns.db.events import Transition
from campaigns.db.models import Round, Run
from campaigns.db.presses import marks
from campaigns.db.question_rows import marks_json
from campaigns.db.records import Event, Settlement
from campaigns.db.turns import after_it
from campaigns.domain.actor import operator_id
from campaigns.domain.errors import NotFound
from campaigns.domain.question import Kind
from campaigns.domain.round import RoundState
from campaigns.domain.run import RoundNow, RunEvent, RunState, Scene, Step, next_step
from campaigns.play.buzz import somebody_speaks

FIRST_PODIUM_STEP = 3
ON_FACES = ("brand_shown", "brand_left", "names_hidden", "names_shown")
NAMES = ("renamed", "name_hidden", "name_given_back")
EVERY_STEP = frozenset(Step)
FROM_AFAR = EVERY_STEP - {
    Step.ENTER_KEY,
    Step.MARK,
    Step.NOBODY,
}  # by a remote control: who is right is said at the desk
COUNTING = "settling_begun"  # no desk hears of it, and next waits before and after
ASIDES = (*NAMES, "switched", "kicked", "banned", "wall_chosen", "wall_freed", "extended", COUNTING, *ON_FACES)


class Moved(StrEnum):
    MOVED = "moved"
    STALE = "stale"
    WAITING = "waiting"
    KEY_NEEDED = "key_needed"
    NOTHING = "nothing"


def press_next(services: Services, run_id: int, seq: int, actor: str, may: frozenset[Step] = EVERY_STEP) -> Moved:
    """Do what *next* means in the state with this seq; refused as stale if the run has moved on since, and a step that
    is not among those one `may` do here needs the desk."""
    with services.transition(run_id) as change:
        run = read_run(change, run_id)
        if not stands(change, run, seq):
            return Moved.STALE
        row = transitions.current_round(change, run)
        paused = run.state == RunState.PAUSED
        step = next_step(Scene(run.scene), round_now(change, row), run.podium_step, paused=paused)
        if step in _WAITS:
            return _WAITS[step]
        if step not in may:
            return Moved.KEY_NEEDED
        return Moved.MOVED if _STEPS[step](change, run, row, actor) else Moved.STALE


def carry_out(change: Transition, run: Row[Any], step: Step, actor: str) -> bool:
    """One of the steps that *next* can mean, whoever says so. False: it is not possible now."""
    return _STEPS[step](change, run, transitions.current_round(change, run), actor)


def stands(change: Transition, run: Row[Any], seq: int) -> bool:
    """Whether nothing but asides has happened since `seq`."""
    since = select(Event.seq).where(Event.campaign_id == change.campaign_id, Event.seq > seq, Event.run_id == run.id)
    return seq <= run.seq and change.sql.scalar(since.where(Event.kind.not_in(ASIDES)).limit(1)) is None


def read_run(change: Transition, run_id: int) -> Row[Any]:
    row = change.sql.execute(select(Run).where(Run.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(f"run {run_id}")
    return row


def round_now(change: Transition, row: Row[Any] | None) -> RoundNow | None:
    """What *next* must know of the current round."""
    if row is None:
        return None
    coming = select(Round.id).where(Round.run_id == row.run_id, after_it(row.n, row.warm_up))
    later = change.sql.scalar(coming.limit(1))
    ordered = change.sql.scalar(select(Settlement.version).where(Settlement.round_id == row.id).limit(1))
    keyless = row.authored_key is None and ordered is None
    waits = keyless and row.state == RoundState.CLOSED and row.body["kind"] == Kind.BUZZER
    speaks = somebody_speaks(change.sql, read_run(change, row.run_id), row) if waits else None
    return RoundNow(RoundState(row.state), keyless, later is None, row.warm_up == 0, speaks)


def cancel(services: Services, run_id: int, actor: str) -> Moved:
    """End the run without podium and awards; its record stays.

    A round under way ends with it, void: no answer enters any more, and nothing of a cancelled run is settled
    (campaigns/settle: a worker that is judging finds out at its end, and leaves nothing).
    """
    with services.transition(run_id) as change:
        run = read_run(change, run_id)
        values = {"scene": Scene.CANCELLED, "ended_at": change.now.at}
        if not transitions.move_run(change, run.id, RunEvent.CANCELLED, RunState.CANCELLED, **values):
            return Moved.STALE
        stopped = run.round_id is not None and transitions.stop_round(change, run.round_id)
        change.record(run.id, "cancelled", actor, **({"round": run.round_id} if stopped else {}))
        return Moved.MOVED


def set_switches(services: Services, run_id: int, actor: str, **switches: bool) -> Moved:
    """`auto_reveal` and `close_when_all`, for this run only. What is so already is no deed."""
    with services.transition(run_id) as change:
        run = read_run(change, run_id)
        before = {name: getattr(run, name) for name, on in switches.items() if getattr(run, name) is not on}
        if before:
            after = {name: switches[name] for name in before}
            change.sql.execute(update(Run).where(Run.id == run.id).values(**after))
            change.record(run.id, "switched", actor, before=before, **after)
        return Moved.MOVED


def _open_lobby(change: Transition, run: Row[Any], row: Row[Any] | None, actor: str) -> bool:
    return open_lobby(change, run, actor)


def open_lobby(change: Transition, run: Row[Any], actor: str) -> bool:
    if not transitions.move_run(change, run.id, RunEvent.LOBBY_OPENED, RunState.LOBBY, scene=Scene.LOBBY):
        return False
    change.record(run.id, "lobby_opened", actor)
    return True


def _ask(change: Transition, run: Row[Any], row: Row[Any] | None, actor: str) -> bool:
    if run.state == RunState.LOBBY:
        transitions.move_run(change, run.id, RunEvent.STARTED, RunState.PLAYING, started_at=change.now.at)
    return transitions.ask(change, run, actor)


def _open_now(change: Transition, run: Row[Any], row: Row[Any] | None, actor: str) -> bool:
    return row is not None and transitions.announce(change, run, row, actor)


def _close_now(change: Transition, run: Row[Any], row: Row[Any] | None, actor: str) -> bool:
    return row is not None and transitions.close(change, run, row, actor)


def _nobody(change: Transition, run: Row[Any], row: Row[Any] | None, actor: str) -> bool:
    """At a buzzer nobody is left to be asked: it is judged by the marks there are."""
    if row is None:
        return False
    key = marks_json(marks(change.sql, run, row.id))
    transitions.order_settlement(change, row.id, 1, key, operator_id=operator_id(actor))
    change.record(run.id, "nobody_right", actor, round=row.id)
    return True


def _reveal(change: Transition, run: Row[Any], row: Row[Any] | None, actor: str) -> bool:
    return row is not None and transitions.reveal(change, run.id, row.id, actor)


def _board(change: Transition, run: Row[Any], row: Row[Any] | None, actor: str) -> bool:
    transitions.show(change, run.id, Scene.BOARD)
    change.record(run.id, "board_shown", actor)
    return True


def _podium(change: Transition, run: Row[Any], row: Row[Any] | None, actor: str) -> bool:
    moved = transitions.move_run(change, run.id, RunEvent.PODIUM_REACHED, RunState.PODIUM, scene=Scene.PODIUM)
    if moved:
        change.record(run.id, "podium_reached", actor)
    return moved


def _podium_step(change: Transition, run: Row[Any], row: Row[Any] | None, actor: str) -> bool:
    step = run.podium_step - 1 if run.podium_step else FIRST_PODIUM_STEP
    transitions.show(change, run.id, Scene.PODIUM, podium_step=step)
    change.record(run.id, "podium_step", actor, step=step)
    return True


def _resume(change: Transition, run: Row[Any], row: Row[Any] | None, actor: str) -> bool:
    return pauses.go_on(change, run, actor)


def _end(change: Transition, run: Row[Any], row: Row[Any] | None, actor: str) -> bool:
    """The run is over; awards are work to do from here on (award_version ahead of awarded_version)."""
    values = {"scene": Scene.FINAL, "ended_at": change.now.at, "award_version": run.award_version + 1}
    if not transitions.move_run(change, run.id, RunEvent.ENDED, RunState.ENDED, **values):
        return False
    change.record(run.id, "ended", actor)
    if not run.rehearsal:
        change.enqueue("award_badges", run.id)
    return True


_WAITS = {Step.WAIT: Moved.WAITING, Step.NOTHING: Moved.NOTHING}
_WAITS |= {Step.ENTER_KEY: Moved.KEY_NEEDED, Step.MARK: Moved.KEY_NEEDED}
_STEPS: dict[Step, Callable[[Transition, Row[Any], Row[Any] | None, str], bool]] = {
    Step.OPEN_LOBBY: _open_lobby,
    Step.ASK: _ask,
    Step.OPEN_NOW: _open_now,
    Step.CLOSE_NOW: _close_now,
    Step.NOBODY: _nobody,
    Step.REVEAL: _reveal,
    Step.BOARD: _board,
    Step.PODIUM: _podium,
    Step.PODIUM_STEP: _podium_step,
    Step.END: _end,
    Step.RESUME: _resume,
}
