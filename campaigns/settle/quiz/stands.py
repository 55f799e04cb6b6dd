"""On which boards a play stands: for each run and day of a window, the periods' boards, until when they take results.

A play belongs to the day it was begun, but a day's board must be over at some time: a result counts there (and on its
week's and month's) if the play ended within `GRACE` after the period. That can be read off the row alone, so computing
again gives the same. A period's board is closed a little later (`CLOSED`), when all such results have been committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from campaigns.domain import periods
from campaigns.domain.periods import GRACE, Span, span_of
from campaigns.settle.quiz.window import Window

CLOSED = GRACE + timedelta(minutes=5)
DAY, WEEK, MONTH = 1, 2, 4  # bits of `mark`: in time for the day, the week, the month
MOST_CHANNELS = 100  # of a run: the name of a channel comes with a link, and anybody can make links

SPREAD = text("""
SELECT run_id, day, min(ended_at) AS earliest FROM play_result
 WHERE xid >= CAST(:until AS xid8) AND xid < CAST(:upto AS xid8) GROUP BY 1, 2
UNION ALL
SELECT r.run_id, r.day, NULL FROM play_result r JOIN run ON run.id = r.run_id
  JOIN run again ON again.activity_id = run.activity_id JOIN retally t ON t.run_id = again.id AND t.fan_id = r.fan_id
 WHERE t.xid >= CAST(:until AS xid8) AND t.xid < CAST(:upto AS xid8) GROUP BY 1, 2
UNION ALL
SELECT r.run_id, r.day, min(r.ended_at) FROM play_void v JOIN play_result r USING (play_id)
 WHERE v.xid >= CAST(:until AS xid8) AND v.xid < CAST(:upto AS xid8)
    OR v.lifted >= CAST(:until AS xid8) AND v.lifted < CAST(:upto AS xid8) GROUP BY 1, 2
UNION ALL
SELECT r.run_id, r.day, min(r.ended_at) FROM sent_away gone JOIN play_result r USING (run_id, fan_id)
 WHERE gone.xid >= CAST(:until AS xid8) AND gone.xid < CAST(:upto AS xid8) GROUP BY 1, 2
""")
RUNS = text("""
SELECT run.id, run.activity_id, run.campaign_id, c.zone, jsonb_array_length(run.rules->'levels') AS levels
  FROM run JOIN campaign c ON c.id = run.campaign_id WHERE run.id = ANY (:runs) AND NOT run.rehearsal
""")
# Of those who are settled anew too: a guest's plays come with the channel of the member that the guest has become.
CHANNELS = text("""
WITH came AS (
  SELECT r.run_id, r.fan_id FROM play_result r WHERE r.xid >= CAST(:until AS xid8) AND r.xid < CAST(:upto AS xid8)
  UNION
  SELECT r.run_id, r.fan_id FROM retally t JOIN run again ON again.id = t.run_id
    JOIN run ON run.activity_id = again.activity_id JOIN play_result r ON r.run_id = run.id AND r.fan_id = t.fan_id
   WHERE t.xid >= CAST(:until AS xid8) AND t.xid < CAST(:upto AS xid8))
SELECT DISTINCT run.id AS run_id, p.first_channel AS channel FROM came JOIN run ON run.id = came.run_id
  JOIN participation p ON p.campaign_id = run.campaign_id AND p.fan_id = came.fan_id
 WHERE p.first_channel IS NOT NULL AND run.id = ANY (:runs) ORDER BY 1, 2
""")
# of a big window: looking at each play would take longer than at each fan of the campaign
ALL_CHANNELS = text("""
SELECT run.id AS run_id, p.first_channel AS channel FROM run JOIN participation p ON p.campaign_id = run.campaign_id
 WHERE run.id = ANY (:runs) AND p.first_channel IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
""")
MAKE = text("""
INSERT INTO board (activity_id, name) SELECT * FROM unnest(CAST(:activity AS bigint[]), CAST(:name AS text[]))
    ON CONFLICT DO NOTHING
