"""When a cohort of stream viewers does what the hall did: never before its time, and everybody with the same time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.clock import RoundClock, Timing
from campaigns.domain.cohort import LONGEST_MS, checked_delay, checked_name, due_at, opening, slip_ms
from campaigns.domain.errors import BadInput

MS = 1_000_000
delays = st.integers(0, LONGEST_MS)
instants = st.integers(10**12, 10**13)
leads = st.integers(0, 5_000).map(lambda ms: ms * MS)


@given(instants, delays, leads, st.integers(0, 100_000).map(lambda ms: ms * MS))
def test_no_round_opens_before_the_halls_opening_and_the_delay(opens: int, delay: int, lead: int, late: int) -> None:
    """`late`: how long after its time the cohort's process looks."""
    hall, told_ns = RoundClock(opens, opens + 20_000 * MS), opens - lead + delay * MS
    at = opening(hall, delay, told_ns + late, lead)
    assert at >= opens + delay * MS
    if 2 * late <= lead:
        assert at == opens + delay * MS
    else:
        assert at - (told_ns + late) >= lead // 2


@given(instants, delays, st.integers(0, 20_000))
def test_an_answer_of_the_cohort_is_as_quick_as_the_same_one_in_the_hall(opens: int, delay: int, after_ms: int) -> None:
    hall = RoundClock(opens, opens + 20_000 * MS)
    own = RoundClock(opening(hall, delay, opens - 1000 * MS + delay * MS, 1000 * MS), hall.closes_for(delay * MS))
    received_ns = opens + after_ms * MS
    assert own.accepts(received_ns + delay * MS) is hall.accepts(received_ns)
    assert own.elapsed_ns(received_ns + delay * MS, 0) == hall.elapsed_ns(received_ns, 0)
    if delay:
        assert own.accepts(opens + delay * MS - 1) is Timing.NOT_OPEN


@given(instants, delays, st.integers(0, 30_000))
def test_what_follows_a_round_that_opened_late_is_as_much_later(opens: int, delay: int, slipped: int) -> None:
    own = opens + (delay + slipped) * MS
    assert slip_ms(opens, own, delay) == slipped
    done_at = datetime(2026, 11, 22, tzinfo=UTC)
    assert due_at(done_at, delay, slipped) - done_at == timedelta(milliseconds=delay + slipped)


def test_a_cohort_that_opened_early_has_not_slipped() -> None:
    assert slip_ms(10**12, 10**12 - MS, 0) == 0


def test_a_host_that_was_booted_since_gives_the_whole_lead() -> None:
    assert opening(None, 5_000, 77 * MS, 300 * MS) == 377 * MS


@pytest.mark.parametrize("delay", [-1, LONGEST_MS + 1])
def test_a_delay_is_from_nothing_to_a_minute(delay: int) -> None:
    assert checked_delay(0) == 0 and checked_delay(LONGEST_MS) == LONGEST_MS
    with pytest.raises(BadInput):
        checked_delay(delay)


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\u202eb"])
def test_a_name_can_be_read(name: str) -> None:
    assert checked_name("  B  站 ") == "B 站"
    with pytest.raises(BadInput):
        checked_name(name)
