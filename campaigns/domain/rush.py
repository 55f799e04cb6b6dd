"""The rush (抢答): its rules, and the judgement of one round from the record. Pure: done again, it is the same.

`speed`, `flat`: each answer by itself (scoring.py). `first_n`: the n fastest right answers get `possible`, other right
ones a tenth; those tied *at the cut* are drawn: lowest SHA-256 of "<seed>:<n>:<fan>" in decimal ASCII wins.
`survival`: rounds pay nothing and no streak bonus, only the pot does. Wrong or silent = out; an extra life is used up
instead, except on the last question. Who is in after the last question shares the pot; if everybody still in falls at
once, in whatever round, those share it and the game is decided. Floor division, the remainder is unpaid. Who is out
(also who came after others had been judged) plays on for fun: `Verdict.fun`, a board of its own, no rank.

A right answer to a question worth something earns the streak bonus, if the rules have it. Void: no round scores, falls
or streaks; a void *last* question still pays the pot to those in. Times are whole ms: inside that, a tie is a tie.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from campaigns.domain import scoring
from campaigns.domain.allowance import HUMAN_FLOOR_MS
from campaigns.domain.errors import BadInput
from campaigns.domain.question import ValueKey
from campaigns.domain.rush_rules import Rule, RushRules

__all__ = [
    "AnswerFacts",
    "Carry",
    "Key",
    "PlacesKey",
    "Rule",
    "RushRules",
    "Verdict",
    "draw_order",
    "fresh",
    "is_right",
    "judge",
]


@dataclass(frozen=True, slots=True)
class PlacesKey:
    """The right choices as places of the round's recorded order; strict: all of them, nothing else."""

    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """One recorded answer. `elapsed_ms`: net of the allowance, whole milliseconds, rounded down."""

    fan: int
    places: frozenset[int]
    value: float | None
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Carry:
    """What a fan takes from one round into the next. `fell`: the round that put them out; None in a late joiner."""

    streak: int = 0
    out: bool = False
    lives: int = 0
    fell: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One fan in one round. `score` contains `bonus`. In a void round `right` and `rank` are None for everybody."""

    fan: int
    right: bool | None  # None: silent
    score: int
    bonus: int
    elapsed_ms: int | None
    carry: Carry
    rank: int | None  # among the right answers of those in, by elapsed; ties share
    flagged: bool
    fun: bool = False  # right, but the fan had been out before: counts on the board of the fallen


Key = PlacesKey | ValueKey


def fresh(rules: RushRules, *, late: bool = False) -> Carry:
    """How a fan begins; `late`: after others have been judged."""
    if rules.rule is not Rule.SURVIVAL:
        return Carry()
    return Carry(out=True) if late else Carry(lives=rules.lives)


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
    seed: int,
    voided: bool = False,
) -> list[Verdict]:
    """One verdict per fan of the run, by fan; the order of `answers` does not matter.

    `carries` names every fan of the run, with what the round before left them (None: no round has judged them yet).
    In round 1, and as long as no fan has a carry, everybody begins fresh. `key` may be None only in a void round.
    """
    given = {answer.fan: answer for answer in answers}
    if len(given) != len(answers):
        raise BadInput("answers", len(answers), f"one per fan ({len(given)} fans)")
    if key is None and not voided:
        raise BadInput("key", None, "a key: only a void round is judged without one")
    before = _before(rules, {*carries, *given}, carries if n > 1 else {})
    if voided or key is None:
        verdicts = [_void(fan, given.get(fan), carry) for fan, carry in before.items()]
    else:
        asked = _Asked(rules, possible, limit_ms, key, n, last, seed)
        verdicts = _verdicts(asked, given, before)
    return _pay(rules.pot, verdicts, before, last) if rules.rule is Rule.SURVIVAL else verdicts


def is_right(key: Key, answer: AnswerFacts) -> bool:
    if isinstance(key, PlacesKey):
        return answer.places == key.right
    return answer.value is not None and scoring.within(answer.value, key)


def draw_order(seed: int, n: int, fan: int) -> bytes:
    """The lot of a fan in round n: lowest wins. From the committed seed alone, so anybody can check a draw."""
    return sha256(f"{seed}:{n}:{fan}".encode()).digest()


@dataclass(frozen=True, slots=True)
class _Asked:
    """The round as asked: everything that is the same for all fans."""

    rules: RushRules
    possible: int
    limit_ms: int
    key: Key
    n: int
    last: bool
    seed: int


def _before(rules: RushRules, fans: set[int], carries: Mapping[int, Carry | None]) -> dict[int, Carry]:
    """Every fan's carry, by fan. Without one while others have theirs: came late."""
    start = fresh(rules, late=any(carry is not None for carry in carries.values()))
    return {fan: carries.get(fan) or start for fan in sorted(fans)}


