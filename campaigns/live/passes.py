"""The newest gates passed in a quiz's run, for its wall: a short list in Redis, from all web processes together.

Decoration, not a fact: what is lost here is in the record. So one push a second and process, never one per answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redis import Redis

from campaigns.live import keys

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Pass:
    """Fan `fan_id` came through gate `level`, at `at_ms` since 1970."""

    fan_id: int
    level: int
    at_ms: int


def push(live: Redis, run_id: int, passes: Sequence[Pass]) -> None:
    """Add these, oldest first; only the newest SHOWN stay."""
    key = keys.passes(run_id)
    pipe = live.pipeline(transaction=False)
    pipe.lpush(key, *(f"{each.fan_id} {each.level} {each.at_ms}" for each in passes[-SHOWN:]))
    pipe.ltrim(key, 0, SHOWN - 1)
    pipe.expire(key, keys.PASSES_SECONDS)
    pipe.execute()


def newest(live: Redis, run_id: int) -> list[Pass]:
    """Newest first."""
    rows = live.lrange(keys.passes(run_id), 0, SHOWN - 1)
    passes = [Pass(*(int(part) for part in row.split())) for row in rows]
    return sorted(passes, key=lambda each: -each.at_ms)
