"""The nearest goal after a play: what to say under the result, like "12 points to the badge".

Every goal says how much is missing and how much one more play could bring (its span); nearest is the smallest share of
that, so points and days compare. What one more play cannot bring is no goal. Of equally near ones, the earlier kind of
the list below: a gate one nearly passed pulls more than a place on a board.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from campaigns.domain.badge_wall import described
from campaigns.domain.progress import Progress
from campaigns.domain.question import Words
from campaigns.domain.quiz_badges import STREAKS, level_badge, streak_badge
from campaigns.domain.quiz_rules import QuizRules, most_points


class GoalKind(StrEnum):
    PASS = "pass"  # points to a level's pass mark
    BADGE = "badge"  # points to a level's pass mark, where its badge is not held; or days to a streak's badge
    BEST = "best"  # points beyond one's own best play
    RANK = "rank"  # points beyond the next fan ahead on the board


class Unit(StrEnum):
    POINTS = "points"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Goal:
    """`missing` of `unit`; `label` names a badge or level, empty for best and rank."""

    kind: GoalKind
    missing: int
    unit: Unit
    span: int
    label: Words


def nearest(goals: Iterable[Goal | None]) -> Goal | None:
    """The goal to show. None: nothing is in reach of one more play."""
    reachable = [goal for goal in goals if goal is not None and 0 < goal.missing <= goal.span]
    kinds = list(GoalKind)
    return min(reachable, key=lambda g: (Fraction(g.missing, g.span), kinds.index(g.kind), g.missing), default=None)


def to_pass(progress: Progress, held: Iterable[str]) -> Goal | None:
    """The level this play ended in: how far its score stayed below the pass mark. A badge, if the fan has it not yet."""
    rules, now = progress.facts.rules, progress.now
    if not now.begun or any(done.passed and done.n == now.n for done in progress.levels):
        return None
    missing = rules.level(now.n).pass_mark - now.score
    span = most_points(rules.scoring, rules.level(now.n).count)
    badge = described(level_badge(now.n))
    if badge is None or badge.badge in set(held):
        return Goal(GoalKind.PASS, missing, Unit.POINTS, span, rules.level(now.n).title)
    return Goal(GoalKind.BADGE, missing, Unit.POINTS, span, badge.name)


def to_streak(streak: int, held: Iterable[str]) -> Goal | None:
    """The badge for days in a row that tomorrow's play would bring. `streak`: with today. Pulls like half a play."""
    tomorrow = streak + 1
    badge = described(streak_badge(tomorrow)) if tomorrow in STREAKS else None
    if badge is None or badge.badge in set(held):
        return None
    return Goal(GoalKind.BADGE, 1, Unit.DAYS, 2, badge.name)


def to_best(rules: QuizRules, score: int, best_before: int) -> Goal | None:
    """One point beyond one's own best play before this one; None where this play was the best."""
    return _points(GoalKind.BEST, best_before + 1 - score, rules) if score <= best_before else None


def to_rank(rules: QuizRules, own: int, ahead: int | None) -> Goal | None:
    """One point beyond the next fan ahead. `own`, `ahead`: on the same board; None: nobody is ahead."""
    return None if ahead is None else _points(GoalKind.RANK, ahead + 1 - own, rules)


def most_of_a_play(rules: QuizRules) -> int:
    """The highest score a play can have: every level perfect, every bonus doubled but the first."""
    scores = sum(most_points(rules.scoring, level.count) for level in rules.levels)
    bonuses = [level.bonus * (2 if rules.dare and n else 1) for n, level in enumerate(rules.levels)]
    return scores + sum(bonuses)


def _points(kind: GoalKind, missing: int, rules: QuizRules) -> Goal:
    return Goal(kind, missing, Unit.POINTS, most_of_a_play(rules), {})
