"""The steps of a round and a run in SQL: each is one compare-and-set plus its event, inside an open Transition.

Who calls them (a press on the desk, the ticker, the sweeper, a worker) does not matter: the table in domain/round.py says
what may happen, the row count says whether it was we who made it happen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from operator import add
from typing import Any

from sqlalchemy import CursorResult, Row, func, select, update
from sqlalchemy.dialects.postgresql import insert

from campaigns.db.events import Transition
from campaigns.db.models import QuestionVersion, Round, Run
from campaigns.db.records import Settlement
from campaigns.db.turns import IN_TURN, after_it
from campaigns.domain import round as rounds
from campaigns.domain import run as runs
from campaigns.domain.round import RoundEvent, RoundState
from campaigns.domain.run import RunEvent, Scene
from campaigns.play.current import stands_still

NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000
# The light is announced so long ahead: by then nearly every phone has the packet, and on the wall the right choice lands.
LIGHT_NS = 800 * NS_PER_MS


def move_round(change: Transition, round_id: int, event: RoundEvent, to: RoundState, **values: Any) -> bool:
    """Compare-and-set from every state the table allows for `event`. False: somebody was faster, or it may not happen."""
    allowed = [state for state in rounds.sources(event) if rounds.step(state, event) is to]
    done = change.sql.execute(
        update(Round).where(Round.id == round_id, Round.state.in_(allowed)).values(state=to, **values)
    )
    return _changed_one(done)


def move_run(change: Transition, run_id: int, event: RunEvent, to: runs.RunState, **values: Any) -> bool:
    allowed = [state for state in runs.sources(event) if runs.step(state, event) is to]
    done = change.sql.execute(update(Run).where(Run.id == run_id, Run.state.in_(allowed)).values(state=to, **values))
    return _changed_one(done)


def show(change: Transition, run_id: int, scene: Scene, **values: Any) -> None:
    """What every face shows from now on; the caller records the event."""
    change.sql.execute(update(Run).where(Run.id == run_id).values(scene=scene, **values))


def current_round(change: Transition, run: Row[Any]) -> Row[Any] | None:
    return _round(change, run.round_id) if run.round_id is not None else None


def _round(change: Transition, round_id: int) -> Row[Any]:
    with_question = select(Round, QuestionVersion.body, QuestionVersion.key.label("authored_key"))
    joined = with_question.join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    return change.sql.execute(joined.where(Round.id == round_id)).one()


def ask(change: Transition, run: Row[Any], actor: str) -> bool:
    """Begin reading the next question. The sentence stands alone until `opens`; the choices go out `lead_ms` before."""
    done = change.sql.execute(select(*IN_TURN).where(Round.id == run.round_id)).one_or_none() or (0, 0)
    coming = select(Round.id).where(Round.run_id == run.id, after_it(*done)).order_by(*IN_TURN)
    next_id = change.sql.scalar(coming.limit(1))
    if next_id is None:
        return False
    row = _round(change, next_id)
    if row.state == RoundState.VOID:
        return _pass_over(change, run, row, actor)
    rules = run.rules
    text = row.body["text"]
    reading_ms = rounds.reading_ms(text["zh"], text["en"], rules["reading_min_ms"], rules["reading_max_ms"])
    until_ns = change.now.ns + max(0, reading_ms - rules["lead_ms"]) * NS_PER_MS
    times = {"boot_id": change.now.boot_id, "reading_until_ns": until_ns}
    if not move_round(change, next_id, RoundEvent.ASKED, RoundState.READING, **times):
        return False
    show(change, run.id, Scene.READING, round_id=next_id)
    change.record(run.id, "asked", actor, round=next_id, n=row.n)
    return True


def _pass_over(change: Transition, run: Row[Any], row: Row[Any], actor: str) -> bool:
    """A question made void before its turn is judged now, then shown as such: it pays nothing, but a pot may hang on it."""
    change.sql.execute(update(Round).where(Round.id == row.id).values(closes_at=change.now.at))
    order_settlement(change, row.id, 1, None, voided=True, why="void before its turn")
    show(change, run.id, Scene.CLOSED, round_id=row.id)
    change.record(run.id, "passed_over", actor, round=row.id, n=row.n)
    return True


def announce(
    change: Transition, run: Row[Any], row: Row[Any], actor: str, opening: Callable[[int, int], int] = add
) -> bool:
    """Let the choices out. The opening is `lead_ms` ahead of *now*: a late timer delays, it never makes unfair. Where it is
    not up to us (a cohort's), `opening` makes it of now and the lead, in nanoseconds."""
    opens_ns = opening(change.now.ns, run.rules["lead_ms"] * NS_PER_MS)
    closes_ns = opens_ns + row.seconds * NS_PER_S
    closes_at = change.now.at + timedelta(microseconds=(closes_ns - change.now.ns) // 1000)
    times = {"opens_ns": opens_ns, "closes_ns": closes_ns, "closes_at": closes_at, "boot_id": change.now.boot_id}
    if not move_round(change, row.id, RoundEvent.OPENED, RoundState.OPEN, **times):
        return False
    show(change, run.id, Scene.OPEN)
    change.record(run.id, "opened", actor, round=row.id, opens_ns=opens_ns, closes_ns=closes_ns)
    return True


def close(change: Transition, run: Row[Any], row: Row[Any], actor: str) -> bool:
    """No answer received after now counts. A round whose key is known is handed to the workers at once.

    Not while its clock stands still: who has not answered yet has been promised the rest of the time.
    """
    if stands_still(row, change.now):
        return False
    closes_ns = (
        min(row.closes_ns, max(change.now.ns, row.opens_ns)) if row.boot_id == change.now.boot_id else row.closes_ns
    )
    if not move_round(
        change, row.id, RoundEvent.CLOSED, RoundState.CLOSED, closes_ns=closes_ns, closes_at=change.now.at
    ):
        return False
    show(change, run.id, Scene.CLOSED)
    change.record(run.id, "closed", actor, round=row.id, closes_ns=closes_ns)
    if row.authored_key is not None:
        order_settlement(change, row.id, row.version + 1, row.authored_key)
    return True


def stop_round(change: Transition, round_id: int) -> bool:
    """For good and without a result: what was asked and not judged yet becomes void. False: there was nothing to stop."""
    asked = Round.state.in_((RoundState.READING, RoundState.OPEN, RoundState.CLOSED))
    values = {"state": RoundState.VOID, "closes_at": func.coalesce(Round.closes_at, change.now.at)}
    return _changed_one(change.sql.execute(update(Round).where(Round.id == round_id, asked).values(values)))


def order_settlement(change: Transition, round_id: int, version: int, key: dict[str, Any] | None, **more: Any) -> bool:
    """The row is the queue of record: a settlement without a result is work to do. The job is only the hint."""
    values = {"round_id": round_id, "version": version, "key": key, "made_at": change.now.at, **more}
    made = change.sql.execute(insert(Settlement).values(values).on_conflict_do_nothing())
    change.enqueue("settle_round", round_id)
    return _changed_one(made)


def reveal(change: Transition, run_id: int, round_id: int, actor: str) -> bool:
    light_ns = change.now.ns + LIGHT_NS
    if not move_round(change, round_id, RoundEvent.REVEALED, RoundState.REVEALED, light_ns=light_ns):
        return False
    show(change, run_id, Scene.REVEAL)
    change.record(run_id, "revealed", actor, round=round_id)
    return True


def _changed_one(result: CursorResult[Any]) -> bool:
    return result.rowcount == 1
