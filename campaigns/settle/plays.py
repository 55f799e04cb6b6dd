"""Settle what has been played: the next window of results into tallies, boards, points and badges. Exactly once.

Whoever comes while another settles goes away: the results are in the record, and the next hint or the sweeper finds them.
Big windows are worked off by two lanes, chunk by chunk of fans; then boards whose period is over are closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import text

from campaigns.bootstrap import Services
from campaigns.settle.quiz.board_rows import forget_rows, write_buckets, write_rows
from campaigns.settle.quiz.finals import boards_due, bring_up
from campaigns.settle.quiz.freeze import freeze_boards, freeze_due
from campaigns.settle.quiz.points import grant_badges, lock_ledger, write_points
from campaigns.settle.quiz.stands import Stands, stands
from campaigns.settle.quiz.sums import sum_up, tally, temporary
from campaigns.settle.quiz.window import (
    Window,
    chunk,
    close_window,
    long_work,
    only_settler,
    open_window,
    results_due,
    window_open,
)

T = TypeVar("T")
LANES = 2
SWEPT = ("board_row", "board_bucket", "tally")  # after a big window: what is visible to all is read from indexes alone


def settle_plays(services: Services, _: int = 0) -> bool:
    """One window, and what is due of boards. False: nothing was to do, or another is at it."""
    with only_settler(services) as ours:
        if not ours:
            return False
        moved = False
        if not window_open(services):  # a board that was to be closed has no rows to settle on any more
            moved = _freeze(services) | _boards(services)
        window = open_window(services)
        if window is not None:
            _settle(services, window)
        return _boards(services) or window is not None or moved


def _freeze(services: Services) -> bool:
    """Freeze time comes whether anybody plays or not."""
    with services.sql.begin() as sql:
        return freeze_boards(sql, services.now().at)


def _boards(services: Services) -> bool:
    """Close the boards that are over, make those anew that are stale."""
    with services.reading() as sql:
        due = boards_due(services, sql)
    _in_lanes(due, lambda board_id: bring_up(services, board_id))
    return bool(due)


def plays_due(services: Services) -> bool:
    """Whether settle_plays would have something to do."""
    with services.reading() as sql:
        return results_due(sql) or freeze_due(sql, services.now().at) or bool(boards_due(services, sql))


def _settle(services: Services, window: Window) -> None:
    with services.sql.begin() as sql:
        long_work(sql)
        places = stands(sql, window)
        freeze_boards(sql, window.opened_at)
    _in_lanes(window.chunks, lambda n: _settle_chunk(services, window, places, n))
    if close_window(services, window) and len(window.chunks) > 1:
        _in_lanes(SWEPT, lambda name: _sweep(services, name))


def _sweep(services: Services, table: str) -> None:
    with services.reading() as sql:
        sql.execute(text("SET statement_timeout = 0"))
        sql.execute(text(f"VACUUM (ANALYZE) {table}"))
        sql.execute(text("RESET statement_timeout"))


def _settle_chunk(services: Services, window: Window, places: Stands, n: int) -> None:
    with chunk(services, window, n) as sql:
        if sql is None:
            return
        temporary(sql, places)
        values = window.of_chunk(n)
        if not sum_up(sql, values, places):
            return
        forget_rows(sql)
        tally(sql, values)
        write_rows(sql, places)
        grant_badges(sql, window.version, window.opened_at)
        lock_ledger(sql)
        write_buckets(sql)
        write_points(sql, window.version, window.opened_at)


def _in_lanes(items: Iterable[T], work: Callable[[T], None]) -> None:
    """All of them, two at a time; the first failure is raised once the others have come to rest."""
    listed = list(items)
    if len(listed) < 2:
        for item in listed:
            work(item)
        return
    with ThreadPoolExecutor(LANES) as lanes:
        for done in [lanes.submit(work, item) for item in listed]:
            done.result()
