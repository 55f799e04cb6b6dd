"""Quiz badges that many fans get, as bits: a tally holds them in one number, a settlement grants them in one row.

The numbers stand in the record: never renumber. What few fans get (tops of a period, authors) has no bit.
"""

from __future__ import annotations

from campaigns.domain.quiz_badges import ROAD, STREAKS, level_badge, perfect_badge, streak_badge

LEVELS = 12
PERFECT_SHIFT = LEVELS  # bits 12 to 23, as levels are 0 to 11
ROAD_BIT = 24
STREAK_BIT = 25  # and 26, 27: one for each of STREAKS

_NAMES = (
    *(level_badge(n) for n in range(1, LEVELS + 1)),
    *(perfect_badge(n) for n in range(1, LEVELS + 1)),
    ROAD,
    *(streak_badge(days) for days in STREAKS),
)


def badges_in(bits: int) -> tuple[str, ...]:
    """The names of the set bits, in a fixed order."""
    return tuple(name for bit, name in enumerate(_NAMES) if bits >> bit & 1)


def best_badge(bits: int) -> str | None:
    """The one to show beside a name: the longest streak, the whole road, the highest flawless level, the highest level."""
    for low, high in ((STREAK_BIT + 1, len(_NAMES)), (ROAD_BIT, ROAD_BIT + 1), (PERFECT_SHIFT, ROAD_BIT), (0, LEVELS)):
        for bit in reversed(range(low, high)):
            if bits >> bit & 1:
                return _NAMES[bit]
    return None
