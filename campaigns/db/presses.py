"""A buzzer round's presses in order, and its marks: as they stand in the record, whoever asks.

Until the round is judged its marks are events, one for each; from then on they stand in the settlement they were judged by,
and a correction is another settlement.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select, text

from campaigns.db.question_rows import marks_from
from campaigns.db.records import Event, Settlement
from campaigns.domain.buzzer import MOST_ASKED, MarksKey, Press, in_order, tied
from campaigns.domain.rush_draw import lot

MARKED = "marked"

# As domain/clock.py has it, in whole milliseconds. Who was sent away is not asked.
FIRST = text(f"""
SELECT a.fan_id, greatest(0, a.received_ns - a.opened_ns - a.allowance_ns) / 1000000 AS elapsed_ms, f.public
  FROM answer a JOIN fan f ON f.id = a.fan_id
  JOIN run_fan s ON s.run_id = :run AND s.fan_id = a.fan_id AND s.kicked_at IS NULL
 WHERE a.round_id = :round ORDER BY 2 FETCH FIRST {MOST_ASKED} ROWS WITH TIES
""")


def line(sql: Connection, run: Row[Any], row: Row[Any]) -> list[Press]:
    """The first of them. `run`: id, seed; `row`: the round's id and n."""
    first = sql.execute(FIRST, {"run": run.id, "round": row.id}).all()
    pressed = [(each.fan_id, each.elapsed_ms) for each in first]
    drawing = set(tied(pressed))
    lots = {each.fan_id: lot(run.seed, row.n, each.public) for each in first if each.fan_id in drawing}
    return in_order(pressed, lots)


def marks(sql: Connection, run: Row[Any], round_id: int) -> MarksKey:
    """The marks that count; while a correction is being judged, those before it. `run`: id, campaign_id."""
    keys = select(Settlement.key).where(Settlement.round_id == round_id, Settlement.key.is_not(None))
    key = sql.scalar(keys.order_by(Settlement.settled_at.is_(None), Settlement.version.desc()).limit(1))
    if key is not None:
        return marks_from(key)
    events = select(Event.payload).where(Event.campaign_id == run.campaign_id, Event.run_id == run.id)
    mine = events.where(Event.kind == MARKED, Event.payload["round"].as_integer() == round_id)
    return MarksKey(tuple((told["fan"], told["right"]) for told in sql.scalars(mine.order_by(Event.seq))))
