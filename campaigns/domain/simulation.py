"""A simulated run (试跑): how a road would go, before anybody has walked it.

A few hundred plays through the very machine that judges the real ones (draw.py, play.py), so that no rule is told twice;
only the people are assumed, and the page says how: each question is answered rightly with the share that play has
shown, else by its difficulty (ASSUMED); right or wrong takes a quarter to three quarters of the time; no helps; who
fails tries again while a retry is left; every other one dares. One seed, one forecast: the same rules show the same
numbers again. Rejected: a formula (retries, lives, doubling and the stake make it a second set of rules).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from campaigns.domain.draw import Bank, BankItem, Shortage, draw
from campaigns.domain.level import EASIEST, HARDEST
from campaigns.domain.lineup import Questions
from campaigns.domain.play import apply, begin
from campaigns.domain.progress import PlayFacts, PlayState, Progress
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.step import Step, StepKind

ASSUMED: Mapping[int, float] = {1: 0.88, 2: 0.76, 3: 0.64, 4: 0.5, 5: 0.38}  # share right, by difficulty
MOST_PLAYS, LEAST_PLAYS, WORK = 300, 100, 4000  # WORK: questions of one attempt at the road, all plays together
SEED = 20_101_116
RIGHT, WRONG, BETWEEN_S = 0, 1, 2  # places of the stand-in; seconds between a verdict and the next question
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
_S = PlayState


@dataclass(frozen=True, slots=True)
class LevelForecast:
    """`reached` and `passed`: shares of all plays."""

    n: int
    reached: float
    passed: float

    @property
    def rate(self) -> float | None:
        """Of those who came to it, who passed; None: nobody came."""
        return self.passed / self.reached if self.reached else None


@dataclass(frozen=True, slots=True)
class Forecast:
    plays: int
    levels: tuple[LevelForecast, ...]
    finished: float
    score: float
    seconds: float  # with the pauses between questions

    @property
    def nobody_finishes(self) -> bool:
        return self.finished == 0


def simulate(
    rules: QuizRules, items: Sequence[BankItem], shares: Mapping[int, float], plays: int | None = None, seed: int = SEED
) -> Forecast | Shortage:
    """`shares`: version id → share of right answers, where play has told it. Shortage: the bank is too small.

    `plays` None: as many as take about half a second, which is a page's patience.
    """
    plays = plays or plays_for(rules)
    bank, dice = Bank(items), Random(seed)
    stand_ins = {d: _stand_in(d) for d in range(EASIEST, HARDEST + 1)}
    questions = {item.version_id: stand_ins[item.difficulty] for item in items}
    chances = {item.version_id: shares.get(item.version_id, ASSUMED[item.difficulty]) for item in items}
    ended = []
    for _ in range(plays):
        progress = _play(rules, bank, questions, chances, dice)
        if isinstance(progress, Shortage):
            return progress
        ended.append(progress)
    return _forecast(rules, ended)


def plays_for(rules: QuizRules) -> int:
    questions = sum(level.count for level in rules.levels)
    return max(LEAST_PLAYS, min(MOST_PLAYS, WORK // questions))


def _play(
    rules: QuizRules, bank: Bank, questions: Questions, chances: Mapping[int, float], dice: Random
) -> Progress | Shortage:
    drawn = draw(rules.levels, bank, dice.getrandbits(32), {})
    if isinstance(drawn, Shortage):
        return drawn
    progress, passed_s = begin(PlayFacts(rules, drawn, questions)), 0.0
    while progress.state is not _S.ENDED:
        kind, place = _next(progress, chances, dice)
        passed_s += dice.uniform(0.25, 0.75) * progress.level.seconds if kind is StepKind.ANSWERED else BETWEEN_S
        progress = apply(progress, _step(progress, kind, place, passed_s))
    return progress


def _next(progress: Progress, chances: Mapping[int, float], dice: Random) -> tuple[StepKind, int]:
    """What this person does now, and which place it says."""
    if progress.open is not None:
        right = dice.random() < chances[progress.open.version_id]
        return StepKind.ANSWERED, RIGHT if right else WRONG
    if progress.state is _S.FAILED:
        return StepKind.RETRY, 0
    if progress.state is _S.PASSED and progress.facts.rules.dare:
        return (StepKind.DARE if dice.random() < 0.5 else StepKind.BANK), 0
    return StepKind.ASKED, 0


def _step(progress: Progress, kind: StepKind, place: int, passed_s: float) -> Step:
    at, ns = _NOON + timedelta(seconds=passed_s), int(passed_s * 1e9)
    version_id = progress.next_version if kind is StepKind.ASKED else None
    places = (place,) if kind is StepKind.ANSWERED else None
    return Step(progress.n + 1, kind, ns, "simulated", at, version_id, places)


def _stand_in(difficulty: int) -> Question:
    """Two choices that keep their order; nobody reads the words."""
    choices = (Choice("right", {}), Choice("wrong", {}))
    return Question(Kind.TRUE_FALSE, {}, choices, ChoiceKey(frozenset({"right"})), difficulty=difficulty)


def _forecast(rules: QuizRules, ended: Sequence[Progress]) -> Forecast:
    plays = len(ended)
    levels = []
    for n in range(1, len(rules.levels) + 1):
        here = [done for progress in ended for done in progress.levels if done.n == n]
        levels.append(LevelForecast(n, len(here) / plays, sum(done.passed for done in here) / plays))
    seconds = [(progress.ended_at - _NOON).total_seconds() for progress in ended if progress.ended_at is not None]
    finished = sum(progress.finished for progress in ended) / plays
    score = sum(progress.banked for progress in ended) / plays
    return Forecast(plays, tuple(levels), finished, score, sum(seconds) / plays)
