"""What a quiz's wall shows beside its road: how many plays, the newest gates passed, the board's top. Never a key.

The board is the season's, by total, as it is on the phones and for the season's badges (who got there first stands before):
whom the wall crowns everything else crowns too. Rejected: by best play, which made two winners of one season. Plays are
counted once and then only those begun since: a season has millions. Names are looked up here, so that whoever was taken
out of the run is gone from the wall within a second.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from redis import RedisError
from sqlalchemy import Connection, Row, Select, select, text

from campaigns.bootstrap import Services
from campaigns.db.models import Fan, Participation, Run, RunFan
from campaigns.db.plays import BoardRow
from campaigns.domain.periods import season_board
from campaigns.domain.scene import Shown
from campaigns.live.passes import SHOWN, Pass, newest, push
from campaigns.play.names import shown_name
from campaigns.play.quiz.still import still_rows

TOP = 10
COMMITTED = timedelta(seconds=10)  # a play begun longer ago than this has committed, or never will

# Plays above an id, and where the next count may begin.
_COUNT = text("""
SELECT count(*) FILTER (WHERE NOT practice) AS plays,
       count(*) FILTER (WHERE NOT practice AND begun_at < :old) AS settled, max(id) FILTER (WHERE begun_at < :old) AS until
FROM play WHERE run_id = :run AND id > :above
""")
# `still`: also between the hour of the freeze and the picture taken then. What was final before cannot be held back.
_BOARD = text("""
SELECT b.id, b.frozen, b.frozen IS NOT NULL OR (b.final_at IS NULL AND EXISTS (
         SELECT FROM run AS each WHERE each.activity_id = b.activity_id AND each.freeze_at <= :now)) AS still
  FROM board b JOIN run ON run.activity_id = b.activity_id WHERE run.id = :run AND b.name = :name
""")


@dataclass(frozen=True, slots=True)
class WallPass:
    """`id` tells two passes of one fan apart."""

    id: str
    name: Shown
    level: int


@dataclass(frozen=True, slots=True)
class WallRow:
    rank: int
    fan: str
    name: Shown
    score: int


@dataclass(frozen=True, slots=True)
class Wall:
    """`top`: by total. `frozen`: it stands as it stood, until an operator reveals the boards."""

    plays: int
    passes: tuple[WallPass, ...]
    top: tuple[WallRow, ...]
    frozen: bool


class Walls:
    """What this process knows of the walls it serves."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._counted: dict[int, tuple[int, int]] = {}  # run → (plays up to an id, that id)
        self._kept: dict[int, list[Pass]] = {}  # for while Redis is away

    def tell(self, passed: dict[int, list[Pass]]) -> None:
        """Gates passed in this process."""
        for run_id, passes in passed.items():
            self._kept[run_id] = (passes[::-1] + self._kept.get(run_id, []))[:SHOWN]
            with contextlib.suppress(RedisError):
                push(self._services.live, run_id, passes)

    def forget(self, watched: Sequence[int]) -> None:
        """Keep only what somebody looks at."""
        for run_id in (self._counted.keys() | self._kept.keys()) - set(watched):
            self._counted.pop(run_id, None)
            self._kept.pop(run_id, None)

    def wall(self, run_id: int) -> Wall:
        passes = self._passes(run_id)
        with self._services.reading() as sql:
            board = sql.execute(_BOARD, {"run": run_id, "name": season_board(run_id), "now": self._services.now().at})
            found = board.one_or_none()
            top = _top(sql, run_id, found) if found is not None else ()
            return Wall(self._plays(sql, run_id), _named(sql, run_id, passes), top, found is not None and found.still)

    def _passes(self, run_id: int) -> list[Pass]:
        with contextlib.suppress(RedisError):
            return newest(self._services.live, run_id)
        return self._kept.get(run_id, [])

    def _plays(self, sql: Connection, run_id: int) -> int:
        settled, above = self._counted.get(run_id, (0, 0))
        old = self._services.now().at - COMMITTED
        row = sql.execute(_COUNT, {"run": run_id, "above": above, "old": old}).one()
        if row.until is not None:
            self._counted[run_id] = (settled + row.settled, row.until)
        return settled + int(row.plays)


def _named(sql: Connection, run_id: int, passes: Sequence[Pass]) -> tuple[WallPass, ...]:
    people = (
        {row.fan_id: row for row in sql.execute(_people(run_id, {each.fan_id for each in passes}))} if passes else {}
    )
    seen = [(each, people[each.fan_id]) for each in passes if each.fan_id in people]
    return tuple(WallPass(f"{who.public}.{each.level}.{each.at_ms}", shown_name(who), each.level) for each, who in seen)


def _people(run_id: int, fans: set[int]) -> Select[*tuple[Any, ...]]:
    """Public id and what `shown_name` asks for of those who are still in the run."""
    here = (Participation.fan_id == RunFan.fan_id) & (Participation.campaign_id == Run.campaign_id)
    who = select(RunFan.fan_id, Participation.nickname, Fan.public, RunFan.seed, Run.names_hidden).join(
        Run, Run.id == RunFan.run_id
    )
    who = who.join(Participation, here).join(Fan, Fan.id == RunFan.fan_id)
    return who.where(RunFan.run_id == run_id, RunFan.fan_id.in_(fans), RunFan.kicked_at.is_(None))


def _first(sql: Connection, board: Row[Any]) -> list[tuple[int, int]]:
    """(fan, score); of a frozen board what stood there when it froze."""
    if board.frozen is not None:
        return [(fan, score) for fan, score in still_rows(sql, board.frozen["total"]) if score > 0]
    rows = select(BoardRow.fan_id, BoardRow.total).where(BoardRow.board_id == board.id, BoardRow.total > 0)
    first = rows.order_by(BoardRow.total.desc(), BoardRow.total_at, BoardRow.fan_id).limit(2 * TOP)
    return [(row.fan_id, row.total) for row in sql.execute(first)]


def _top(sql: Connection, run_id: int, board: Row[Any]) -> tuple[WallRow, ...]:
    """Shared scores share the rank only when they were reached at the same instant, which does not happen."""
    first = _first(sql, board)
    people = {row.fan_id: row for row in sql.execute(_people(run_id, {fan for fan, _ in first}))} if first else {}
    shown = [(score, people[fan]) for fan, score in first if fan in people][:TOP]
    return tuple(WallRow(rank, who.public, shown_name(who), score) for rank, (score, who) in enumerate(shown, start=1))
