"""A play by hand: levels, lives, retries, 收/闯, helps, silence, coming back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.domain.errors import BadInput
from campaigns.domain.level import Help
from campaigns.domain.play import PlayState, apply, fold
from campaigns.domain.progress import Flag
from campaigns.domain.quiz_rules import Scoring
from campaigns.domain.step import Step, StepKind
from tests.domain.plays import HELPS, MORNING, QUESTIONS, SECOND, level, rules, walker

S, K = PlayState, StepKind


def test_the_whole_road_is_walked_level_by_level() -> None:
    play = walker(rules(dare=False))
    assert play.play("rrrrr").state is S.PASSED
    assert (play.progress.banked, play.progress.now.n) == (250, 1)
    play.ask()
    assert (play.progress.now.n, play.progress.now.question, play.progress.state) == (2, 1, S.ASKED)
    play.right()
    play.play("rrrr")
    assert play.play("rrrrr").state is S.ENDED
    assert (play.progress.banked, play.progress.passed, play.progress.finished) == (750, 3, True)
    assert play.progress.ended_at == play.record[-1].at


def test_a_failed_level_without_a_retry_ends_the_play_and_scores_nothing() -> None:
    play = walker(rules(dare=False))
    play.play("rrrrr")
    assert play.play("wwwwr").state is S.ENDED
    assert [(done.n, done.score, done.passed) for done in play.progress.levels] == [(1, 200, True), (2, 0, False)]
    assert play.progress.banked == 250


def test_a_retry_asks_other_questions_and_begins_the_level_again() -> None:
    play = walker(rules(level(retries=1, lives=3)))
    assert play.play("www").state is S.FAILED
    first = set(play.progress.now.lineup)
    assert play.does(K.RETRY).state is S.READY
    now = play.progress.now
    assert (now.score, now.question, now.lives, now.retries) == (0, 0, 3, 0)
    assert first.isdisjoint(now.lineup)
    assert [QUESTIONS[v].difficulty for v in now.lineup] == [1] * 5
    assert play.play("rrrrr").state is S.ENDED
    assert play.progress.banked == 250


def test_a_retry_without_a_reserve_asks_the_same_questions_shuffled() -> None:
    play = walker(rules(level(retries=2)))
    play = replace(play, facts=replace(play.facts, draw=replace(play.facts.draw, reserve=((),))))
    play.progress = replace(play.progress, facts=play.facts)
    lineups = [play.progress.now.lineup]
    for _ in range(2):
        play.play("wwwww")
        play.does(K.RETRY)
        lineups.append(play.progress.now.lineup)
    assert {frozenset(lineup) for lineup in lineups} == {frozenset(lineups[0])}
    assert len(set(lineups)) > 1


def test_the_last_life_lost_fails_the_level_at_once() -> None:
    play = walker(rules(level(lives=2)))
    assert play.play("w").state is S.VERDICT
    assert play.progress.now.lives == 1
    assert play.play("rs").state is S.ENDED
    assert (play.progress.asked, play.progress.banked) == (3, 0)


def test_lives_of_nought_cost_nothing() -> None:
    assert walker(rules(level(lives=0))).play("wwww").state is S.VERDICT


def test_a_banked_bonus_is_safe() -> None:
    play = walker(rules())
    assert play.play("rrrrr").state is S.PASSED
    assert (play.progress.banked, play.progress.stake.won) == (200, 50)
    assert play.does(K.BANK).state is S.READY
    assert (play.progress.banked, play.progress.now.n) == (250, 2)
    assert play.play("wwwww").banked == 250


def test_a_won_dare_brings_the_stake_back_and_doubles_the_next_bonus() -> None:
    play = walker(rules())
    play.play("rrrrr")
    assert play.does(K.DARE).stake.staked == 50
    assert play.progress.banked == 200
    play.play("rrrrr")
    assert (play.progress.banked, play.progress.stake.won) == (450, 100)
    play.does(K.DARE)
    assert play.progress.stake.staked == 100
    play.play("rrrrr")
    assert [done.bonus for done in play.progress.levels] == [50, 100, 100]
    assert (play.progress.state, play.progress.banked) == (S.ENDED, 850)


def test_a_lost_dare_takes_the_stake_and_no_score() -> None:
    play = walker(rules())
    play.play("rrrrr")
    play.does(K.DARE)
    assert play.play("wwwww").banked == 200
    assert play.progress.stake.staked == 0


def test_a_retry_of_a_dared_level_keeps_the_stake() -> None:
    play = walker(rules(level(), level(retries=1)))
    play.play("rrrrr")
    play.does(K.DARE)
    assert play.play("wwwww").stake.staked == 50
    assert play.does(K.RETRY).stake.staked == 50
    assert play.play("rrrrr").banked == 200 + 50 + 200 + 100


def test_stopping_after_a_pass_collects_and_in_a_dared_level_loses() -> None:
    safe, brave = walker(rules()), walker(rules())
    safe.play("rrrrr")
    assert (safe.does(K.STOP).banked, safe.progress.state) == (250, S.ENDED)
    brave.play("rrrrr")
    brave.does(K.DARE)
    brave.ask()
    assert brave.does(K.STOP).banked == 200
    assert [done.passed for done in brave.progress.levels] == [True, False]


def test_a_level_never_begun_is_not_a_failed_one() -> None:
    play = walker(rules())
    play.play("rrrrr")
    play.does(K.BANK)
    assert [done.n for done in play.does(K.STOP).levels] == [1]


def test_silence_is_wrong_and_took_all_the_time() -> None:
    play = walker(rules())
    play.ask()
    verdict = play.silent().verdict
    assert verdict is not None and not verdict.right and verdict.said is None and not verdict.late
    assert (verdict.gained, verdict.elapsed_ms, verdict.network_ms) == (-10, 20_000, 0)


def test_an_answer_after_the_closing_is_recorded_and_judged_as_silence() -> None:
    play = walker(rules())
    play.ask()
    verdict = play.right(20_001).verdict
    assert verdict is not None and not verdict.right and verdict.late and verdict.said is None
    assert play.record[-1].places is not None or play.record[-1].value is not None


def test_the_network_is_given_back_also_at_the_closing() -> None:
    play = walker(rules())
    play.ask()
    verdict = play.right(20_080, allowance_ns=80_000_000).verdict
    assert verdict is not None and verdict.right
    assert (verdict.raw_ms, verdict.network_ms, verdict.elapsed_ms) == (20_080, 80, 20_000)


def test_coming_back_finds_the_question_open_and_its_clock_running() -> None:
    play = walker(rules())
    play.ask()
    back = fold(play.facts, play.record)
    assert back == play.progress
    play.progress = back
    verdict = play.right(19_000).verdict
    assert verdict is not None and verdict.right and verdict.elapsed_ms == 19_000


def test_after_a_restart_of_the_host_wall_time_judges() -> None:
    play = walker(rules())
    asked = play.ask()
    says = play.says(True)
    later = Step(asked.n + 1, K.ANSWERED, 3, "another boot", play.record[-1].at + timedelta(seconds=12), **says)  # type: ignore[arg-type]  # by name
    verdict = apply(asked, later).verdict
    assert verdict is not None and verdict.right and verdict.elapsed_ms == 12_000
    assert not apply(asked, replace(later, at=later.at + timedelta(seconds=9))).verdict.right  # type: ignore[union-attr]  # it is open


def test_extra_time_is_half_the_level_s_seconds() -> None:
    play = walker(rules(level(helps=HELPS)))
    play.ask()
    play.help(Help.TIME)
    verdict = play.right(29_999).verdict
    assert verdict is not None and verdict.right


def test_fifty_leaves_the_right_choice_and_one_wrong_one() -> None:
    play = walker(rules(level(helps=HELPS)))
    while play.ask().question is None or len(play.progress.open.shown) != 4:  # type: ignore[union-attr]  # it is open
        play.right()
    opened = play.help(Help.FIFTY).open
    assert opened is not None and len(opened.hidden) == 2
    assert play.right().verdict.right  # type: ignore[union-attr]  # it is open


def test_a_swapped_question_counts_as_not_asked_and_starts_a_new_clock() -> None:
    play = walker(rules(level(helps=HELPS)))
    old = play.ask().open
    play.wait(19_000)
    new = play.help(Help.SWAP).open
    assert old is not None and new is not None and new.version_id != old.version_id
    assert QUESTIONS[new.version_id].difficulty == QUESTIONS[old.version_id].difficulty
    assert (play.progress.asked, play.progress.now.question) == (1, 1)
    assert play.right(19_000).verdict.right  # type: ignore[union-attr]  # it is open
    assert old.version_id not in play.progress.now.lineup


def test_a_row_of_right_answers_restarts_with_each_level_of_the_road() -> None:
    road, speed = walker(rules(dare=False)), walker(rules(dare=False, scoring=Scoring.SPEED))
    for play, combo in ((road, 1), (speed, 6)):
        play.play("rrrrr")
        assert play.progress.combo == 5
        assert play.play("r").combo == combo


def test_a_right_answer_faster_than_a_human_is_flagged_and_counts() -> None:
    play = walker(rules())
    play.ask()
    assert play.right(119).flags == {Flag.SUPERHUMAN}
    assert play.progress.now.score == 10


def test_three_hurried_questions_in_a_row_are_flagged() -> None:
    play = walker(rules(level(9)))
    for pause in (0, 10, 10, 500, 10, 10):
        play.ask(pause)
        play.wrong(130)
    assert play.progress.flags == set()
    play.ask(10)
    assert play.progress.flags == {Flag.HASTY}


def test_a_perfect_road_in_no_time_is_flagged() -> None:
    for pace_ms, flags in ((999, {Flag.PERFECT_FAST}), (1000, set())):
        play = walker(rules(level()))
        for _ in range(5):
            play.ask()
            play.right(pace_ms)
        assert play.progress.flags == flags


def test_a_record_with_a_gap_or_an_impossible_step_is_told_from_a_play() -> None:
    play = walker(rules())
    with pytest.raises(BadInput, match="step 1"):
        apply(play.progress, Step(2, K.ASKED, SECOND, "boot", MORNING, 1000))
    for kind in K:
        if kind not in (K.ASKED, K.STOP):
            with pytest.raises(BadInput, match="step 1"):
                apply(play.progress, Step(1, kind, SECOND, "boot", MORNING, 1000))
    play.play("rrrrr")
    with pytest.raises(BadInput, match="follow passed"):
        apply(play.progress, Step(play.progress.n + 1, K.ASKED, SECOND, "boot", MORNING, 1000))
