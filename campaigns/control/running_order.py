"""The order of the questions that are still to come: moved, skipped, brought back; and a question asked again as a new round.

A press carries the order it was pressed in and the order it wants: a double press, or a second desk's, finds another order and
does nothing. A skipped round keeps its row with its place below 0: nothing counts it, and it can be brought back.
In survival the last question pays the pot: whether the current one is the last does not change any more once it is asked.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update

from campaigns.bootstrap import Services
from campaigns.control.keys import void_round
from campaigns.control.runs import round_values
from campaigns.db.events import Transition
from campaigns.db.models import QuestionVersion, Round, Run
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
        run = _run(change, run_id)
        coming, skipped = _to_come(change, run)
        known = len(set(after)) == len(after) and set(after) <= {*coming, *skipped}
        if run.state not in OPEN_ENDED or before != coming or after == coming or not known:
            return Ordered.STALE
        if not after and run.round_id is None:
            return Ordered.STALE  # a run without a question is none
        if _pays(run) and bool(after) is not bool(coming):
            return Ordered.COUNTED
        _place(change, run, after, gone=[each for each in coming if each not in after])
        change.record(run_id, _kind(before, after), actor, before=before, after=after)
        return Ordered.MOVED


def redo(services: Services, run_id: int, round_id: int, actor: str, why: str) -> Ordered:
    """The round is void, everything is counted again without it, and its question comes next as a round of its own."""
    with services.transition(run_id) as change:
        run = _run(change, run_id)
        coming, skipped = _to_come(change, run)
        asked = run.state in (RunState.PLAYING, RunState.PAUSED) and round_id not in (*coming, *skipped)
        if asked and _pays(run) and not coming and round_id != run.round_id:
            return Ordered.COUNTED
        if not asked or not void_round(change, run, round_id, actor, why):
            return Ordered.STALE
        copy = _copy(change, run_id, round_id)
        _place(change, run, [copy, *coming], gone=[])
        change.record(run_id, "redone", actor, round=round_id, again=copy, why=why)
        return Ordered.MOVED


def _run(change: Transition, run_id: int) -> Row[Any]:
    now: Any = select(Run, Round.n.label("asked")).outerjoin(Round, Round.id == Run.round_id)
    row: Row[Any] = change.sql.execute(now.where(Run.id == run_id)).one()
    return row


def _pays(run: Row[Any]) -> bool:
    """The current question pays by being the last one, or not."""
    return bool(run.rules["rule"] == Rule.SURVIVAL and run.round_id is not None)


def _to_come(change: Transition, run: Row[Any]) -> tuple[list[int], list[int]]:
    """Round ids: those to come, in turn, and the skipped ones."""
    rows = select(Round.id, Round.n).where(Round.run_id == run.id, or_(Round.n > (run.asked or 0), Round.n < 0))
    found = change.sql.execute(rows.order_by(Round.n)).all()
    return [row.id for row in found if row.n > 0], [row.id for row in found if row.n < 0]


def _place(change: Transition, run: Row[Any], order: list[int], gone: list[int]) -> None:
    """In two steps, because no two rounds of a run may have one place even for a moment."""
    change.sql.execute(update(Round).where(Round.id.in_([*order, *gone])).values(n=-Round.id))
    if order:
        places = update(Round).where(Round.id == bindparam("which")).values(n=bindparam("place"))
        first = (run.asked or 0) + 1
        rows = [{"which": each, "place": place} for place, each in enumerate(order, start=first)]
        change.sql.execute(places, rows)


def _copy(change: Transition, run_id: int, round_id: int) -> int:
    """Another round of the same question, its choices shuffled anew, beyond the order until it gets its place."""
    asked = select(QuestionVersion).join(Round, Round.question_version_id == QuestionVersion.id)
    version = change.sql.execute(asked.where(Round.id == round_id)).one()
    values = round_values(run_id, -round_id, version)
    return int(change.sql.execute(insert(Round).values(values).returning(Round.id)).scalar_one())


def _kind(before: list[int], after: list[int]) -> str:
    if set(after) < set(before):
        return "question_skipped"
    return "question_brought_back" if set(before) < set(after) else "question_moved"
