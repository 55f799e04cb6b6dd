"""The window of results that is being settled: opened once, worked off in chunks of fans, closed when all are done.

Ids of transactions below `pg_snapshot_xmin` have all ended, so a window [until, upto) holds all that will ever be in it. A
chunk's work and the note that it is done are one transaction: a worker killed anywhere leaves whole chunks, and who goes
on does the others. One settler at a time has `SETTLER`; a chunk has a lock of its own, because the backend of a killed
worker may still be busy with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from campaigns.bootstrap import Services

SETTLER = 7_265_002
CHUNK = 7_265  # first of two numbers, the chunk's is the second
MOST_IN_CHUNK = 2_250_000  # results; what a chunk sorts and hashes stays within some hundred MiB

TAKE = text("SELECT pg_try_advisory_lock(:lock)")
GIVE = text("SELECT pg_advisory_unlock(:lock)")
READ = text("SELECT until::text AS until, upto::text AS upto, opened_at, width, chunks FROM play_window WHERE id = 1")
HORIZON = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
ANYTHING = text("""
SELECT EXISTS (SELECT FROM play_result WHERE xid >= CAST(:until AS xid8) AND xid < CAST(:upto AS xid8))
    OR EXISTS (SELECT FROM retally WHERE xid >= CAST(:until AS xid8) AND xid < CAST(:upto AS xid8))
""")
SIZE = text("""
SELECT sum(plays)::bigint AS plays, min(low) AS low, max(high) AS high FROM (
  SELECT count(*) AS plays, min(fan_id) AS low, max(fan_id) AS high
    FROM play_result WHERE xid >= CAST(:until AS xid8) AND xid < CAST(:upto AS xid8)
  UNION ALL
  SELECT 20 * count(*), min(fan_id), max(fan_id)
    FROM retally WHERE xid >= CAST(:until AS xid8) AND xid < CAST(:upto AS xid8)) AS parts
""")
OPEN = text(
    "UPDATE play_window SET upto = CAST(:upto AS xid8), opened_at = :at, width = :width, chunks = :chunks WHERE id = 1"
)
DONE = text("UPDATE play_window SET chunks = array_remove(chunks, :n) WHERE id = 1 AND :n = ANY (chunks)")
CLOSE = text("""
UPDATE play_window SET until = upto, upto = NULL, opened_at = NULL, chunks = '{}'
WHERE id = 1 AND upto = CAST(:upto AS xid8) AND chunks = '{}'
""")
FORGET = text("DELETE FROM retally WHERE xid < CAST(:upto AS xid8)")


@dataclass(frozen=True, slots=True)
class Window:
    """[since, upto) of transaction ids, in decimal; chunk n has the fans from n × width."""

    since: str
    upto: str
    opened_at: datetime
    width: int
    chunks: tuple[int, ...]

    @property
    def bounds(self) -> dict[str, str]:
        return {"until": self.since, "upto": self.upto}

    @property
    def version(self) -> int:
        """Of what is written for it: the same, whoever settles it, and however often."""
        return int(self.upto)

    def of_chunk(self, n: int) -> dict[str, Any]:
        return {**self.bounds, "low": n * self.width, "high": (n + 1) * self.width}


@contextmanager
def only_settler(services: Services) -> Iterator[bool]:
    """Whether we are it, for as long as the block lasts; the lock goes with its connection, whatever becomes of us."""
    with services.reading() as sql:
        if not sql.scalar(TAKE, {"lock": SETTLER}):
            yield False
            return
        try:
            yield True
        finally:
            sql.execute(GIVE, {"lock": SETTLER})


def results_due(sql: Connection) -> bool:
    """Whether a window is open, or there is something for one."""
    row = sql.execute(READ).one()
    if row.upto is not None:
        return True
    return bool(sql.scalar(ANYTHING, {"until": row.until, "upto": sql.scalar(HORIZON)}))


def window_open(services: Services) -> bool:
    """Whether somebody left one."""
    with services.reading() as sql:
        return sql.execute(READ).one().upto is not None


def open_window(services: Services) -> Window | None:
    """The window that was left open, or a new one up to now; None: nothing is due. By the only settler."""
    with services.sql.begin() as sql:
        long_work(sql)
        row = sql.execute(READ).one()
        if row.upto is None:
            bounds = {"until": row.until, "upto": sql.scalar(HORIZON)}
            if not sql.scalar(ANYTHING, bounds):
                return None
            size = sql.execute(SIZE, bounds).one()
            count = -(-size.plays // MOST_IN_CHUNK)
            width = max(1, -(-(size.high + 1 - size.low) // count))
            chunks = list(range(size.low // width, size.high // width + 1))
            opened = {"upto": bounds["upto"], "at": services.now().at, "width": width, "chunks": chunks}
            sql.execute(OPEN, opened)
            row = sql.execute(READ).one()
        return _window(row)


def _window(row: Row[Any]) -> Window:
    return Window(row.until, row.upto, row.opened_at, row.width, tuple(sorted(row.chunks)))


@contextmanager
def chunk(services: Services, window: Window, n: int) -> Iterator[Connection | None]:
    """A transaction in which chunk `n` is done; None: it has been."""
    with services.sql.begin() as sql:
        long_work(sql)
        sql.execute(text("SELECT pg_advisory_xact_lock(:a, :b)"), {"a": CHUNK, "b": n % (1 << 31)})
        row = sql.execute(READ).one()
        if row.upto != window.upto or n not in row.chunks:
            yield None
            return
        yield sql
        sql.execute(DONE, {"n": n})


def close_window(services: Services, window: Window) -> bool:
    """All its chunks are done. False: they are not."""
    with services.sql.begin() as sql:
        if not sql.execute(CLOSE, {"upto": window.upto}).rowcount:
            return False
        sql.execute(FORGET, {"upto": window.upto})
        return True


def long_work(sql: Connection) -> None:
    """Workers' transactions may take minutes, and a plan made for ten rows must not be used for millions."""
    sql.execute(text("SET LOCAL statement_timeout = 0"))
    sql.execute(text("SET LOCAL lock_timeout = 0"))
    sql.execute(text("SET LOCAL work_mem = '128MB'"))
    sql.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    sql.execute(text("SET LOCAL default_statistics_target = 10"))  # sizes decide these plans, not histograms
