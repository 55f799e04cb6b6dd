"""What answers add up to in a level, and what 收/闯 does to bonuses."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain import level_scoring
from campaigns.domain.answer import Said
from campaigns.domain.level_scoring import Stake, is_right, road
from campaigns.domain.question import ValueKey
from campaigns.domain.quiz_rules import Scoring, most_points
from campaigns.domain.rush import PlacesKey

some = settings(max_examples=25, deadline=None)
KEY, NEAR = PlacesKey(frozenset({2})), ValueKey(100.0, 10.0)
FIVE = list(product([True, False], repeat=5))


def score(answers: tuple[bool, ...]) -> int:
    total = in_a_row = 0
    for i, right in enumerate(answers):
        total += road(total, in_a_row, right, last=i == len(answers) - 1)
        in_a_row = in_a_row + 1 if right else 0
    return total


def test_five_questions_range_from_minus_fifty_to_two_hundred() -> None:
    scores = {score(answers) for answers in FIVE}
    assert (min(scores), max(scores)) == (-50, 200)
    assert max(scores) == most_points(Scoring.ROAD, 5)


def test_the_examples_of_the_published_rules() -> None:
    assert score((True, True, True, True, True)) == 200
    assert score((True, True, True, True, False)) == 90
    assert score((True, False, True, True, True)) == 60
    assert score((False, False, False, False, True)) == -30  # nothing to double: a right answer like any other
    assert score((True, False, False, False, True)) == -10
    assert score((True,)) == 10


def test_one_more_right_answer_never_scores_less() -> None:
    for length in (1, 2, 3, 4, 5, 6):
        for answers in product([True, False], repeat=length):
            for i in range(length):
                better = (*answers[:i], True, *answers[i + 1 :])
                assert score(better) >= score(answers)


def test_no_level_of_any_length_scores_beyond_its_most() -> None:
    for length in range(1, 9):
        assert max(score(a) for a in product([True, False], repeat=length)) == most_points(Scoring.ROAD, length)


@some
@given(st.integers(0, 20_000), st.integers(0, 20_000), st.sampled_from([0, 1000, 2000]))
def test_speed_pays_the_faster_no_less_and_the_wrong_nothing(one: int, other: int, possible: int) -> None:
    faster, slower = sorted((one, other))
    pays = [level_scoring.speed(KEY, Said((2,)), possible, ms, 20_000) for ms in (faster, slower)]
    assert possible >= pays[0] >= pays[1] >= possible // 2
    assert level_scoring.speed(KEY, Said((1,)), possible, faster, 20_000) == 0


def test_extra_time_never_pays_less_than_half() -> None:
    assert level_scoring.speed(KEY, Said((2,)), 1000, 29_000, 20_000) == 500


def test_an_estimate_pays_by_closeness_and_is_right_within_the_margin() -> None:
    said = [Said(value=value) for value in (100.0, 110.0, 115.0, 120.0)]
    assert [level_scoring.speed(NEAR, s, 1000, 100, 20_000) for s in said] == [1000, 500, 250, 0]
    assert [is_right(NEAR, s) for s in said] == [True, True, False, False]


@some
@given(st.lists(st.tuples(st.integers(0, 500), st.sampled_from(["bank", "dare"])), max_size=12), st.booleans())
def test_every_bonus_is_secured_once_or_lost_once(way: list[tuple[int, str]], fails: bool) -> None:
    stake, secured, lost, won = Stake(), 0, 0, 0
    for bonus, decision in way:
        dared = stake.dared
        stake, back = stake.passed(bonus)
        secured += back
        won += bonus * (2 if dared else 1)
        assert stake.staked == 0 and stake.won == bonus * (2 if dared else 1)
        if decision == "bank":
            stake, kept = stake.banked()
            secured += kept
            assert stake == Stake()
        else:
            stake = stake.dare()
        assert min(stake.won, stake.staked, secured) >= 0
    if fails:
        lost, stake = stake.staked, stake.lost()
    assert secured + lost + stake.staked == won
