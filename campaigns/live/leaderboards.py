"""Boards in Redis: absolute values only, written after the settlement's commit, readable only as a shortcut.

A rebuild writes a second key and renames it over the first, so a reader never sees half a board, and fans who were
removed are gone from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from redis import Redis

from campaigns.domain.leaderboard import board_value, unpack
from campaigns.live import keys

CHUNK = 5_000


def write_board(live: Redis, run_id: int, places: Iterable[tuple[int, int, int]]) -> None:
    """Replace the board by (fan, score, elapsed_ms) rows."""
    target = keys.board(run_id)
    fresh = f"{target}:new"
    live.delete(fresh)
    written = 0
    for chunk in _chunks(places):
        written += len(chunk)
        live.zadd(fresh, {str(fan): board_value(score, elapsed_ms) for fan, score, elapsed_ms in chunk})
    if not written:
        live.delete(target)
        return
    live.expire(fresh, keys.BOARD_SECONDS)
    live.rename(fresh, target)


def remove(live: Redis, run_id: int, fan_id: int) -> None:
    """Take one fan off the board."""
    live.zrem(keys.board(run_id), str(fan_id))


def rank_of(live: Redis, run_id: int, fan_id: int) -> tuple[int, int, int] | None:
    """(exact rank, participants, score); None when the fan or the board is not here."""
    board = keys.board(run_id)
    value = live.zscore(board, str(fan_id))
    if value is None:
        return None
    pipe = live.pipeline(transaction=False)
    pipe.zcount(board, f"({value!r}", "+inf")
    pipe.zcard(board)
    ahead, of = pipe.execute()
    return int(ahead) + 1, int(of), unpack(value)[0]


def places(live: Redis, run_id: int) -> dict[int, tuple[int, int]]:
    """Fan → (score, elapsed_ms) of the whole board; for checks."""
    rows: list[tuple[bytes, float]] = live.zrange(keys.board(run_id), 0, -1, withscores=True)  # type: ignore[assignment]  # redis-py types all shapes of answer at once
    return {int(fan): unpack(float(value)) for fan, value in rows}


def _chunks(rows: Iterable[tuple[int, int, int]]) -> Iterator[list[tuple[int, int, int]]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
