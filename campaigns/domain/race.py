"""The race of a round: when which choice was given, all answers of the hall in at most 64 steps of time.

Lanes are places of the round's recorded order, as everywhere on the wire; an answer with several places runs in each of them,
so a lane's sum is the place's count. Time is what scoring judged by (net of allowance and pauses), cut at the whole second after
the slowest answer: most of a hall answers in the first third, and silence needs no room. Rejected: single answers (a million
dots are one colour) and bins of equal counts (a race is watched along its time).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

BINS = 64


@dataclass(frozen=True, slots=True)
class Race:
    """`lanes[place][bin]` answers; the bins are of equal length, from 0 to `until_ms`."""

    until_ms: int
    lanes: tuple[tuple[int, ...], ...]


def race_of(answers: Iterable[tuple[Collection[int], int, int]], places: int) -> Race | None:
    """From (places, elapsed_ms, fans). None: nobody answered, or there is nothing to choose (an estimate)."""
    given = list(answers)
    if not given or places == 0:
        return None
    until_ms = (max(elapsed_ms for _, elapsed_ms, _ in given) // 1000 + 1) * 1000
    lanes = [[0] * BINS for _ in range(places)]
    for chosen, elapsed_ms, fans in given:
        at = elapsed_ms * BINS // until_ms
        for place in chosen:
            lanes[place][at] += fans
    return Race(until_ms, tuple(map(tuple, lanes)))


def halved(race: Race) -> Race:
    """The same answers in bins twice as long."""
    return Race(race.until_ms, tuple(_pairs(lane) for lane in race.lanes))


def _pairs(lane: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sum(lane[at : at + 2]) for at in range(0, len(lane), 2))
