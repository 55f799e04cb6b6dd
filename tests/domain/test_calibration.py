"""How late a stream is, from taps at numbered flashes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.calibration import APART_MS, FLASHES, Estimate, flashes, measured, together
from campaigns.domain.cohort import LONGEST_MS

MS = 1_000_000
SHOWN = flashes(10**12)


def taps(*late_ms: int) -> list[int]:
    return [at + ms * MS for at, ms in zip(SHOWN, late_ms, strict=True)]


def test_the_median_of_three_forgives_one_slip_and_the_spread_tells_of_it() -> None:
    assert measured(SHOWN, taps(12_200, 12_310, 12_250)) == Estimate(12_250, 110)
    assert measured(SHOWN, taps(12_200, 12_310, 19_000)) == Estimate(12_310, 6_800)


@pytest.mark.parametrize("late", [(-1, 100, 100), (100, 100, LONGEST_MS + 1)])
def test_taps_that_cannot_be_of_these_flashes_measure_nothing(late: tuple[int, ...]) -> None:
    assert measured(SHOWN, taps(*late)) is None
    assert measured(SHOWN, taps(100, 100, 100)[:2]) is None


@given(st.lists(st.integers(0, LONGEST_MS), min_size=FLASHES, max_size=FLASHES))
def test_the_estimate_lies_among_the_taps(late: list[int]) -> None:
    found = measured(SHOWN, taps(*late))
    assert found is not None
    assert found.delay_ms in late and found.spread_ms == max(late) - min(late)


def test_several_viewers_are_as_uncertain_as_they_differ() -> None:
    assert together([]) is None
    assert together([Estimate(9_000, 80)]) == Estimate(9_000, 80)
    assert together([Estimate(9_000, 80), Estimate(9_400, 50), Estimate(9_100, 90)]) == Estimate(9_100, 400)
    assert together([Estimate(9_000, 80), Estimate(9_000, 90)]) == Estimate(9_000, 80)


def test_flashes_are_far_enough_apart_for_eyes_that_must_not_see_more_than_two_a_second() -> None:
    assert min(APART_MS) >= 3000 and sorted(SHOWN) == SHOWN and len(SHOWN) == FLASHES == 3
