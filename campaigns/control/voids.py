"""An operator's word that a play does not count, or does after all: a row, and the fan is settled anew. Points go back, and
come again, by compensating entries; boards and badges follow, also of a season that is over. A play that turned out to be a
duel with oneself when a guest became a member (identity/moving.py) stays void: no word makes an opponent of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert

from campaigns.bootstrap import Services
from campaigns.db.events import Transition
from campaigns.db.plays import PlayResult, PlayVoid
from campaigns.domain.duel import PLAYED_TWICE
from campaigns.domain.errors import BadInput, NotFound
from campaigns.settle.quiz.again import settle_anew

LONGEST_WHY = 200


def void_play(services: Services, play_id: int, operator_id: int | None, why: str, actor: str) -> bool:
    """False: it was void already. NotFound: no counted play of this number has ended. BadInput: a reason is needed."""
    result, why = _result(services, play_id), _reason(why)
    with services.transition(result.run_id) as change:
        values = {"play_id": play_id, "operator_id": operator_id, "why": why, "at": change.now.at}
        made = insert(PlayVoid).values(values)
        again = {**values, "xid": func.pg_current_xact_id(), "lifted": None}
        made = made.on_conflict_do_update(index_elements=["play_id"], set_=again, where=PlayVoid.lifted.is_not(None))
        return _settled_anew(change, made, result, "play_voided", actor, why)


def lift_void(services: Services, play_id: int, why: str, actor: str) -> bool:
    """The play counts again. False: it was not void, or stays so. NotFound, BadInput as above."""
    result, why = _result(services, play_id), _reason(why)
    with services.transition(result.run_id) as change:
        stands = update(PlayVoid).where(PlayVoid.play_id == play_id, PlayVoid.lifted.is_(None))
        stands = stands.where(PlayVoid.why != PLAYED_TWICE)
        lifted = stands.values(lifted=func.pg_current_xact_id())
        return _settled_anew(change, lifted, result, "play_void_lifted", actor, why)


def _settled_anew(change: Transition, claim: Any, result: Row[Any], kind: str, actor: str, why: str) -> bool:
    if change.sql.scalar(claim.returning(PlayVoid.play_id)) is None:
        return False
    settle_anew(change.sql, result.run_id, result.fan_id)
    change.record(result.run_id, kind, actor, play=str(result.play_id), why=why)
    change.enqueue("settle_plays", result.run_id)
    return True


def _reason(why: str) -> str:
    why = why.strip()
    if not 0 < len(why) <= LONGEST_WHY:
        raise BadInput("why", why, f"a reason of 1 to {LONGEST_WHY} characters")
    return why


def _result(services: Services, play_id: int) -> Row[Any]:
    with services.reading() as sql:
        result = sql.execute(select(PlayResult).where(PlayResult.play_id == play_id)).one_or_none()
    if result is None:
        raise NotFound(f"play {play_id}")
    return result
