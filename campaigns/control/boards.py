"""The board of a run as operators read it afterwards: whole, by the settlement versions that count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from campaigns.bootstrap import Services
from campaigns.db.models import Participation, Run
from campaigns.db.records import Standing

PAGE = 200


@dataclass(frozen=True, slots=True)
class BoardRow:
    rank: int
    name: str
    score: int
    elapsed_ms: int
    out: bool


@dataclass(frozen=True, slots=True)
class BoardPage:
    rows: tuple[BoardRow, ...]
    of: int
    page: int  # from 1
    pages: int


def board_of(services: Services, run_id: int, page: int = 1) -> BoardPage:
    """The best first; a page beyond the end is the last one."""
    with services.sql.connect() as sql:
        of = sql.scalar(select(func.count()).where(Standing.run_id == run_id)) or 0
        pages = max(1, -(-of // PAGE))
        page = max(1, min(page, pages))
        by_place = (Standing.score.desc(), Standing.elapsed_ms, Standing.fan_id)  # as ranks go
        best = select(Standing).where(Standing.run_id == run_id).order_by(*by_place)
        rows = tuple(BoardRow(*row) for row in sql.execute(_named(best.limit(PAGE).offset((page - 1) * PAGE))))
    return BoardPage(rows, of, page, pages)


def _named(best: Select[Any]) -> Select[Any]:
    """With their names: looked up for this page only, where a join of all would be sorted as a whole."""
    placed = best.subquery()
    named = (Participation.fan_id == placed.c.fan_id) & (Participation.campaign_id == Run.campaign_id)
    columns = (placed.c.rank, Participation.nickname, placed.c.score, placed.c.elapsed_ms, placed.c.out)
    joined = select(*columns).join(Run, Run.id == placed.c.run_id).join(Participation, named)
    return joined.order_by(placed.c.score.desc(), placed.c.elapsed_ms, placed.c.fan_id)
