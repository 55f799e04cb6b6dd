"""What people joined with, and how often connections came again, by the minute (campaigns/db/visits.py)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from campaigns.db.visits import AGAIN, RunVisit
from campaigns.domain.device import KINDS, described
from campaigns.domain.question import Words

MOST_BINS = 60
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Device:
    """`browsers`: (name, whether of a chat app, how many), the most first."""

    kind: Words
    n: int
    browsers: list[tuple[Words, bool, int]]


@dataclass(frozen=True, slots=True)
class Returns:
    """`bins[i]`: connections that came again in `minutes` minutes, from `first` on."""

    first: datetime
    minutes: int
    bins: list[int]

    def at(self, bin: int) -> datetime:
        return self.first + bin * self.minutes * MINUTE


def devices(sql: Connection, run_id: int) -> list[Device]:
    """The kind most used first; empty for a run of before they were counted."""
    counted = select(RunVisit.what, func.sum(RunVisit.n).label("n")).where(RunVisit.run_id == run_id)
    kinds: dict[str, Counter[tuple[str, str, bool]]] = {}
    for row in sql.execute(counted.where(RunVisit.what != AGAIN).group_by(RunVisit.what)):
        kind, name, chat = described(row.what)
        kinds.setdefault(kind, Counter())[name["zh"], name["en"], chat] += int(row.n)
    found = [
        Device(KINDS[kind], of.total(), [({"zh": zh, "en": en}, chat, n) for (zh, en, chat), n in of.most_common()])
        for kind, of in kinds.items()
    ]
    return sorted(found, key=lambda each: -each.n)


def returns(sql: Connection, run_id: int) -> Returns | None:
    """None: none came again."""
    counted = select(RunVisit.minute_at, RunVisit.n).where(RunVisit.run_id == run_id, RunVisit.what == AGAIN)
    rows = sql.execute(counted.order_by(RunVisit.minute_at)).all()
    if not rows:
        return None
    first = rows[0].minute_at
    length = (rows[-1].minute_at - first) // MINUTE + 1
    minutes = -(-length // MOST_BINS)
    bins = [0] * -(-length // minutes)
    for row in rows:
        bins[(row.minute_at - first) // MINUTE // minutes] += row.n
    return Returns(first, minutes, bins)
