"""A question's clock in a play: the closing, extra time, the network's share, restarts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.moment import Moment
from campaigns.domain.play_clock import MS, PlayClock, allowance_ns, between_ns
from tests.domain.plays import MORNING, SECOND

some = settings(max_examples=25, deadline=None)
OPENED = Moment(MORNING, 7 * SECOND, "boot")
CLOCK = PlayClock(OPENED, 20)


def after(ns: int) -> Moment:
    return Moment(MORNING + timedelta(microseconds=ns // 1000), 7 * SECOND + ns, "boot")


def test_the_closing_itself_is_in_time_and_the_next_nanosecond_is_not() -> None:
    assert CLOCK.in_time(after(20 * SECOND))
    assert not CLOCK.in_time(after(20 * SECOND + 1))
    assert CLOCK.in_time(after(20 * SECOND + 5), allowance_ns=5)
    assert (CLOCK.closes_ns, CLOCK.closes_at) == (27 * SECOND, MORNING + timedelta(seconds=20))


def test_extra_time_is_half_of_the_seconds_to_the_millisecond() -> None:
    longer = replace(PlayClock(OPENED, 5), extended=True)
    assert longer.lasts_ns == 7_500 * MS
    assert longer.closes_at == MORNING + timedelta(seconds=7.5)


def test_the_whole_round_trip_is_given_back_up_to_the_cap() -> None:
    assert [allowance_ns(rtt, 100 * MS) for rtt in (None, 0, 40 * MS, 900 * MS)] == [0, 0, 40 * MS, 100 * MS]


@some
@given(st.integers(-SECOND, 60 * SECOND), st.integers(0, 250 * MS))
def test_elapsed_is_raw_less_allowance_and_never_below_nought(ns: int, allowed: int) -> None:
    moment = after(ns)
    assert 0 <= CLOCK.elapsed_ns(moment, allowed) <= CLOCK.raw_ns(moment) == max(0, ns)
    assert CLOCK.in_time(moment, allowed) == (CLOCK.elapsed_ns(moment, allowed) <= CLOCK.lasts_ns)


@some
@given(st.integers(0, 10**14), st.integers(0, 40 * SECOND))
def test_another_boot_is_judged_by_wall_time(ns: int, later_ns: int) -> None:
    restarted = after(later_ns)._replace(ns=ns, boot_id="another")
    assert between_ns(OPENED, restarted) == later_ns // 1000 * 1000
    assert CLOCK.in_time(restarted) == (later_ns // 1000 <= 20_000_000)


def test_a_wall_clock_set_back_over_a_restart_costs_nobody_time() -> None:
    earlier = Moment(MORNING - timedelta(hours=1), 1, "another")
    assert CLOCK.raw_ns(earlier) == 0 and CLOCK.in_time(earlier)
