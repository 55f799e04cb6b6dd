"""The board: one order everywhere, shared ranks, and a histogram that never promises too much."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.leaderboard import (
    HIGHEST_SCORE,
    LONGEST_MS,
    Place,
    Ranked,
    ahead_of,
    board_value,
    histogram,
    podium_rows,
    ranked,
    tie_ms,
    unpack,
)

few = settings(max_examples=25, deadline=None)
# Few different numbers, so that ties happen.
rows = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=12)


def places(pairs: list[tuple[int, int]]) -> list[Place]:
    return [Place(fan, score, elapsed_ms) for fan, (score, elapsed_ms) in enumerate(pairs, start=1)]


def ranks(pairs: list[tuple[int, int]]) -> dict[int, int]:
    return {row.fan: row.rank for row in ranked(places(pairs))}


def test_score_then_elapsed_then_shared_rank() -> None:
    assert ranked(places([(900, 100), (2000, 5000), (2000, 4000), (2000, 5000), (0, 0)])) == [
        Ranked(3, 2000, 4000, 1),
        Ranked(2, 2000, 5000, 2),
        Ranked(4, 2000, 5000, 2),
        Ranked(1, 900, 100, 4),
        Ranked(5, 0, 0, 5),
    ]


def test_an_empty_board_has_no_rows() -> None:
    assert ranked([]) == [] and histogram([]) == [] and podium_rows([], 1) == []


@few
@given(rows)
def test_rank_is_one_more_than_the_fans_strictly_ahead(pairs: list[tuple[int, int]]) -> None:
    for place in places(pairs):
        ahead = [p for p in pairs if (-p[0], p[1]) < (-place.score, place.elapsed_ms)]
        assert ranks(pairs)[place.fan] == 1 + len(ahead)


@few
@given(rows)
def test_the_order_in_which_places_come_does_not_matter(pairs: list[tuple[int, int]]) -> None:
    assert ranked(reversed(places(pairs))) == ranked(places(pairs))


scores = st.integers(0, HIGHEST_SCORE)
spans = st.integers(0, LONGEST_MS)


@few
@given(scores, spans)
def test_a_board_value_holds_score_and_elapsed_exactly(score: int, elapsed_ms: int) -> None:
    assert unpack(board_value(score, elapsed_ms)) == (score, elapsed_ms)


def test_a_board_value_is_exact_at_its_ends() -> None:
    assert board_value(HIGHEST_SCORE, 0) == 2**53 - 1
    assert unpack(board_value(0, 10**9)) == (0, LONGEST_MS)
    assert board_value(1, LONGEST_MS) > board_value(0, 0)


@few
@given(scores, spans, scores, spans)
def test_board_values_sort_like_the_board(one: int, one_ms: int, other: int, other_ms: int) -> None:
    assert (board_value(one, one_ms) > board_value(other, other_ms)) == ((-one, one_ms) < (-other, other_ms))


def test_at_score_0_elapsed_says_nothing_but_who_is_out_stands_behind() -> None:
    assert (tie_ms(10, 777), tie_ms(10, 777, out=True), tie_ms(10, 10**9)) == (777, 777, LONGEST_MS)
    assert (tie_ms(0, 777), tie_ms(0, 0), tie_ms(0, 777, out=True)) == (0, 0, LONGEST_MS)


def test_a_histogram_is_exact_while_there_are_few_different_scores() -> None:
    assert histogram([500, 0, 500, 1000]) == [(0, 1), (500, 2), (1000, 1)]


@few
@given(st.lists(st.integers(0, 3_000), max_size=60), st.integers(1, 20))
def test_a_histogram_is_short_ascending_and_counts_everybody(all_scores: list[int], most: int) -> None:
    buckets = histogram(all_scores, most)
    lowest = [low for low, _ in buckets]
    assert len(buckets) <= most
    assert lowest == sorted(set(lowest)) and set(lowest) <= set(all_scores)
    assert sum(fans for _, fans in buckets) == len(all_scores)
    assert all(fans > 0 for _, fans in buckets)


@few
@given(st.lists(st.integers(0, 40), min_size=2, max_size=40), st.integers(1, 20))
def test_ahead_of_never_promises_more_than_is_true(all_scores: list[int], most: int) -> None:
    for score in all_scores:
        shown = ahead_of(histogram(all_scores, most), len(all_scores), score)
        true = 100 * sum(other < score for other in all_scores) // (len(all_scores) - 1)
        assert shown is not None and 0 <= shown <= true
        assert shown == true or len(set(all_scores)) > most


@pytest.mark.parametrize(("score", "wanted"), [(0, 0), (500, 33), (1000, 100)])
def test_ahead_of_counts_the_others_below(score: int, wanted: int) -> None:
    assert ahead_of([(0, 1), (500, 2), (1000, 1)], 4, score) == wanted


def test_who_is_alone_is_ahead_of_nobody_in_particular() -> None:
    assert ahead_of([(500, 1)], 1, 500) is None
    assert ahead_of([], 0, 0) is None


def podium(pairs: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """(rank, fan) of every row shown, at steps 0, 3, 2, 1."""
    board = ranked(places(pairs))
    return [[(row.rank, row.fan) for row in podium_rows(board, step)] for step in (0, 3, 2, 1)]


def test_a_podium_is_shown_from_the_third_to_the_first() -> None:
    assert podium([(9, 0), (8, 0), (7, 0), (6, 0)]) == [[], [(3, 3)], [(2, 2), (3, 3)], [(1, 1), (2, 2), (3, 3)]]


def test_a_tie_at_the_top_leaves_the_second_step_empty() -> None:
    assert podium([(9, 0), (9, 0), (7, 0)]) == [[], [(3, 3)], [(3, 3)], [(1, 1), (1, 2), (3, 3)]]


def test_a_tie_below_the_top_shares_the_second_step() -> None:
    assert podium([(9, 0), (8, 0), (8, 0), (7, 0)]) == [[], [], [(2, 2), (2, 3)], [(1, 1), (2, 2), (2, 3)]]


def test_one_fan_stands_alone_and_score_0_stands_on_no_podium() -> None:
    assert podium([(9, 0), (0, 0), (0, 0)]) == [[], [], [], [(1, 1)]]
    assert podium([(0, 0), (0, 0)]) == [[], [], [], []]


def test_a_crowd_on_the_podium_is_cut_to_what_a_screen_holds() -> None:
    assert len(podium_rows(ranked(places([(9, 0)] * 50)), 1)) == 10
