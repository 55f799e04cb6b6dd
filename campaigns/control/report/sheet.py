"""A sheet of an export: its columns in both languages and its rows, read while they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from campaigns.domain.question import Words

CHUNK = 50  # rows between two looks at the network: in the web process others have their turn there

Cell = str | int | float | None
Rows = Iterator[tuple[Cell, ...]]
YES: Words = {"zh": "是", "en": "yes"}
NO: Words = {"zh": "否", "en": "no"}
WARM_UP: Words = {"zh": "热身", "en": "warm-up"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which run, in which language, by which clock on the wall."""

    run_id: int
    campaign_id: int
    language: str
    zone: tzinfo

    def said(self, words: Mapping[str, str] | None) -> str:
        """The words in this language, else in whichever they were written."""
        given = words or {}
        return given.get(self.language) or next((text for text in given.values() if text), "")

    def truth(self, fact: bool | None) -> str:
        return "" if fact is None else self.said(YES if fact else NO)

    def local(self, at: datetime | None) -> str:
        """To the millisecond, with the distance from UTC."""
        return "" if at is None else at.astimezone(self.zone).isoformat(sep=" ", timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`name` stands in addresses and file names, `title` on the sheet."""

    name: str
    title: Words
    columns: tuple[Words, ...]
    rows: Callable[[Connection, Wanted], Rows]


def column(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


def streamed(sql: Connection, query: TextClause, wanted: Wanted, **more: Any) -> Iterator[Row[Any]]:
    """Through a cursor in the server: a million answers are never in memory at once."""
    values = {"run": wanted.run_id, "campaign": wanted.campaign_id} | more
    yield from sql.execute(query.execution_options(yield_per=CHUNK), values)


RANK = column("名次", "Rank")
NAME = column("昵称", "Name")
FAN = column("粉丝编号", "Fan")
SCORE = column("得分", "Score")

EVENTS_QUERY = text("""
SELECT e.seq, e.at, e.kind, coalesce(o.name, e.actor) AS actor, e.payload::text AS payload FROM event e
  LEFT JOIN operator o ON split_part(e.actor, ' ', 1) = 'operator:' || o.id
 WHERE e.campaign_id = :campaign AND e.run_id = :run ORDER BY e.seq
""")


def _events(sql: Connection, wanted: Wanted) -> Rows:
    for row in streamed(sql, EVENTS_QUERY, wanted):
        yield row.seq, wanted.local(row.at), row.kind, row.actor, row.payload


EVENTS = Sheet(
    "events",
    column("事件", "Events"),
    (
        column("序号", "No."),
        column("时间", "Time"),
        column("事件", "Event"),
        column("操作者", "By"),
        column("内容", "Content"),
    ),
    _events,
)
