"""The condensed result: everything in it comes from the steps, and comes again from them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.errors import BadInput
from campaigns.domain.play import fold
from campaigns.domain.play_result import PlayResult, condensed, flag_mask, flags_in, perfect_levels
from campaigns.domain.progress import Flag
from campaigns.domain.step import StepKind
from tests.domain.plays import Walker, any_plays, rules, walker

some = settings(max_examples=15, deadline=None)


def test_a_play_in_one_row() -> None:
    play = walker(rules())
    play.play("rrrrr")
    play.does(StepKind.BANK)
    play.play("rrrrw")
    play.does(StepKind.BANK)
    play.play("wwwws")
    assert condensed(play.progress) == PlayResult(
        score=200 + 50 + 90 + 50,
        elapsed_ms=14 * 2000 + 20_000,
        right=9,
        asked=15,
        level_scores=(200, 90, 0),
        perfect=0b001,
        passed=2,
        flags=0,
    )


def test_a_level_not_reached_is_told_from_a_failed_one() -> None:
    play = walker(rules())
    play.play("wwwww")
    assert condensed(play.progress).level_scores == (0, None, None)


def test_a_play_that_still_runs_has_no_result() -> None:
    with pytest.raises(BadInput):
        condensed(walker(rules()).progress)


@some
@given(any_plays)
def test_a_result_made_again_is_the_same_and_adds_up(play: Walker) -> None:
    result = condensed(play.progress)
    assert result == condensed(fold(play.facts, play.record))
    bonuses = sum(done.bonus for done in play.progress.levels)
    assert result.score == sum(score or 0 for score in result.level_scores) + bonuses
    assert 0 <= result.right <= result.asked
    assert set(perfect_levels(result.perfect)) <= set(range(1, result.passed + 1))
    assert all(score is not None for score in result.level_scores[: result.passed])


@some
@given(st.sets(st.sampled_from(list(Flag))))
def test_flags_survive_their_mask(flags: set[Flag]) -> None:
    assert set(flags_in(flag_mask(flags))) == flags
