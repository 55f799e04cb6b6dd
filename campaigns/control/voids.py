"""An operator's word that a play does not count: a row, and the fan is settled anew. Points go back by a compensating entry."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from campaigns.bootstrap import Services
from campaigns.db.plays import PlayResult, PlayVoid
from campaigns.domain.errors import BadInput, NotFound
from campaigns.settle.quiz.again import settle_anew

LONGEST_WHY = 200


def void_play(services: Services, play_id: int, operator_id: int | None, why: str, actor: str) -> bool:
    """False: it was void already. NotFound: no counted play of this number has ended. BadInput: a reason is needed."""
    why = why.strip()
    if not 0 < len(why) <= LONGEST_WHY:
        raise BadInput("why", why, f"a reason of 1 to {LONGEST_WHY} characters")
    with services.reading() as sql:
        result = sql.execute(select(PlayResult).where(PlayResult.play_id == play_id)).one_or_none()
    if result is None:
        raise NotFound(f"play {play_id}")
    with services.transition(result.run_id) as change:
        values = {"play_id": play_id, "operator_id": operator_id, "why": why, "at": change.now.at}
        made = insert(PlayVoid).values(values).on_conflict_do_nothing().returning(PlayVoid.play_id)
        if change.sql.scalar(made) is None:
            return False
        settle_anew(change.sql, result.run_id, result.fan_id)
        change.record(result.run_id, "play_voided", actor, play=str(play_id), why=why)
        change.enqueue("settle_plays", result.run_id)
        return True
