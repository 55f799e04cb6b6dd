"""Boards in Redis: absolute values only, written after the settlement's commit, readable only as a shortcut.

A rebuild writes a second key and renames it over the first, so a reader never sees half a board, and fans who were
removed are gone from it. With the board comes its *edition*, a number from the snapshot it was read in, which every
settlement raises: who has another edition in the record's hand knows that this board is not the one. Rejected: ranks from
here (the fan's own row in SQL has it, and two stores cannot be read at one instant), telling a stale board by a score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from redis import Redis

from campaigns.domain.leaderboard import board_value, unpack
from campaigns.live import keys

CHUNK = 5_000


def write_board(live: Redis, run_id: int, edition: int, places: Iterable[tuple[int, int, int]]) -> None:
    """Replace the board and its edition by (fan, score, elapsed_ms) rows, at one instant."""
    target, stamp = keys.board(run_id), keys.board_edition(run_id)
    fresh = f"{target}:new"
    live.delete(fresh)
    written = 0
    for chunk in _chunks(places):
        written += len(chunk)
        live.zadd(fresh, {str(fan): board_value(score, elapsed_ms) for fan, score, elapsed_ms in chunk})
    if not written:
        live.delete(target, stamp)
        return
    live.expire(fresh, keys.BOARD_SECONDS)
    pipe = live.pipeline(transaction=True)
    pipe.rename(fresh, target)
    pipe.set(stamp, edition, ex=keys.BOARD_SECONDS)
    pipe.execute()


def remove(live: Redis, run_id: int, fan_id: int) -> None:
    """Take one fan off the board."""
    live.zrem(keys.board(run_id), str(fan_id))


def size_of(live: Redis, run_id: int, edition: int) -> int | None:
    """How many are on the board; None when this edition of it is not here."""
    pipe = live.pipeline(transaction=True)
    pipe.get(keys.board_edition(run_id))
    pipe.zcard(keys.board(run_id))
    stamp, size = pipe.execute()
    return int(size) if stamp is not None and int(stamp) == edition else None


def places(live: Redis, run_id: int) -> dict[int, tuple[int, int]]:
    """Fan → (score, elapsed_ms) of the whole board; for checks."""
    rows: list[tuple[bytes, float]] = live.zrange(keys.board(run_id), 0, -1, withscores=True)  # type: ignore[assignment]  # redis-py types all shapes of answer at once
    return {int(fan): unpack(float(value)) for fan, value in rows}


def _chunks(rows: Iterable[tuple[int, int, int]]) -> Iterator[list[tuple[int, int, int]]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
