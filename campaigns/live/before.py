"""What the checklist before the night asks Redis for: when each screen was last heard, which devices opened the test link.

Of today, and of use today: it may be lost with Redis, and then screens tell again within seconds, and a phone opens the
link once more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from redis import Redis

from campaigns.live import keys

MOST_OPENINGS = 5


@dataclass(frozen=True, slots=True)
class Showing:
    """What a screen was sent last, and when it was heard of (seconds since 1970). `scene` "": nothing yet; "brand": the brand."""

    heard_s: float
    code: str
    scene: str


def tell_screens(live: Redis, showing: Mapping[int, Showing]) -> None:
    """By display id."""
    pipe = live.pipeline(transaction=False)
    pipe.hset(keys.SCREENS, mapping={str(display): json.dumps(asdict(each)) for display, each in showing.items()})
    pipe.expire(keys.SCREENS, keys.SCREENS_SECONDS)
    pipe.execute()


def screens_told(live: Redis) -> dict[int, Showing]:
    return {int(display): Showing(**json.loads(told)) for display, told in live.hgetall(keys.SCREENS).items()}


def note_opening(live: Redis, told: Mapping[str, str | float | None]) -> None:
    pipe = live.pipeline()
    pipe.lpush(keys.OPENINGS, json.dumps(dict(told)))
    pipe.ltrim(keys.OPENINGS, 0, MOST_OPENINGS - 1)
    pipe.expire(keys.OPENINGS, keys.OPENINGS_SECONDS)
    pipe.execute()


def openings(live: Redis) -> list[dict[str, str | float | None]]:
    """The newest first."""
    return [json.loads(told) for told in live.lrange(keys.OPENINGS, 0, -1)]
