"""Attempts a day over midnight and both changes of the clock, and what a streak adds."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.daily import attempts_allowed, attempts_left, streak_after, streak_of, streak_on
from campaigns.domain.periods import day_of
from campaigns.domain.quiz_badges import longest_streak
from tests.domain.plays import rules

some = settings(max_examples=25, deadline=None)
LIMITED = rules(attempts_per_day=3, streak_extra_max=2)
TODAY = date(2026, 11, 22)
days = st.lists(st.integers(0, 12).map(lambda n: TODAY - timedelta(days=n)), max_size=10)


def begun(zone: str, first: datetime, every: timedelta, hours: int) -> Counter[date]:
    """How many plays a fan gets who tries again and again from `first` on, by day."""
    counts: Counter[date] = Counter()
    at, place = first.astimezone(UTC), ZoneInfo(zone)
    for _ in range(int(timedelta(hours=hours) / every)):
        day = day_of(at, place)
        if attempts_left(LIMITED, counts[day], streak=0):
            counts[day] += 1
        at += every
    return counts


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Shanghai", "Asia/Beirut"])
@pytest.mark.parametrize("eve", [date(2026, 3, 28), date(2026, 10, 24), date(2026, 11, 21)])
def test_the_limit_is_full_again_each_midnight_also_when_the_clock_changes(zone: str, eve: date) -> None:
    first = datetime.combine(eve, datetime.min.time(), ZoneInfo(zone))
    counts = begun(zone, first, timedelta(minutes=20), hours=72)
    assert set(counts.values()) == {3}
    assert [eve + timedelta(days=n) for n in range(3)] == sorted(counts)[:3]


def test_the_hour_that_comes_twice_gives_no_second_set_of_plays() -> None:
    first = datetime(2026, 10, 25, 0, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert begun("Europe/Berlin", first, timedelta(minutes=30), hours=25) == {date(2026, 10, 25): 3}


def test_no_limit_is_none_and_a_limit_never_goes_below_nought() -> None:
    assert attempts_left(rules(attempts_per_day=0, streak_extra_max=5), 99, 9) is None
    assert attempts_left(LIMITED, 7, 0) == 0


def test_each_day_of_the_streak_from_the_second_on_is_one_more_play_up_to_the_most() -> None:
    assert [attempts_left(LIMITED, 3, streak) for streak in (0, 1, 2, 3, 4, 30)] == [0, 0, 1, 2, 2, 2]


@some
@given(days, st.integers(1, 5), st.integers(0, 10))
def test_more_plays_than_the_limit_need_a_day_right_before_another(
    played: list[date], limit: int, extra_max: int
) -> None:
    allowed = attempts_allowed(rules(attempts_per_day=limit, streak_extra_max=extra_max), streak_of(played, TODAY))
    assert allowed is not None
    extra = allowed - limit
    assert 0 <= extra <= extra_max
    row = [TODAY - timedelta(days=n) for n in range(14)]
    row = row if TODAY in played else row[1:]
    assert set(row[: extra + 1 if extra else 0]) <= set(played), "each extra play stands for a day after the first"
    if len(set(played)) <= 1:
        assert extra == 0, "the first day has as many as the rules say"


def test_yesterday_s_streak_still_stands_today_and_not_tomorrow() -> None:
    yesterday = TODAY - timedelta(days=1)
    assert streak_on(TODAY, 4, yesterday) == 4
    assert streak_on(TODAY + timedelta(days=1), 4, yesterday) == 0
    assert streak_on(TODAY, 0, None) == 0


def test_a_second_play_of_the_day_makes_no_longer_streak() -> None:
    assert streak_after(4, TODAY, TODAY) == 4
    assert streak_after(4, TODAY - timedelta(days=1), TODAY) == 5
    assert streak_after(4, TODAY - timedelta(days=2), TODAY) == 1


@some
@given(days)
def test_a_streak_is_what_counting_back_from_today_finds(played: list[date]) -> None:
    start = TODAY if TODAY in played else TODAY - timedelta(days=1)
    counted = 0
    while start - timedelta(days=counted) in played:
        counted += 1
    assert streak_of(played, TODAY) == counted <= longest_streak(played)


@some
@given(days, st.randoms(use_true_random=False))
def test_the_order_of_the_days_does_not_matter(played: list[date], random: object) -> None:
    shuffled = list(played)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a Random
    assert streak_of(shuffled, TODAY) == streak_of(played, TODAY)
    assert longest_streak(shuffled) == longest_streak(played)
