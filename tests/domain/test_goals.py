"""The nearest goal: what is said under a result."""

from __future__ import annotations

from campaigns.domain.goal_words import goal_words
from campaigns.domain.goals import (
    Goal,
    GoalKind,
    Unit,
    most_of_a_play,
    nearest,
    to_best,
    to_pass,
    to_rank,
    to_streak,
)
from campaigns.domain.quiz_rules import Preset, preset
from campaigns.domain.step import StepKind
from tests.domain.plays import rules, walker


def test_a_level_nearly_passed_names_its_badge_and_what_is_missing() -> None:
    play = walker(rules())
    play.play("rrwww")
    goal = to_pass(play.progress, held=())
    assert goal is not None
    assert (goal.kind, goal.missing, goal.label["en"]) == (GoalKind.BADGE, 30, "Through gate 1")
    again = to_pass(play.progress, held=["level:1"])
    assert again is not None and (again.kind, again.missing) == (GoalKind.PASS, 30)


def test_a_passed_level_is_no_goal_nor_one_never_begun() -> None:
    play = walker(rules())
    assert to_pass(play.progress, ()) is None
    play.play("rrrrr")
    play.does(StepKind.STOP)
    assert to_pass(play.progress, ()) is None


def test_the_best_play_is_a_goal_until_it_is_beaten() -> None:
    quiz = rules()
    goal = to_best(quiz, 80, 100)
    assert goal is not None and goal.missing == 21
    assert to_best(quiz, 101, 100) is None


def test_the_next_fan_ahead_is_a_goal() -> None:
    goal = to_rank(rules(), 80, 80)
    assert goal is not None and goal.missing == 1
    assert to_rank(rules(), 80, None) is None


def test_a_streak_is_a_goal_on_the_day_before_its_badge() -> None:
    goal = to_streak(2, held=())
    assert goal is not None and (goal.missing, goal.unit) == (1, Unit.DAYS)
    assert to_streak(1, ()) is None
    assert to_streak(6, ["streak:7"]) is None


def test_the_smallest_share_of_what_one_play_can_bring_is_nearest() -> None:
    near, far = Goal(GoalKind.RANK, 5, Unit.POINTS, 100, {}), Goal(GoalKind.BADGE, 20, Unit.POINTS, 200, {})
    assert nearest([None, far, near]) == near
    even = Goal(GoalKind.PASS, 10, Unit.POINTS, 200, {})
    assert nearest([near, even]) == even


def test_what_one_play_cannot_bring_is_no_goal() -> None:
    assert nearest([Goal(GoalKind.RANK, 101, Unit.POINTS, 100, {}), None]) is None
    assert nearest([Goal(GoalKind.RANK, 0, Unit.POINTS, 100, {})]) is None


def test_a_perfect_dared_road_scores_the_most_of_a_play() -> None:
    quiz = rules()
    play = walker(quiz)
    for decision in (StepKind.DARE, StepKind.DARE):
        play.play("rrrrr")
        play.does(decision)
    assert play.play("rrrrr").banked == most_of_a_play(quiz) == 850
    assert most_of_a_play(preset(Preset.RELAXED, 2)) == 200 + 200 + 10 + 20


def test_sentences_of_goals_agree_with_their_number() -> None:
    """In English; Chinese has one form."""
    kinds = {
        GoalKind.BEST: ("1 more point makes your best play", "2 more points make your best play"),
        GoalKind.RANK: ("1 more point takes you one place up", "2 more points take you one place up"),
        GoalKind.PASS: ("1 more point and “One” is passed", "2 more points and “One” is passed"),
        GoalKind.BADGE: ("1 more point to the badge “One”", "2 more points to the badge “One”"),
    }
    for kind, sentences in kinds.items():
        label = {"zh": "一", "en": "One"}
        said = [goal_words(Goal(kind, n, Unit.POINTS, 10, label))["en"] for n in (1, 2)]
        assert tuple(said) == sentences
