"""Badges (勋章) of a quiz: each level, the whole road, a flawless level, days in a row, top of a period, 命题人.

Quiz badges come in families, so a badge's name in the record has parts: `level:3`, `streak:7`, `top:week:2026-W47`.
Earned from the condensed results that count, so voiding a play and computing again takes back what only it had earned;
what changes is badges.changes, as for a rush. Words of all badges, whatever they are for: badge_wall.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from campaigns.domain.play_result import PlayResult, perfect_levels

ROAD = "road"
AUTHOR = "author"
STREAKS = (3, 7, 30)  # days
TOP = 10  # places of a period's board, ties included
PERIODS = ("day", "week", "month", "season", "all")


def level_badge(n: int) -> str:
    return f"level:{n}"


def perfect_badge(n: int) -> str:
    return f"perfect:{n}"


def streak_badge(days: int) -> str:
    return f"streak:{days}"


def top_badge(board: str) -> str:
    """For a board's name as periods.py gives it: day, week, month, season or all."""
    return f"top:{board}"


def of_result(result: PlayResult) -> set[str]:
    """What one counted play earns."""
    badges = {level_badge(n) for n in range(1, result.passed + 1)}
    badges |= {perfect_badge(n) for n in perfect_levels(result.perfect)}
    return badges | ({ROAD} if result.passed == len(result.level_scores) else set())


def of_streak(longest: int) -> set[str]:
    """What the longest streak of days that a fan ever had earns."""
    return {streak_badge(days) for days in STREAKS if longest >= days}


def of_ranks(board: str, ranks: Mapping[int, int], scores: Mapping[int, int]) -> dict[int, set[str]]:
    """Per fan, once the period is over: the first ten of its board with any score."""
    return {fan: {top_badge(board)} for fan, rank in ranks.items() if rank <= TOP and scores.get(fan, 0) > 0}


def of_fan(results: Iterable[PlayResult], days: Sequence[date], authored: int) -> set[str]:
    """All but the tops. `days` with a counted play; `authored`: the fan's accepted questions that have been asked."""
    earned = {badge for result in results for badge in of_result(result)}
    return earned | of_streak(longest_streak(days)) | ({AUTHOR} if authored else set())


def longest_streak(days: Iterable[date]) -> int:
    """The most consecutive days among `days`, in any order."""
    longest = streak = 0
    before: date | None = None
    for day in sorted(set(days)):
        streak = streak + 1 if before is not None and (day - before).days == 1 else 1
        longest, before = max(longest, streak), day
    return longest
