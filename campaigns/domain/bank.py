"""The bank's words and judgements: the states of a question, and what play says about it.

draft → reviewed → retired, and back wherever an operator wants it: only reviewed questions are drawn into plays; a rush
may ask any. Flags are computed from statistics, never stored: change a threshold and every page agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ENOUGH = 20  # answers before a share says anything
EASY, HARD = 0.95, 0.15  # share of right answers
BROKEN = 0.05  # nobody gets it: most likely the key is wrong
HURRIED_MS = 700  # half of the fans answer before anybody could have read it


class BankState(StrEnum):
    DRAFT = "draft"
    REVIEWED = "reviewed"
    RETIRED = "retired"


class Flag(StrEnum):
    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Stat:
    """Asked so often; `silent` of them without an answer in time. Half of the answers took `median_ms` or less."""

    asked: int
    right: int
    median_ms: int | None = None
    silent: int = 0

    @property
    def share(self) -> float | None:
        return self.right / self.asked if self.asked else None


def flag_of(stat: Stat | None) -> Flag | None:
    """Broken before too hard; nothing before ENOUGH answers."""
    share = stat.share if stat is not None and stat.asked >= ENOUGH else None
    if stat is None or share is None:
        return None
    if share <= BROKEN or (stat.median_ms is not None and stat.median_ms < HURRIED_MS and share < 0.5):
        return Flag.BROKEN
    if share >= EASY:
        return Flag.TOO_EASY
    return Flag.TOO_HARD if share <= HARD else None
