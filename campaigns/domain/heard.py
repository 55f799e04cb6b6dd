"""What a play tells of its questions: each one judged, with whether it was right and how long it took.

For the statistics of millions of plays, so it looks at questions and answers only: no scores, levels, stakes. Rightness
and time come from the same functions that play.py judges by, at a fraction of its cost; a test holds the two together.
Times are kept to two digits, rounded down: some 300 different ones up to ten minutes, so counts of them stay small,
and since rounding keeps the order, the median of rounded times is the median, rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from campaigns.domain import level_scoring
from campaigns.domain.draw import Draw
from campaigns.domain.lineup import Questions, key_of, order
from campaigns.domain.play_clock import MS, PlayClock
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.step import Step, StepKind


@dataclass(frozen=True, slots=True)
class Heard:
    """`elapsed_ms` None: silent, or too late, which is the same."""

    version_id: int
    right: bool
    elapsed_ms: int | None


def heard(rules: QuizRules, draw: Draw, questions: Questions, steps: Iterable[Step]) -> Iterator[Heard]:
    """The questions of a play that were decided, in order. Swapped away, or left when the play was stopped: not among them."""
    seconds = _seconds(rules, draw)
    opened: tuple[int, int, PlayClock] | None = None
    for step in steps:
        if step.question_version_id is not None:
            version_id = step.question_version_id
            opened = version_id, step.n, PlayClock(step.moment, seconds[version_id])
        elif step.kind is StepKind.TIME and opened is not None:
            opened = opened[0], opened[1], PlayClock(opened[2].opened, opened[2].seconds, extended=True)
        elif step.kind is StepKind.ANSWERED and opened is not None:
            yield _judged(draw, questions, opened, step)
            opened = None


def _judged(draw: Draw, questions: Questions, opened: tuple[int, int, PlayClock], step: Step) -> Heard:
    version_id, n, clock = opened
    said = step.said
    if said is None or not clock.in_time(step.moment, step.allowance_ns):
        return Heard(version_id, False, None)
    question = questions[version_id]
    key = key_of(question, order(question, draw.seed, n))
    return Heard(version_id, level_scoring.is_right(key, said), clock.elapsed_ns(step.moment, step.allowance_ns) // MS)


def _seconds(rules: QuizRules, draw: Draw) -> dict[int, int]:
    """By version; a draw has each of them in one level only."""
    of = {}
    for n, level in enumerate(rules.levels):
        of.update(dict.fromkeys((*draw.levels[n], *draw.reserve[n]), level.seconds))
    return of


def two_digits(ms: int) -> int:
    """Rounded down: 87 is 87, 1234 is 1200. The same in SQL: TWO_DIGITS of campaigns/db/question_counts.py."""
    step: int = 10 ** max(len(str(ms)) - 2, 0)
    return ms - ms % step
