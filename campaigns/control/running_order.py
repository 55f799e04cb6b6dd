"""The order of the questions that are still to come: moved, skipped, brought back; and a question asked again as a new round.

A press carries the order it was pressed in and the order it wants: a double press, or a second desk's, finds another order and
does nothing. A skipped round keeps its row with its place below 0: nothing counts it, and it can be brought back.
In survival the last question pays the pot: whether the current one is the last does not change any more once it is asked.
Warm-ups (warm_ups.py) have their turn like questions, and no number: neither last nor first by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update

from campaigns.bootstrap import Services
from campaigns.control.keys import void_round
from campaigns.control.runs import round_values
from campaigns.db.events import Transition
from campaigns.db.models import QuestionVersion, Round, Run
from campaigns.db.turns import IN_TURN, after_it
from campaigns.domain.run import RunState
from campaigns.domain.rush_rules import Rule

OPEN_ENDED = (RunState.SCHEDULED, RunState.LOBBY, RunState.PLAYING, RunState.PAUSED)


class Ordered(StrEnum):
    MOVED = "moved"
    STALE = "stale"
    COUNTED = "counted"  # survival: it would make the question that is asked the last one, or not the last


def reorder(services: Services, run_id: int, before: list[int], after: list[int], actor: str) -> Ordered:
    """Round ids to come, in turn: as they stood, and as they shall. Who is missing in `after` is skipped."""
    with services.transition(run_id) as change:
        run = open_ended_run(change, run_id)
        turns = to_come(change, run)
        known = len(set(after)) == len(after) and set(after) <= {*turns.coming, *turns.skipped}
        if run.state not in OPEN_ENDED or before != turns.coming or after == turns.coming or not known:
            return Ordered.STALE
        if not turns.counting(after) and not run.asked:
            return Ordered.STALE  # a run without a question is none
        if _pays(run) and turns.counting(after) is not turns.counting(turns.coming):
            return Ordered.COUNTED
        place(change, run, turns, after)
        change.record(run_id, _kind(before, after), actor, before=before, after=after)
        return Ordered.MOVED


def redo(services: Services, run_id: int, round_id: int, actor: str, why: str) -> Ordered:
    """The round is void, everything is counted again without it, and its question comes next as a round of its own."""
    with services.transition(run_id) as change:
        run = open_ended_run(change, run_id)
        turns = to_come(change, run)
        asked = run.state in (RunState.PLAYING, RunState.PAUSED) and round_id not in (*turns.coming, *turns.skipped)
        last = not turns.counting(turns.coming)
        if asked and _pays(run) and last and round_id != run.round_id and not _is_warm_up(change, round_id):
            return Ordered.COUNTED
        if not asked or not void_round(change, run, round_id, actor, why):
            return Ordered.STALE
        copy = _copy(change, run_id, round_id)
        if _is_warm_up(change, round_id):
            turns.warm_ups.add(copy)
        place(change, run, turns, [copy, *turns.coming])
        change.record(run_id, "redone", actor, round=round_id, again=copy, why=why)
        return Ordered.MOVED


@dataclass(frozen=True, slots=True)
class Turns:
    """Round ids: those to come, in turn, and the skipped ones; of both, which are warm-ups."""

    coming: list[int]
    skipped: list[int]
    warm_ups: set[int]

    def counting(self, order: list[int]) -> bool:
        """Whether there is a question among them that counts."""
        return not self.warm_ups.issuperset(order)


def open_ended_run(change: Transition, run_id: int) -> Row[Any]:
    """The run, and the place of its current round: (`asked`, `warming_up`)."""
    place_now = (Round.n.label("asked"), Round.warm_up.label("warming_up"))
    now: Any = select(Run, *place_now).outerjoin(Round, Round.id == Run.round_id)
    row: Row[Any] = change.sql.execute(now.where(Run.id == run_id)).one()
    return row


def to_come(change: Transition, run: Row[Any]) -> Turns:
    ahead = or_(after_it(run.asked or 0, run.warming_up or 0), Round.n < 0)
    rows = select(Round.id, *IN_TURN).where(Round.run_id == run.id, ahead)
    found = change.sql.execute(rows.order_by(*IN_TURN)).all()
    skipped = [row.id for row in found if row.n < 0]
    return Turns([row.id for row in found if row.n >= 0], skipped, {row.id for row in found if row.warm_up})


def place(change: Transition, run: Row[Any], turns: Turns, order: list[int]) -> None:
    """In two steps, because no two rounds of a run may have one place even for a moment. Who is not in `order` is skipped."""
    moving = {*turns.coming, *order}
    change.sql.execute(update(Round).where(Round.id.in_(moving)).values(n=-Round.id))
    n, warm_up, rows = run.asked or 0, run.warming_up or 0, []
    for each in order:
        n, warm_up = (n, warm_up + 1) if each in turns.warm_ups else (n + 1, 0)
        rows.append({"which": each, "n_now": n, "warm_up_now": warm_up})
    if rows:
        places = update(Round).where(Round.id == bindparam("which"))
        change.sql.execute(places.values(n=bindparam("n_now"), warm_up=bindparam("warm_up_now")), rows)


def _pays(run: Row[Any]) -> bool:
    """The current question pays by being the last one, or not. Before the first there is none."""
    return bool(run.rules["rule"] == Rule.SURVIVAL and run.asked)


def _is_warm_up(change: Transition, round_id: int) -> bool:
    return bool(change.sql.scalar(select(Round.warm_up).where(Round.id == round_id)))


def _copy(change: Transition, run_id: int, round_id: int) -> int:
    """Another round of the same question, its choices shuffled anew, beyond the order until it gets its place."""
    asked: Any = select(QuestionVersion, Round.warm_up).join(Round, Round.question_version_id == QuestionVersion.id)
    version = change.sql.execute(asked.where(Round.id == round_id)).one()
    values = round_values(run_id, -round_id, version) | {"warm_up": version.warm_up}
    return int(change.sql.execute(insert(Round).values(values).returning(Round.id)).scalar_one())


def _kind(before: list[int], after: list[int]) -> str:
    if set(after) < set(before):
        return "question_skipped"
    return "question_brought_back" if set(before) < set(after) else "question_moved"
