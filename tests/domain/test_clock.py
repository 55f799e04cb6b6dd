"""The round's clock: what is in time, and how long an answer took."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.clock import Pause, RoundClock, Timing

MS = 1_000_000
S = 1_000 * MS
OPENS, CLOSES = 100 * S, 120 * S
CLOCK = RoundClock(OPENS, CLOSES)
few = settings(max_examples=25, deadline=None)
instants = st.integers(0, 300 * S)


@pytest.mark.parametrize(
    ("received_ns", "wanted"),
    [
        (OPENS - 1, Timing.NOT_OPEN),
        (OPENS, Timing.IN_TIME),
        (CLOSES, Timing.IN_TIME),
        (CLOSES + 1, Timing.TOO_LATE),
    ],
)
def test_both_ends_belong_to_the_round(received_ns: int, wanted: Timing) -> None:
    assert CLOCK.accepts(received_ns) is wanted


def test_elapsed_is_raw_less_allowance() -> None:
    received_ns = OPENS + 842 * MS
    assert CLOCK.raw_ns(received_ns, CLOCK.opened_for()) == 842 * MS
    assert CLOCK.elapsed_ns(received_ns, 46 * MS) == 796 * MS


def test_elapsed_is_never_below_nothing() -> None:
    assert CLOCK.elapsed_ns(OPENS + 10 * MS, 46 * MS) == 0
    assert CLOCK.raw_ns(OPENS - 1, OPENS) == 0


def test_a_fan_on_a_late_stream_has_the_whole_window_later() -> None:
    assert CLOCK.opened_for(4 * S) == OPENS + 4 * S
    assert CLOCK.accepts(OPENS + 2 * S, 4 * S) is Timing.NOT_OPEN
    assert CLOCK.accepts(CLOSES + 4 * S, 4 * S) is Timing.IN_TIME
    assert CLOCK.accepts(CLOSES + 4 * S + 1, 4 * S) is Timing.TOO_LATE
    assert CLOCK.elapsed_ns(OPENS + 5 * S, 0, 4 * S) == 1 * S


def test_a_pause_stops_the_clock_and_moves_the_closing() -> None:
    clock = RoundClock(OPENS, CLOSES, (Pause(OPENS + 5 * S, OPENS + 35 * S),))
    assert clock.accepts(OPENS + 5 * S - 1) is Timing.IN_TIME
    assert clock.accepts(OPENS + 5 * S) is Timing.PAUSED
    assert clock.accepts(OPENS + 35 * S) is Timing.IN_TIME
    assert clock.accepts(CLOSES + 30 * S) is Timing.IN_TIME
    assert clock.accepts(CLOSES + 30 * S + 1) is Timing.TOO_LATE
    assert clock.elapsed_ns(OPENS + 36 * S, 0) == 6 * S


def test_a_second_pause_counts_also_in_the_time_won_by_the_first() -> None:
    clock = RoundClock(OPENS, CLOSES, (Pause(OPENS + S, OPENS + 6 * S), Pause(CLOSES + 2 * S, CLOSES + 4 * S)))
    assert clock.closes_for() == CLOSES + 7 * S
    assert clock.elapsed_ns(CLOSES + 7 * S, 0) == 20 * S


def test_a_pause_before_the_opening_or_after_the_closing_changes_nothing() -> None:
    clock = RoundClock(OPENS, CLOSES, (Pause(OPENS - 9 * S, OPENS - 3 * S), Pause(CLOSES + 1, CLOSES + S)))
    assert clock.closes_for() == CLOSES
    assert clock.elapsed_ns(OPENS + 3 * S, 0) == 3 * S


@st.composite
def clocks(draw: st.DrawFn) -> RoundClock:
    opens_ns = draw(st.integers(0, 100 * S))
    edges = sorted(draw(st.lists(instants, max_size=6)))
    pauses = tuple(Pause(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))
    return RoundClock(opens_ns, opens_ns + draw(st.integers(3 * S, 60 * S)), pauses)


@few
@given(clocks(), instants, st.integers(0, 10 * S), st.integers(0, 250 * MS))
def test_what_is_in_time_never_took_longer_than_the_round(
    clock: RoundClock, received_ns: int, offset_ns: int, allowance_ns: int
) -> None:
    if clock.accepts(received_ns, offset_ns) is Timing.IN_TIME:
        assert 0 <= clock.elapsed_ns(received_ns, allowance_ns, offset_ns) <= clock.closes_ns - clock.opens_ns


@few
@given(clocks(), instants, instants)
def test_who_is_received_later_never_took_less(clock: RoundClock, one_ns: int, other_ns: int) -> None:
    earlier, later = sorted((one_ns, other_ns))
    assert clock.elapsed_ns(earlier, 0) <= clock.elapsed_ns(later, 0)


@few
@given(clocks(), instants, st.integers(0, 10 * S))
def test_without_pauses_a_late_stream_is_judged_like_everybody(
    clock: RoundClock, received_ns: int, off_ns: int
) -> None:
    plain = RoundClock(clock.opens_ns, clock.closes_ns)
    assert plain.accepts(received_ns + off_ns, off_ns) is plain.accepts(received_ns)
    assert plain.elapsed_ns(received_ns + off_ns, 0, off_ns) == plain.elapsed_ns(received_ns, 0)


@few
@given(
    st.integers(0, 100 * S),
    st.integers(3 * S, 60 * S),
    st.lists(st.tuples(st.integers(0, 20 * S), st.integers(0, 90 * S)), max_size=4),
    st.integers(0, 60 * S),
)
def test_a_row_that_pauses_have_moved_is_the_clock_of_a_night_without_pauses(
    opens_ns: int, length_ns: int, stops: list[tuple[int, int]], thought_ns: int
) -> None:
    """Whoever needs `thought_ns` of running clock answers in time or late as if nothing had happened, with the same elapsed."""
    marks, at_ns, moved_ns = list[int](), opens_ns, 0
    for run_ns, stop_ns in stops:
        at_ns += run_ns
        if at_ns - opens_ns - moved_ns > length_ns:
            break  # over: nothing to pause
        marks += [at_ns, at_ns + stop_ns]
        at_ns, moved_ns = at_ns + stop_ns, moved_ns + stop_ns
    clock = RoundClock.standing(opens_ns, opens_ns + length_ns + moved_ns, marks)
    plain = RoundClock(opens_ns, opens_ns + length_ns)
    assert clock.closes_for() == plain.closes_ns + moved_ns
    received_ns = opens_ns + thought_ns
    for begun_ns, ended_ns in zip(marks[::2], marks[1::2], strict=True):
        received_ns += ended_ns - begun_ns if received_ns >= begun_ns else 0
    assert clock.accepts(received_ns) is plain.accepts(opens_ns + thought_ns)
    assert clock.elapsed_ns(received_ns, 46 * MS) == plain.elapsed_ns(opens_ns + thought_ns, 46 * MS)
    kept = RoundClock(clock.opening_of(received_ns), received_ns)  # what an answer's row is judged by
    assert kept.elapsed_ns(received_ns, 46 * MS) == plain.elapsed_ns(opens_ns + thought_ns, 46 * MS)


def test_a_clock_that_stands_still_takes_nothing_until_somebody_says_when_it_goes_on() -> None:
    clock = RoundClock.standing(OPENS, CLOSES, [OPENS - 9 * S, OPENS - 8 * S, OPENS + 5 * S])
    assert clock.accepts(OPENS + 5 * S - 1) is Timing.IN_TIME
    assert clock.accepts(OPENS + 5 * S) is Timing.PAUSED
    assert clock.accepts(CLOSES + 10_000 * S) is Timing.PAUSED
    assert clock.closes_ns == CLOSES
