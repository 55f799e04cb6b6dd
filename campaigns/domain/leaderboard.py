"""The board: order, ranks, the one number that sorts it, and the histogram from which pages tell their own standing.

Order: score down, then summed elapsed of right answers up; whoever is equal in both shares the rank (decision 0002).
Both travel in one double, the *board value*, so that Redis, SQL and this module sort alike. Elapsed says who was
faster to a score; at score 0 it says nothing (`tie_ms`). The histogram is ≤ 300 [lowest score in the bucket, fans]
pairs, exact as long as there are that few different scores, then equal-width buckets.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_SPAN = 2**21
LONGEST_MS = _SPAN - 1  # 35 minutes of right answers; beyond it, elapsed no longer breaks ties
HIGHEST_SCORE = 2**32 - 1  # score and elapsed together: 53 bits, what a double holds exactly


@dataclass(frozen=True, slots=True)
class Place:
    fan: int
    score: int
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Ranked:
    fan: int
    score: int
    elapsed_ms: int
    rank: int


def tie_ms(score: int, summed_ms: int, *, out: bool = False) -> int:
    """The elapsed a place is ordered by: at score 0 all are equal, but who is out (survival) stands behind."""
    if score > 0:
        return min(summed_ms, LONGEST_MS)
    return LONGEST_MS if out else 0


def ranked(places: Iterable[Place]) -> list[Ranked]:
    """Best first, equals by fan. rank = 1 + number of fans strictly ahead."""
    rows: list[Ranked] = []
    before: float | None = None
    for place in sorted(places, key=lambda p: (-board_value(p.score, p.elapsed_ms), p.fan)):
        value = board_value(place.score, place.elapsed_ms)
        rank = rows[-1].rank if value == before else len(rows) + 1
        rows.append(Ranked(place.fan, place.score, place.elapsed_ms, rank))
        before = value
    return rows


def board_value(score: int, elapsed_ms: int) -> float:
    """score · 2^21 + (2^21 − 1 − elapsed), exact for scores below 2^32: higher is better."""
    return float(score * _SPAN + LONGEST_MS - min(elapsed_ms, LONGEST_MS))


def unpack(value: float) -> tuple[int, int]:
    """(score, elapsed_ms) of a board value."""
    score, rest = divmod(int(value), _SPAN)
    return score, LONGEST_MS - rest


def histogram(scores: Iterable[int] | Mapping[int, int], most: int = 300) -> list[tuple[int, int]]:
    """Ascending (lowest score in the bucket, fans in it), at most `most`; no empty buckets.

    `scores`: of each fan, or how many fans have each.
    """
    counts = Counter(scores)
    if len(counts) <= most:
        return sorted(counts.items())
    low, high = min(counts), max(counts)
    width = -(-(high - low + 1) // most)
    buckets: dict[int, tuple[int, int]] = {}
    for score in sorted(counts):
        lowest, fans = buckets.get((score - low) // width, (score, 0))
        buckets[(score - low) // width] = (lowest, fans + counts[score])
    return list(buckets.values())


def coarser(buckets: Sequence[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """The same fans in at most `most` buckets, neighbours put together."""
    step = -(-len(buckets) // max(1, most))
    return [
        (buckets[at][0], sum(fans for _, fans in buckets[at : at + step]))
        for at in range(0, len(buckets), max(1, step))
    ]


def ahead_of(buckets: Sequence[tuple[int, int]], of: int, score: int) -> int | None:
    """Percent of the others in buckets below one's own (the last whose lowest score is ≤ `score`), rounded down.

    None when alone. Inside one's own bucket nobody counts as behind: never more is promised than is true.
    """
    if of <= 1:
        return None
    own = bisect_right([lowest for lowest, _ in buckets], score) - 1
    behind = sum(fans for _, fans in buckets[: max(0, own)])
    return 100 * behind // (of - 1)


def podium_rows(rows: Sequence[Ranked], step: int, most: int = 10) -> list[Ranked]:
    """Who stands on the podium once `step` (3, 2, 1; 0: nobody yet) is shown, best first; ties share a step.

    Score 0 stands on no podium. More than `most` sharing the three steps: those named first on the board are shown.
    """
    standing = [row for row in rows if row.rank <= 3 and row.score > 0][:most]
    return [row for row in standing if row.rank >= step] if step else []
