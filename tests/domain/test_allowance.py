"""Fair on every network: honest fans meet, liars gain at most the cap."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.allowance import DEFAULT_CAP_MS, HUMAN_FLOOR_MS, MAX_CAP_MS, allowance_ns, superhuman
from campaigns.domain.clock import RoundClock

MS = 1_000_000
CLOCK = RoundClock(1_000 * MS, 21_000 * MS)
few = settings(max_examples=25, deadline=None)
caps = st.integers(0, MAX_CAP_MS * MS)
round_trips = st.integers(0, 5_000 * MS)


def elapsed_ns(reaction_ns: int, way_up_ns: int, measured_rtt_ns: int | None, cap_ns: int) -> int:
    """What a fan is judged by: the question opens by the clock, so only the way up comes on top of the reaction."""
    received_ns = CLOCK.opens_ns + reaction_ns + way_up_ns
    return CLOCK.elapsed_ns(received_ns, allowance_ns(measured_rtt_ns, cap_ns))


@pytest.mark.parametrize(
    ("rtt_ms", "cap_ms", "wanted_ms"),
    [(None, 100, 0), (0, 100, 0), (92, 100, 46), (200, 100, 100), (900, 100, 100), (900, 0, 0), (-5, 100, 0)],
)
def test_half_the_round_trip_up_to_the_cap(rtt_ms: int | None, cap_ms: int, wanted_ms: int) -> None:
    assert allowance_ns(None if rtt_ms is None else rtt_ms * MS, cap_ms * MS) == wanted_ms * MS


def test_the_cap_is_100_ms_unless_said_and_never_above_250() -> None:
    assert (DEFAULT_CAP_MS, MAX_CAP_MS, HUMAN_FLOOR_MS) == (100, 250, 120)


@few
@given(st.integers(0, 15_000 * MS), round_trips, st.none() | st.integers(0, 10**15), caps)
def test_a_liar_gains_at_most_the_cap(reaction_ns: int, rtt_ns: int, told_ns: int | None, cap_ns: int) -> None:
    without = elapsed_ns(reaction_ns, rtt_ns // 2, None, cap_ns)
    lied = elapsed_ns(reaction_ns, rtt_ns // 2, told_ns, cap_ns)
    assert 0 <= without - lied <= cap_ns


@few
@given(st.integers(0, 15_000 * MS), round_trips, st.integers(0, 10**15))
def test_a_liar_gains_nothing_where_the_cap_is_0(reaction_ns: int, rtt_ns: int, told_ns: int) -> None:
    assert elapsed_ns(reaction_ns, rtt_ns // 2, told_ns, 0) == elapsed_ns(reaction_ns, rtt_ns // 2, None, 0)


@few
@given(st.integers(HUMAN_FLOOR_MS * MS, 15_000 * MS), st.integers(0, 8 * MS), st.integers(0, 8 * MS))
def test_honest_fans_at_200_ms_and_20_ms_are_within_10_ms(reaction_ns: int, far_ns: int, near_ns: int) -> None:
    """Paths symmetric; the lowest of several samples still carries up to 8 ms of jitter for each."""
    cap_ns = DEFAULT_CAP_MS * MS
    far = elapsed_ns(reaction_ns, 100 * MS, 200 * MS + far_ns, cap_ns)
    near = elapsed_ns(reaction_ns, 10 * MS, 20 * MS + near_ns, cap_ns)
    assert abs(far - near) <= 10 * MS


def test_without_an_allowance_the_far_fan_would_be_90_ms_behind() -> None:
    assert elapsed_ns(500 * MS, 100 * MS, 200 * MS, 0) - elapsed_ns(500 * MS, 10 * MS, 20 * MS, 0) == 90 * MS


@few
@given(st.none() | st.integers(-(10**9), 10**15), caps)
def test_an_allowance_stays_between_nothing_and_the_cap(rtt_ns: int | None, cap_ns: int) -> None:
    assert 0 <= allowance_ns(rtt_ns, cap_ns) <= cap_ns


def test_faster_than_a_human_is_told_at_120_ms() -> None:
    assert superhuman(120 * MS - 1)
    assert not superhuman(120 * MS)
