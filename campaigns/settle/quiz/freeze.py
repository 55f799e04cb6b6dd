"""Freeze time: from an instant on, a season's boards are shown as they stood, until an operator reveals them.

Settling goes on; only what is shown stands still: the first hundred are copied before the first window that is settled
after the instant (plays that ended in the second before it may be missing). Own places are not shown meanwhile.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from campaigns.bootstrap import Services
from campaigns.domain.errors import NotFound

SHOWN = 100
_ROWS = """
(SELECT coalesce(jsonb_agg(jsonb_build_array(fan_id, score) ORDER BY n), '[]') FROM (
   SELECT fan_id, # AS score, row_number() OVER (ORDER BY # DESC, #_at, fan_id) AS n FROM board_row
    WHERE board_id = board.id AND # IS NOT NULL ORDER BY # DESC, #_at, fan_id LIMIT :shown) AS shown)
"""
FREEZE = text(f"""
UPDATE board SET frozen = jsonb_build_object('total', {_ROWS.replace("#", "total")}, 'best', {_ROWS.replace("#", "best")},
       'of', (SELECT coalesce(sum(fans), 0)::bigint FROM board_bucket WHERE board_id = board.id AND measure = 1))
 WHERE frozen IS NULL AND final_at IS NULL
   AND activity_id IN (SELECT activity_id FROM run WHERE freeze_at <= :now)
""")
SET = text("UPDATE run SET freeze_at = :at WHERE id = :run RETURNING id")
REVEAL = text("UPDATE board SET frozen = NULL FROM run WHERE run.id = :run AND board.activity_id = run.activity_id")


def freeze_boards(sql: Connection, now: datetime) -> None:
    """Boards that are to stand still from now on."""
    sql.execute(FREEZE, {"now": now, "shown": SHOWN})


def set_freeze(services: Services, run_id: int, at: datetime | None) -> None:
    """When the boards of this run freeze; None: never, and what is frozen is revealed. NotFound."""
    with services.sql.begin() as sql:
        if sql.scalar(SET, {"run": run_id, "at": at}) is None:
            raise NotFound(f"run {run_id}")
        if at is None:
            sql.execute(REVEAL, {"run": run_id})
