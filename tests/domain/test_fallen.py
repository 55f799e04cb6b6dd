"""The board of the fallen, judged from the rounds themselves."""

from __future__ import annotations

from campaigns.domain.fallen import fallen
from campaigns.domain.leaderboard import Ranked, coarser
from campaigns.domain.rush import Verdict
from tests.domain.rounds import ANNA, BO, CHEN, DORA, SURVIVAL, ask, left, nobody, right, wrong


def night() -> list[list[Verdict]]:
    """Anna stays in; Bo and Chen fall at once, Dora at the second question; the third is for fun to three of them."""
    first = ask(SURVIVAL, [right(ANNA), wrong(BO), right(DORA)], nobody(ANNA, BO, CHEN, DORA))
    second = ask(SURVIVAL, [right(ANNA), right(BO, 900), right(CHEN, 400), wrong(DORA)], left(first), n=2)
    third = ask(SURVIVAL, [right(ANNA), right(BO, 300), right(CHEN, 800), right(DORA, 5)], left(second), n=3)
    return [first, second, third]


def test_only_right_answers_since_the_fall_count_and_ties_go_to_the_quicker_or_are_shared() -> None:
    assert fallen(night()[:1]) == [Ranked(BO, 0, 0, 1), Ranked(CHEN, 0, 0, 1)]
    assert fallen(night()) == [Ranked(BO, 2, 1200, 1), Ranked(CHEN, 2, 1200, 1), Ranked(DORA, 1, 5, 3)]


def test_a_coarser_histogram_has_the_same_fans_and_the_lowest_scores() -> None:
    fine = [(score, score + 1) for score in range(7)]
    assert coarser(fine, 3) == [(0, 6), (3, 15), (6, 7)]
    assert coarser(fine, 7) == fine and coarser([], 5) == []
