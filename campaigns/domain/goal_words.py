"""The sentence under a result that says how near the nearest goal is, in both languages."""

from __future__ import annotations

from campaigns.domain.goals import Goal, GoalKind, Unit
from campaigns.domain.question import Words


def goal_words(goal: Goal) -> Words:
    one = goal.missing == 1
    points = "1 more point" if one else f"{goal.missing} more points"
    zh, en = goal.label.get("zh", ""), goal.label.get("en", "")
    if goal.kind is GoalKind.BEST:
        return {
            "zh": f"再多 {goal.missing} 分，就是你的最好成绩",
            "en": f"{points} {'makes' if one else 'make'} your best play",
        }
    if goal.kind is GoalKind.RANK:
        return {
            "zh": f"再得 {goal.missing} 分，名次就往前一位",
            "en": f"{points} {'takes' if one else 'take'} you one place up",
        }
    if goal.kind is GoalKind.PASS:
        return {"zh": f"再多 {goal.missing} 分，就过「{zh or en}」", "en": f"{points} and “{en or zh}” is passed"}
    if goal.unit is Unit.DAYS:
        return {"zh": f"明天再来，勋章「{zh}」就是你的", "en": f"Play again tomorrow for the badge “{en}”"}
    return {"zh": f"再多 {goal.missing} 分，勋章「{zh}」就是你的", "en": f"{points} to the badge “{en}”"}
