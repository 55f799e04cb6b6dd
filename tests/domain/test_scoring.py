"""What one answer is worth: the published numbers, and the bounds they promise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.question import ValueKey
from campaigns.domain.scoring import closeness, estimated, flat, speed, streak_bonus, within

few = settings(max_examples=25, deadline=None)
possibles = st.sampled_from([0, 1000, 2000])
limits = st.integers(3_000, 240_000)
values = st.floats(-1e9, 1e9)
keys = st.builds(ValueKey, st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))


@pytest.mark.parametrize(
    ("possible", "elapsed_ms", "limit_ms", "wanted"),
    [
        (1000, 0, 20_000, 1000),
        (1000, 499, 20_000, 1000),
        (1000, 500, 20_000, 988),  # 987.5: halves go up
        (1000, 2_000, 30_000, 967),
        (1000, 10_000, 20_000, 750),
        (1000, 20_000, 20_000, 500),
        (1000, 20_500, 20_000, 500),
        (2000, 10_000, 20_000, 1500),
        (0, 10_000, 20_000, 0),
    ],
)
def test_speed_follows_the_published_formula(possible: int, elapsed_ms: int, limit_ms: int, wanted: int) -> None:
    assert speed(possible, elapsed_ms, limit_ms) == wanted


@few
@given(possibles, limits, st.integers(0, 300_000))
def test_in_time_is_never_worth_less_than_half_nor_more_than_all(possible: int, limit_ms: int, elapsed_ms: int) -> None:
    assert possible // 2 <= speed(possible, elapsed_ms, limit_ms) <= possible == flat(possible)


@few
@given(possibles, limits, st.integers(0, 240_000), st.integers(0, 240_000))
def test_later_is_never_worth_more(possible: int, limit_ms: int, one_ms: int, other_ms: int) -> None:
    early, late = sorted((one_ms, other_ms))
    assert speed(possible, early, limit_ms) >= speed(possible, late, limit_ms)


@pytest.mark.parametrize(
    ("value", "wanted"), [(186, 1.0), (191, 0.5), (181, 0.5), (188.5, 0.75), (196, 0.0), (176, 0.0), (500, 0.0)]
)
def test_closeness_is_full_at_the_value_half_at_the_margin_and_nothing_beyond_twice(
    value: float, wanted: float
) -> None:
    assert closeness(value, ValueKey(186, 5)) == wanted


def test_numbers_count_as_they_are_written() -> None:
    assert abs(1.1 - 1.0) > 0.1  # what binary fractions would say
    assert within(1.1, ValueKey(1.0, 0.1))
    assert closeness(1.1, ValueKey(1.0, 0.1)) == 0.5
    assert not within(1.1000001, ValueKey(1.0, 0.1))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_never_near(value: float) -> None:
    assert closeness(value, ValueKey(186, 5)) == 0.0
    assert not within(value, ValueKey(186, 5))


def test_an_estimate_is_worth_its_base_by_closeness() -> None:
    assert [estimated(1000, value, ValueKey(186, 5)) for value in (186, 187, 191, 195, 196)] == [1000, 900, 500, 100, 0]
    assert estimated(985, 191, ValueKey(186, 5)) == 493  # 492.5: halves go up


@few
@given(values, keys)
def test_closeness_is_a_share_and_half_of_it_is_right(value: float, key: ValueKey) -> None:
    share = closeness(value, key)
    assert 0.0 <= share <= 1.0
    assert (share > 0.5) <= within(value, key)
    assert within(value, key) <= (share >= 0.5)


@few
@given(keys, st.floats(0, 1e9), st.floats(0, 1e9))
def test_nearer_is_never_worth_less(key: ValueKey, one: float, other: float) -> None:
    near, far = sorted((key.value + one, key.value + other))
    assert closeness(near, key) >= closeness(far, key)


def test_a_streak_pays_0_100_200_300_400_and_then_500_each() -> None:
    assert [streak_bonus(streak) for streak in range(9)] == [0, 0, 100, 200, 300, 400, 500, 500, 500]
