"""Freeze time: from an instant on, the boards of a quiz are shown as they stood, until an operator reveals them.

Settling goes on; only what is shown stands still: the first hundred are copied before the first window that is settled
after the instant (plays that ended in the second before it may be missing). Nobody else's place is shown meanwhile, and no
board is closed: its first ten would be known by their badges. The boards are the quiz's: all its seasons freeze together.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

SHOWN = 100
_ROWS = """
(SELECT coalesce(jsonb_agg(jsonb_build_array(fan_id, score) ORDER BY n), '[]') FROM (
   SELECT fan_id, # AS score, row_number() OVER (ORDER BY # DESC, #_at, fan_id) AS n FROM board_row
    WHERE board_id = board.id AND # IS NOT NULL ORDER BY # DESC, #_at, fan_id LIMIT :shown) AS shown)
"""
_DUE = """
frozen IS NULL AND final_at IS NULL AND activity_id IN (SELECT activity_id FROM run WHERE freeze_at <= :now)
"""
FREEZE = text(f"""
UPDATE board SET frozen = jsonb_build_object('total', {_ROWS.replace("#", "total")}, 'best', {_ROWS.replace("#", "best")},
       'of', (SELECT coalesce(sum(fans), 0)::bigint FROM board_bucket WHERE board_id = board.id AND measure = 1))
 WHERE {_DUE}
""")
DUE = text(f"SELECT EXISTS (SELECT FROM board WHERE {_DUE})")
_SAME = "activity_id = (SELECT activity_id FROM run WHERE id = :run)"
SET = text("UPDATE run SET freeze_at = :at WHERE id = :run")
PAST = text(f"UPDATE run SET freeze_at = NULL WHERE freeze_at <= :now AND {_SAME}")
REVEAL = text(f"UPDATE board SET frozen = NULL WHERE frozen IS NOT NULL AND {_SAME}")


def freeze_boards(sql: Connection, now: datetime) -> bool:
    """Boards that are to stand still from now on. By the only settler, never in the middle of a window."""
    return sql.execute(FREEZE, {"now": now, "shown": SHOWN}).rowcount > 0


def freeze_due(sql: Connection, now: datetime) -> bool:
    return bool(sql.scalar(DUE, {"now": now}))


def set_freeze(sql: Connection, run_id: int, at: datetime | None, now: datetime) -> None:
    """When the boards freeze; None: never. What is frozen by now is revealed, unless it is to stay so."""
    if at is None or at > now:
        sql.execute(PAST, {"run": run_id, "now": now})
        sql.execute(REVEAL, {"run": run_id})
    sql.execute(SET, {"run": run_id, "at": at})
