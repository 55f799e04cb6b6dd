"""What kinds of activity there are: the ways to take part in a campaign."""

from __future__ import annotations

from enum import StrEnum


class ActivityKind(StrEnum):
    RUSH = "rush"  # live: rounds for everybody at once (rush.py)
    QUIZ = "quiz"  # self-paced: levels, played again and again (play.py)