""")
FIND = text("SELECT id, activity_id, name, final_at FROM board WHERE activity_id = ANY (:activities)")
STALE = text("UPDATE board SET stale = true WHERE id = ANY (:ids) AND NOT stale")


@dataclass(frozen=True, slots=True)
class RunFacts:
    id: int
    activity_id: int
    zone: ZoneInfo
    levels: int


@dataclass(frozen=True, slots=True)
class Stands:
    """Rows for the temporary tables of a chunk. `days`: (run, day, until…). `periods`: (run, day, bit, board, closing) of live
    boards; closing: over when the window was opened, so that only its first places are worth a row. `wholes`: (run, place,
    board), place 0: all and season, n: level n, -1: challenges. `channels`: (run, name, board)."""

    runs: Mapping[int, RunFacts]
    days: list[tuple[int, date, datetime, datetime, datetime]]
    periods: list[tuple[int, date, int, int, bool]]
    wholes: list[tuple[int, int, int]]
    channels: list[tuple[int, str, int]]

    @property
    def levels(self) -> int:
        return max((run.levels for run in self.runs.values()), default=0)


@dataclass(frozen=True, slots=True)
class Known:
    """A board in SQL."""

    id: int
    final: bool


def stands(sql: Connection, window: Window) -> Stands:
    """Makes the boards that are missing, and marks the final ones that this window changes. Doing it twice is harmless."""
    spread = sql.execute(SPREAD, window.bounds).all()
    facts = sql.execute(RUNS, {"runs": sorted({row.run_id for row in spread})})
    runs = {row.id: RunFacts(row.id, row.activity_id, ZoneInfo(row.zone), row.levels) for row in facts}
    spread = [row for row in spread if row.run_id in runs]
    channels = _channels(sql, window, list(runs))
    names = {(run.activity_id, name) for run in runs.values() for name in _names(run)}
    names |= {(runs[run].activity_id, periods.channel_board(run, channel)) for run, channel in channels}
    names |= {(runs[row.run_id].activity_id, name) for row in spread for name in _period_names(row.day)}
    boards = _boards(sql, names)
    _mark_stale(sql, spread, runs, boards)
    seen = sorted({(row.run_id, row.day) for row in spread})
    return Stands(
        runs,
        [(run, day, *(_span(name, runs[run]).until + GRACE for name in _period_names(day))) for run, day in seen],
        [row for run, day in seen for row in _live_periods(runs[run], day, boards, window.opened_at)],
        [row for run in runs.values() for row in _wholes(run, boards)],
        [(run, c, boards[runs[run].activity_id, periods.channel_board(run, c)].id) for run, c in channels],
    )


def _names(run: RunFacts) -> Iterable[str]:
    yield from (periods.ALL, periods.season_board(run.id), periods.challenge_board(run.id))
    yield from (periods.level_board(run.id, n) for n in range(1, run.levels + 1))


def _period_names(day: date) -> tuple[str, str, str]:
    """In the order of the bits."""
    return periods.day_board(day), periods.week_board(day), periods.month_board(day)


def _span(name: str, run: RunFacts) -> Span:
    span = span_of(name, run.zone)
    assert span is not None
    return span


def _wholes(run: RunFacts, boards: Mapping[tuple[int, str], Known]) -> Iterable[tuple[int, int, int]]:
    placed = [(0, periods.ALL), (0, periods.season_board(run.id)), (-1, periods.challenge_board(run.id))]
    placed += [(n, periods.level_board(run.id, n)) for n in range(1, run.levels + 1)]
    for place, name in placed:
        board = boards[run.activity_id, name]
        if not board.final:
            yield run.id, place, board.id


def _live_periods(
    run: RunFacts, day: date, boards: Mapping[tuple[int, str], Known], now: datetime
) -> Iterable[tuple[int, date, int, int, bool]]:
    for bit, name in zip((DAY, WEEK, MONTH), _period_names(day), strict=True):
        board = boards[run.activity_id, name]
        if not board.final:
            yield run.id, day, bit, board.id, now >= _span(name, run).until + CLOSED


def _channels(sql: Connection, window: Window, runs: list[int]) -> list[tuple[int, str]]:
    """The first hundred of each run are kept."""
    like = text("SELECT name FROM board WHERE activity_id IN (SELECT activity_id FROM run WHERE id = ANY (:runs))")
    known = [name.split(":", 2) for name in sql.scalars(like, {"runs": runs}) if name.startswith("channel:")]
    kept: dict[int, set[str]] = {run: set() for run in runs}
    for _, run, channel in known:
        kept.setdefault(int(run), set()).add(channel)
    for row in sql.execute(CHANNELS if len(window.chunks) < 2 else ALL_CHANNELS, {**window.bounds, "runs": runs}):
        if len(kept[row.run_id]) < MOST_CHANNELS:
            kept[row.run_id].add(row.channel)
    return [(run, channel) for run in runs for channel in sorted(kept[run])]


def _boards(sql: Connection, names: set[tuple[int, str]]) -> dict[tuple[int, str], Known]:
    keys = sorted(names)
    sql.execute(MAKE, {"activity": [activity for activity, _ in keys], "name": [name for _, name in keys]})
    rows = sql.execute(FIND, {"activities": sorted({activity for activity, _ in keys})})
    return {(row.activity_id, row.name): Known(row.id, row.final_at is not None) for row in rows}


def _mark_stale(sql: Connection, spread: list[Any], runs: Mapping[int, RunFacts], boards: Mapping[Any, Known]) -> None:
    stale = set()
    for row in spread:
        run = runs[row.run_id]
        if row.earliest is None:  # settled anew: what final boards say changes by voids and by who is sent away
            continue
        for name in (*_period_names(row.day), periods.season_board(run.id)):
            board, span = boards[run.activity_id, name], span_of(name, run.zone)
            if board.final and (span is None or row.earliest < span.until + GRACE):
                stale.add(board.id)
    sql.execute(STALE, {"ids": sorted(stale)})
