"""How late a stream is, from taps at flashes: the n-th tap is of the n-th flash, which the screen numbers.

The median of three forgives one slip; the spread, from the quickest tap to the slowest, says how much to trust it. A person's
reaction (about 0.2 s) stays in it: that makes a cohort late rather than early, which costs nobody anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median

from campaigns.domain.cohort import LONGEST_MS

FIRST_MS = 8_000  # until the first flash: long enough to look up
APART_MS = (5_000, 6_500)  # uneven, so that nobody taps in rhythm
FLASHES = 1 + len(APART_MS)
NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    delay_ms: int
    spread_ms: int


def flashes(now_ns: int) -> list[int]:
    """When the screens flash, as readings of the clock that `now_ns` is one of."""
    return [now_ns + ms * NS_PER_MS for ms in accumulate((FIRST_MS, *APART_MS))]


def measured(flashes_ns: Sequence[int], taps_ns: Sequence[int]) -> Estimate | None:
    """One viewer's. None: not a tap for each flash, or one from before its flash or long after it."""
    if len(taps_ns) != len(flashes_ns):
        return None
    late_ms = [(tap - flash) // NS_PER_MS for tap, flash in zip(taps_ns, flashes_ns, strict=True)]
    if not all(0 <= each <= LONGEST_MS for each in late_ms):
        return None
    return Estimate(int(median(late_ms)), max(late_ms) - min(late_ms))


def together(viewers: Sequence[Estimate]) -> Estimate | None:
    """All viewers' as one: the median of their medians; as uncertain as they differ, or as the most certain of them is."""
    if not viewers:
        return None
    delays = [each.delay_ms for each in viewers]
    spread_ms = max(max(delays) - min(delays), min(each.spread_ms for each in viewers))
    return Estimate(int(median(delays)), spread_ms)
