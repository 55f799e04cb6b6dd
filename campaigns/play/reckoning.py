"""What the reveal tells beside the key, so that every page knows its own new score without asking (static/js/shared/gain.js).

All of it is a fact of the settlement that is shown, and read only for a packet that may hold the key.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from campaigns.db.models import Round
from campaigns.db.records import Score, Settlement
from campaigns.db.turns import before_it
from campaigns.domain.rush_rules import Rule
from campaigns.domain.scene import After, Cut, Pot, cut_of, pot_of


def after(sql: Connection, row: Row[Any], settled: Row[Any]) -> After | None:
    """The settlement of the round before that counted when `settled` was judged; a page may add to that one only."""
    before = select(Settlement.round_id, Settlement.version).join(Round, Round.id == Settlement.round_id)
    before = before.where(Round.run_id == row.run_id, before_it(row), Settlement.settled_at <= settled.settled_at)
    found = sql.execute(before.order_by(Settlement.version.desc()).limit(1)).one_or_none()
    return None if found is None else After(str(found.round_id), found.version)


def cut(sql: Connection, rules: dict[str, Any], settled: Row[Any]) -> Cut | None:
    if rules["rule"] != Rule.FIRST_N:
        return None
    right = select(Score.elapsed_ms).where(*_of(settled), Score.right.is_(True), Score.elapsed_ms.is_not(None))
    times = sql.scalars(right.order_by(Score.elapsed_ms).limit(rules["first_n"] + 1))
    return cut_of([time for time in times if time is not None], rules["first_n"])


def pot(sql: Connection, rules: dict[str, Any], settled: Row[Any]) -> Pot | None:
    if rules["rule"] != Rule.SURVIVAL:
        return None
    paid = select(Score.score, Score.out).where(*_of(settled), Score.score > 0).distinct()
    return pot_of([(row.score, row.out) for row in sql.execute(paid)])


def _of(settled: Row[Any]) -> tuple[Any, ...]:
    return Score.round_id == settled.round_id, Score.version == settled.version
