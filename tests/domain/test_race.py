"""The race of a round: nothing of the answers is lost in its bins, and nothing is added."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.race import BINS, Race, halved, race_of

ANSWERS = st.lists(
    st.tuples(st.frozensets(st.integers(0, 5)), st.integers(0, 600_000), st.integers(1, 9)), min_size=1, max_size=200
)


def test_each_answer_stands_in_the_lane_of_its_choice_at_its_time() -> None:
    made = race_of([({1}, 0, 1), ({1}, 1999, 3), ({0}, 1000, 1)], 3)
    assert made is not None and made.until_ms == 2000
    assert [(at, count) for at, count in enumerate(made.lanes[1]) if count] == [(0, 1), (BINS - 1, 3)]
    assert made.lanes[0][BINS // 2] == 1 and made.lanes[2] == (0,) * BINS


def test_the_race_ends_with_the_second_of_the_slowest_answer() -> None:
    ends = [race_of([({0}, slowest, 1)], 2) for slowest in (0, 999, 1000, 19_999, 20_000)]
    assert [made.until_ms for made in ends if made] == [1000, 1000, 2000, 20_000, 21_000]


def test_silence_and_estimates_run_no_race() -> None:
    assert race_of([], 4) is None and race_of([(set(), 900, 1)], 0) is None


@given(ANSWERS)
def test_a_lane_adds_up_to_the_count_of_its_choice_however_coarse_it_is(
    answers: list[tuple[frozenset[int], int, int]],
) -> None:
    made = race_of(answers, 6)
    assert made is not None
    counts = [sum(fans for places, _, fans in answers if place in places) for place in range(6)]
    for race in (made, halved(made), halved(halved(made))):
        assert [sum(lane) for lane in race.lanes] == counts
    assert {len(lane) for lane in halved(made).lanes} == {BINS // 2}


def test_halving_puts_neighbours_together() -> None:
    assert halved(Race(8000, ((1, 2, 3, 4), (0, 0, 0, 9)))) == Race(8000, ((3, 7), (0, 9)))
