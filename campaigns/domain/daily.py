"""How often a fan may play on a day, and the streak of days that earns extra plays.

The limit counts plays *begun* on the day in the campaign's zone; practice plays do not count and are not limited. A
streak is a run of consecutive days with at least one counted play; today need not have one yet, so yesterday's streak
still stands. Each of its days from the second on is one extra play, up to the rules' most: one day alone is no row of
days, and would make ten a day eleven for everybody. Practice and challenges are limited apart, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from campaigns.domain.quiz_rules import QuizRules

_DAY = timedelta(days=1)


def streak_after(streak: int, last_day: date | None, day: date) -> int:
    """The streak once a counted play of `day` joins one of `streak` days that ends on `last_day`. Days come in order."""
    if last_day is None or day > last_day + _DAY:
        return 1
    return streak if day <= last_day else streak + 1


def streak_on(today: date, streak: int, last_day: date | None) -> int:
    """What is left today of a streak that ends on `last_day`."""
    return streak if last_day is not None and last_day >= today - _DAY else 0


def streak_of(days: Iterable[date], today: date) -> int:
    """From all days with a counted play, in any order: what `streak_after` and `streak_on` come to."""
    streak, last_day = 0, None
    for day in sorted(set(days)):
        streak, last_day = streak_after(streak, last_day, day), day
    return streak_on(today, streak, last_day)


def attempts_allowed(rules: QuizRules, streak: int) -> int | None:
    """How many plays a day has for a fan with this streak; None: no limit."""
    if not rules.attempts_per_day:
        return None
    return rules.attempts_per_day + max(0, min(streak - 1, rules.streak_extra_max))


def attempts_left(rules: QuizRules, begun_today: int, streak: int) -> int | None:
    """How many more today; None: no limit."""
    allowed = attempts_allowed(rules, streak)
    return None if allowed is None else max(0, allowed - begun_today)