def _verdicts(asked: _Asked, given: Mapping[int, AnswerFacts], before: Mapping[int, Carry]) -> list[Verdict]:
    right = {fan: is_right(asked.key, answer) for fan, answer in given.items()}
    bases = _bases(asked, given, right)
    times = sorted(given[fan].elapsed_ms for fan in given if right[fan] and not before[fan].out)
    verdicts = []
    for fan, carry in before.items():
        after = _after(asked, carry, right.get(fan, False))
        if fan not in given:
            verdicts.append(Verdict(fan, None, 0, 0, None, after, None, False))
            continue
        elapsed_ms = given[fan].elapsed_ms
        rank = 1 + bisect_left(times, elapsed_ms) if right[fan] and not carry.out else None
        bonus = _bonus(asked, after) if right[fan] else 0
        score = _worth(asked.key, given[fan], right[fan], bases[fan]) + bonus
        flagged, fun = elapsed_ms < HUMAN_FLOOR_MS, right[fan] and carry.out
        verdicts.append(Verdict(fan, right[fan], score, bonus, elapsed_ms, after, rank, flagged, fun))
    return verdicts


def _bases(asked: _Asked, given: Mapping[int, AnswerFacts], right: Mapping[int, bool]) -> dict[int, int]:
    """What the rule pays each fan who answered, before closeness and streak."""
    if asked.rules.rule is Rule.SURVIVAL:
        return dict.fromkeys(given, 0)
    if asked.rules.rule is Rule.FIRST_N:
        first = _first(asked, [answer for fan, answer in given.items() if right[fan]])
        tenth = asked.possible // 10
        return {fan: (asked.possible if fan in first else tenth) if right[fan] else 0 for fan in given}
    if asked.rules.rule is Rule.FLAT:
        return dict.fromkeys(given, scoring.flat(asked.possible))
    return {fan: scoring.speed(asked.possible, answer.elapsed_ms, asked.limit_ms) for fan, answer in given.items()}


def _first(asked: _Asked, right: list[AnswerFacts]) -> set[int]:
    """The n fastest. The lot orders only equal times, so it decides nothing but the tie at the cut."""
    line = sorted(right, key=lambda answer: (answer.elapsed_ms, draw_order(asked.seed, asked.n, answer.fan)))
    return {answer.fan for answer in line[: asked.rules.first_n]}


def _worth(key: Key, answer: AnswerFacts, right: bool, base: int) -> int:
    """Choices: all or nothing. Estimates: by closeness, also what lies between once and twice the margin."""
    if isinstance(key, PlacesKey):
        return base if right else 0
    return 0 if answer.value is None else scoring.estimated(base, answer.value, key)


def _bonus(asked: _Asked, after: Carry) -> int:
    pays = asked.rules.streak and asked.possible > 0 and asked.rules.rule is not Rule.SURVIVAL
    return scoring.streak_bonus(after.streak) if pays else 0


def _after(asked: _Asked, carry: Carry, right: bool) -> Carry:
    if right:
        return replace(carry, streak=carry.streak + 1)
    if asked.rules.rule is not Rule.SURVIVAL or carry.out:
        return replace(carry, streak=0)
    if carry.lives and not asked.last:
        return replace(carry, streak=0, lives=carry.lives - 1)
    return replace(carry, streak=0, out=True, fell=asked.n)


def _void(fan: int, answer: AnswerFacts | None, carry: Carry) -> Verdict:
    return Verdict(fan, None, 0, 0, answer.elapsed_ms if answer else None, carry, None, False)


def _pay(pot: int, verdicts: list[Verdict], before: Mapping[int, Carry], last: bool) -> list[Verdict]:
    """The pot, once: to who is in after the last question, or to the last to fall. Nobody in before: it was paid."""
    inside = {verdict.fan for verdict in verdicts if not verdict.carry.out}
    if inside and not last:
        return verdicts
    sharing = inside or {fan for fan, carry in before.items() if not carry.out}
    return [replace(v, score=pot // len(sharing)) if v.fan in sharing else v for v in verdicts]
