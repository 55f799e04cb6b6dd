"""A challenge (下战书): two plays of one draw side by side, who has won, and the ghost that runs along.

The one who takes a challenge up is scored: won 100, tied 50, lost 0, on a board of its own (the sum). The higher score
wins; equal scores tie, however fast. They count nowhere else: the draw is known to somebody, who may sit beside the fan. So
they take none of the day's plays either, but there are as many a day as plays. The challenger earns nothing by it: what
others make of one's link has no bound. Leaving is losing: a level left counts as failed; a play never ended, or ended
before its first question, has no result. The challenger's score is the bar it was when the play ended, so voiding it
later takes no win from anybody.

A ghost shows what the challenger made of a question, after this fan's own answer to it: right or not, how long, the
score from there on. Never which choice. The two are compared where both answered the same question of the same level;
what only one of them was asked (a swap, a retry) has no ghost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from campaigns.domain.play import apply, begin
from campaigns.domain.progress import PlayFacts, PlayState, Progress
from campaigns.domain.step import Step, StepKind


class Outcome(StrEnum):
    WON = "won"
    TIED = "tied"
    LOST = "lost"


POINTS: dict[Outcome, int] = {Outcome.WON: 100, Outcome.TIED: 50, Outcome.LOST: 0}
PLAYED_TWICE = "played_twice"  # why a play is void that turned out to be a duel with oneself: no operator's word
Place = tuple[int, int]  # level from 1, question version


@dataclass(frozen=True, slots=True)
class Trace:
    """What the ghost made of one question. `score`: secured and in this level, right after it. `helped`: time or 50:50."""

    right: bool
    elapsed_ms: int
    score: int
    helped: bool


def outcome(own: int | None, challenger: int) -> Outcome:
    """Of who took the challenge up. `own`: the score; None: left without a result."""
    if own is None or own < challenger:
        return Outcome.LOST
    return Outcome.WON if own > challenger else Outcome.TIED


def points(own: int | None, challenger: int) -> int:
    """For the board of challenges."""
    return POINTS[outcome(own, challenger)]


def score_so_far(progress: Progress) -> int:
    """What is secured, and what stands in the level under way. A failed level is worth nothing."""
    decided = progress.state is PlayState.FAILED or any(done.n == progress.now.n for done in progress.levels)
    return progress.banked + (0 if decided else progress.now.score)


def traces(facts: PlayFacts, steps: Iterable[Step]) -> Mapping[Place, Trace]:
    """Of a recorded play; a question that came twice in a level (a retry) counts as it was answered first."""
    found: dict[Place, Trace] = {}
    progress = begin(facts)
    for step in steps:
        before, progress = progress, apply(progress, step)
        verdict = progress.verdict
        if step.kind is not StepKind.ANSWERED or verdict is None or before.open is None:
            continue
        trace = Trace(verdict.right, verdict.elapsed_ms, score_so_far(progress), bool(before.open.helped))
        found.setdefault((before.now.n, verdict.version_id), trace)
    return found
