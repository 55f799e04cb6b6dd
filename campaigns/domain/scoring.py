"""What one answer is worth, before any comparison with others. Whole numbers; halves are rounded up, exactly.

`speed` is Kahoot's published formula: round(possible × (1 − (t ÷ T) ÷ 2)), all of it below half a second, so that an
answer in time never earns less than half. `flat` is all or nothing. Estimates (product rules): full at the value, half
at the stated margin, nothing beyond twice the margin, linear between; combined with a rule as round(base × closeness).
*Right*, where a rule needs a yes or no (streak, first_n, survival, rank), means within the margin.

Numbers are taken as they are written (0.1 is a tenth): with binary fractions 1.1 would lie outside 1.0 ± 0.1.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import floor, isfinite

from campaigns.domain.question import ValueKey

FULL_BELOW_MS = 500
STREAK_STEP, STREAK_CAP = 100, 500

_HALF = Fraction(1, 2)


def speed(possible: int, elapsed_ms: int, limit_ms: int) -> int:
    """Kahoot's formula. `elapsed_ms` beyond the limit (a clock corrected since) counts as the limit."""
    if elapsed_ms < FULL_BELOW_MS:
        return possible
    taken_ms = min(elapsed_ms, limit_ms)
    return (possible * (2 * limit_ms - taken_ms) + limit_ms) // (2 * limit_ms)


def flat(possible: int) -> int:
    return possible


def closeness(value: float, key: ValueKey) -> float:
    """0…1: how near an estimate is."""
    return float(_closeness(value, key))


def within(value: float, key: ValueKey) -> bool:
    """Whether an estimate counts as right: at most the margin away."""
    return _closeness(value, key) >= _HALF


def estimated(base: int, value: float, key: ValueKey) -> int:
    """What a rule's `base` becomes for an estimate."""
    return _rounded(base * _closeness(value, key))


def streak_bonus(streak: int) -> int:
    """`streak` right answers in a row, this one included: 0, 100, 200, 300, 400, then 500 each."""
    return min(STREAK_CAP, STREAK_STEP * max(0, streak - 1))


@lru_cache(maxsize=4096)  # a hall guesses the same few hundred numbers, and each is asked twice
def _closeness(value: float, key: ValueKey) -> Fraction:
    if not isfinite(value):
        return Fraction(0)
    away = abs(_as_written(value) - _as_written(key.value))
    return max(Fraction(0), 1 - away / (2 * _as_written(key.margin)))


def _as_written(number: float) -> Fraction:
    return Fraction(repr(number))


def _rounded(number: Fraction) -> int:
    return floor(number + _HALF)
