"""Which question the scores on a board were counted again for: what every screen says, in words, beside that board.

A correction or a void is the settlement an operator ordered; those of later rounds only follow it and are not news of their
own. It is told with every board from the current question's asking on, so also with the reveal of another question.
Rejected: telling it by the kind of the board's own settlement, which calls a void's tail a correction.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from campaigns.db.models import Round
from campaigns.db.records import FOLLOWS, Event, Settlement
from campaigns.domain.scene import Recount

BEGINNINGS = ("asked", "passed_over")


def newest_change(sql: Connection, row: Row[Any], settled: Row[Any]) -> Recount | None:
    """The newest change that the board after settlement `settled` of round `row` knows, since that round was asked."""
    about, version = Event.payload["round"].as_integer(), Event.payload["version"].as_integer()
    own = select(func.max(Event.seq)).where(Event.run_id == row.run_id, about == row.id)
    begun = own.where(Event.kind.in_(BEGINNINGS)).scalar_subquery()
    known = own.where(Event.kind == "settled", version == settled.version).scalar_subquery()
    counted = (Settlement.round_id == about) & (Settlement.version == version)
    ordered = select(Settlement, Round.n).join(Round, Round.id == Settlement.round_id).join(Event, counted)
    ordered = ordered.where(Event.run_id == row.run_id, Event.kind == "settled", Event.seq.between(begun, known))
    ordered = ordered.where(Settlement.why.is_distinct_from(FOLLOWS), Round.warm_up == 0)
    ordered = ordered.where(or_(Settlement.version > 1, Settlement.voided))
    for change in sql.execute(ordered.order_by(Event.seq.desc())):
        if change.voided or told_before(sql, row.run_id, change):
            return Recount("voided" if change.voided else "corrected", change.n)
    return None


def told_before(sql: Connection, run_id: int, settled: Any) -> bool:
    """The round had been revealed when this settlement was ordered; a slip put right in time is nobody's business."""
    if settled.version == 1:
        return False
    reveals = select(Event.seq).where(Event.run_id == run_id, Event.kind == "revealed", Event.at <= settled.made_at)
    mine = reveals.where(Event.payload["round"].as_integer() == settled.round_id)
    return sql.scalar(mine.limit(1)) is not None
