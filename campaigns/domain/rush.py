"""The rush (抢答): its rules, and the judgement of one round from the record. Pure: done again, it is the same.

`speed`, `flat`: each answer by itself (scoring.py). `first_n`: the n fastest right answers get `possible`, other right
ones a tenth; those tied *at the cut* draw lots (rush_draw.py).
`survival`: rounds pay nothing and no streak bonus, only the pot does. Wrong or silent = out; an extra life is used up
instead, except on the last question. Who is in after the last question shares the pot; if everybody still in falls at
once, in whatever round, those share it and the game is decided. Floor division, the remainder is unpaid. Who is out
(also who came after others had been judged) plays on for fun: `Verdict.fun`, a board of its own, no rank.

At a buzzer (buzzer.py) who was marked right gets `possible` by any rule but survival, where who was marked wrong falls as
by any wrong answer. Everybody else is where they were before, their streak too.
A right answer to a question worth something earns the streak bonus, if the rules have it. Void: no round scores, falls
or streaks; a void *last* question still pays the pot to those in. A warm-up
(`counts` false) tells who was right, no more. Times are whole ms: inside that, a tie is a tie.
Here fan by fan; the rules themselves are asked once for each case (rush_cases.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from campaigns.domain import rush_draw
from campaigns.domain.buzzer import MarksKey
from campaigns.domain.errors import BadInput
from campaigns.domain.rush_cases import (
    NOBODY,
    Asked,
    Carried,
    Carry,
    Key,
    Left,
    PlacesKey,
    Said,
    Timed,
    Worth,
    cut,
    fresh,
    lefts,
    said_right,
    worths,
)
from campaigns.domain.rush_rules import Rule, RushRules

__all__ = [
    "AnswerFacts",
    "Carry",
    "Drawing",
    "Key",
    "PlacesKey",
    "Rule",
    "RushRules",
    "Verdict",
    "drawing",
    "fresh",
    "judge",
]


class AnswerFacts(NamedTuple):
    """One recorded answer. `elapsed_ms`: net of the allowance, whole milliseconds, rounded down."""

    fan: int
    places: frozenset[int]
    value: float | None
    elapsed_ms: int


class Verdict(NamedTuple):
    """One fan in one round. `score` contains `bonus`. In a void round `right` and `rank` are None for everybody."""

    fan: int
    right: bool | None  # None: silent, or at a buzzer not asked
    score: int
    bonus: int
    elapsed_ms: int | None
    carry: Carry
    rank: int | None  # among the right answers of those in, by elapsed; ties share
    flagged: bool
    fun: bool = False  # right, but the fan had been out before: counts on the board of the fallen


class Drawing(NamedTuple):
    """`fans`: right at the same time, and more of them than `places` left among the n fastest."""

    elapsed_ms: int
    places: int
    fans: list[int]


def judge(
    rules: RushRules,
    *,
    possible: int,
    limit_ms: int,
    key: Key | None,
    answers: Sequence[AnswerFacts],
    carries: Mapping[int, Carry | None],
    n: int,
    last: bool,
    seed: bytes,
    publics: Mapping[int, str],
    voided: bool = False,
    counts: bool = True,
) -> list[Verdict]:
    """One verdict per fan of the run, by fan; the order of `answers` does not matter.

    `carries` names every fan of the run, with what the round before left them (None: no round has judged them yet).
    In round 1, and as long as no fan has a carry, everybody begins fresh. `key` may be None only in a void round.
    `publics`: the public ids of those whom `drawing` names.
    """
    given = {answer.fan: answer for answer in answers}
    if len(given) != len(answers):
        raise BadInput("answers", len(answers), f"one per fan ({len(given)} fans)")
    if key is None and not voided:
        raise BadInput("key", None, "a key: only a void round is judged without one")
    before = _before(rules, {*carries, *given}, carries if n > 1 or not counts else {})
    asked = Asked(rules, possible, limit_ms, None if voided else key, n, last, counts)
    tied = drawing(rules, asked.key, answers) if counts else None
    named = named_by(asked.key) | winners(asked, tied, seed, publics)
    said = {answer.fan: _said(answer, named) for answer in answers}
    timed = {fan: Timed(said.get(fan), _elapsed_ms(given.get(fan)), carry.out) for fan, carry in before.items()}
    carried = {fan: Carried(said.get(fan), carry) for fan, carry in before.items()}
    worth, left = worths(asked, Counter(timed.values())), lefts(asked, Counter(carried.values()))
    return [_verdict(asked, fan, timed[fan], worth[timed[fan]], left[carried[fan]]) for fan in before]


def drawing(rules: RushRules, key: Key | None, answers: Sequence[AnswerFacts]) -> Drawing | None:
    """Who has to draw lots, and for how many places: those of `first_n` tied at the cut. None: nothing to draw."""
    asked = Asked(rules, 0, 0, key, 0, False, True)
    tied = cut(asked, Counter(Timed(_said(answer), answer.elapsed_ms, False) for answer in answers))
    if tied is None:
        return None
    there = (answer for answer in answers if answer.elapsed_ms == tied.elapsed_ms)
    return Drawing(*tied, sorted(answer.fan for answer in there if said_right(key, _said(answer))))


def named_by(key: Key | None) -> frozenset[int]:
    """Whose own name decides: those who were asked at the buzzer."""
    return frozenset(fan for fan, _ in key.marks) if isinstance(key, MarksKey) else frozenset()


def winners(asked: Asked, tied: Drawing | None, seed: bytes, publics: Mapping[int, str]) -> frozenset[int]:
    """Who has drawn a place at the cut."""
    if tied is None:
        return frozenset()
    line = rush_draw.drawn(asked.rules.version, seed, asked.n, tied.fans, publics)
    return frozenset(line[: tied.places])


def _before(rules: RushRules, fans: set[int], carries: Mapping[int, Carry | None]) -> dict[int, Carry]:
    """Every fan's carry, by fan. Without one while others have theirs: came late."""
    start = fresh(rules, late=any(carry is not None for carry in carries.values()))
    return {fan: carries.get(fan) or start for fan in sorted(fans)}


def _said(answer: AnswerFacts, named: AbstractSet[int] = frozenset()) -> Said:
    return Said(answer.places, answer.value, answer.fan if answer.fan in named else NOBODY)


def _elapsed_ms(answer: AnswerFacts | None) -> int | None:
    return None if answer is None else answer.elapsed_ms


def _verdict(asked: Asked, fan: int, timed: Timed, worth: Worth, left: Left) -> Verdict:
    score = worth.score + left.bonus + left.share
    fun = asked.counts and worth.right is True and timed.out
    return Verdict(fan, worth.right, score, left.bonus, timed.elapsed_ms, left.carry, worth.rank, worth.flagged, fun)
