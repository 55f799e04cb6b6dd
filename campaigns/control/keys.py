"""Keys that come late: a sealed question's key after the announcement, the correction of a wrong one, a round made void.

Each is a new settlement row; nothing that was judged is overwritten. A key is entered twice, because a slip here is
seen by the whole hall.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select

from campaigns.bootstrap import Services
from campaigns.control import transitions
from campaigns.control.conduct import read_run
from campaigns.db.events import Transition
from campaigns.db.models import QuestionVersion, Round
from campaigns.db.question_rows import key_json, question_from
from campaigns.db.records import Settlement
from campaigns.domain.actor import operator_id
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.question import ChoiceKey, Key, Kind, ValueKey, check_key
from campaigns.domain.round import RoundEvent, RoundState
from campaigns.domain.run import BEFORE_REVEAL, RunState, Scene


class KeyOutcome(StrEnum):
    MOVED = "moved"
    DIFFERS = "differs"
    STALE = "stale"


def enter_key(
    services: Services, run_id: int, round_id: int, actor: str, places: list[int], value: float | None
) -> KeyOutcome:
    """The key of a sealed round that waits in `closed`. Only the first one counts; afterwards it is a correction."""
    with services.transition(run_id) as change:
        row = _round_of(change, run_id, round_id)
        key = _key(row, places, value)
        if row.state != RoundState.CLOSED or newest(change, round_id):
            return KeyOutcome.STALE
        transitions.order_settlement(change, round_id, 1, key_json(key), operator_id=operator_id(actor))
        change.record(run_id, "key_entered", actor, round=round_id)
        return KeyOutcome.MOVED


def correct(
    services: Services, run_id: int, round_id: int, actor: str, places: list[int], value: float | None, why: str
) -> KeyOutcome:
    """Judge the round again by another key, as the next settlement version; the rounds after it follow (streaks, lives)."""
    with services.transition(run_id) as change:
        row = _round_of(change, run_id, round_id)
        key = _key(row, places, value)
        over = read_run(change, run_id).state == RunState.CANCELLED  # nothing of it is settled any more
        if over or not transitions.move_round(change, round_id, RoundEvent.CORRECTED, RoundState.SETTLING):
            return KeyOutcome.STALE
        version, more = newest(change, round_id) + 1, {"why": why, "operator_id": operator_id(actor)}
        transitions.order_settlement(change, round_id, version, key_json(key), **more)
        told = {"before": {"version": version - 1}, "version": version}
        change.record(run_id, "corrected", actor, round=round_id, why=why, **told)
        return KeyOutcome.MOVED


def void(services: Services, run_id: int, round_id: int, actor: str, why: str) -> KeyOutcome:
    """The round counts for nothing, whatever its state; what it had given is taken back by the new settlement.

    Not told yet, it waits in `closed` for that settlement: a judgement of it that never counted is seen by nobody.
    """
    with services.transition(run_id) as change:
        done = void_round(change, read_run(change, run_id), round_id, actor, why)
        return KeyOutcome.MOVED if done else KeyOutcome.STALE


def void_round(change: Transition, run: Row[Any], round_id: int, actor: str, why: str) -> bool:
    state = RoundState(_round_of(change, run.id, round_id).state)
    over = {"closes_at": change.now.at} if state in (RoundState.READING, RoundState.OPEN) else {}
    cancelled = run.state == RunState.CANCELLED
    if cancelled or not transitions.move_round(change, round_id, RoundEvent.VOIDED, RoundState.VOID, **over):
        return False
    if state is not RoundState.SCHEDULED:  # else it is judged when its turn comes (transitions.ask)
        version = newest(change, round_id) + 1
        more = {"voided": True, "why": why, "operator_id": operator_id(actor)}
        transitions.order_settlement(change, round_id, version, _key_judged_by(change, round_id), **more)
    if run.round_id == round_id and run.scene in BEFORE_REVEAL:
        transitions.show(change, run.id, Scene.CLOSED)
    change.record(run.id, "voided", actor, round=round_id, why=why)
    return True


def _round_of(change: Transition, run_id: int, round_id: int) -> Row[Any]:
    columns = (Round.state, Round.choice_order, QuestionVersion.body, QuestionVersion.key)
    joined = select(*columns).join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    row = change.sql.execute(joined.where(Round.id == round_id, Round.run_id == run_id)).one_or_none()
    if row is None:
        raise NotFound(f"round {round_id} of run {run_id}")
    return row


def newest(change: Transition, round_id: int) -> int:
    """The last settlement ordered; 0: none yet."""
    versions = select(func.max(Settlement.version)).where(Settlement.round_id == round_id)
    return change.sql.scalar(versions) or 0


def _key_judged_by(change: Transition, round_id: int) -> dict[str, Any] | None:
    last = select(Settlement.key).where(Settlement.round_id == round_id, Settlement.settled_at.is_not(None))
    key: dict[str, Any] | None = change.sql.scalar(last.order_by(Settlement.version.desc()).limit(1))
    return key


def _key(row: Row[Any], places: list[int], value: float | None) -> Key:
    question = question_from(row.body, None)
    if question.kind is Kind.ESTIMATE:
        return check_key(question, ValueKey(_number(value), row.body["margin"] or row.key["margin"]))
    order = row.choice_order
    if any(not 0 <= place < len(order) for place in places):
        raise BadInput("places", places, f"places from 0 to {len(order) - 1}")
    return check_key(question, ChoiceKey(frozenset(order[place] for place in places)))


def _number(value: float | None) -> float:
    if value is None:
        raise BadInput("value", value, "a number")
    return value
