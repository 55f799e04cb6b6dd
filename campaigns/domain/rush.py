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
What exists once per fan is a named tuple (a third of a frozen dataclass's time), and equal carries are one object.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from campaigns.domain import rush_draw, scoring
from campaigns.domain.allowance import HUMAN_FLOOR_MS
from campaigns.domain.buzzer import MarksKey
from campaigns.domain.errors import BadInput
from campaigns.domain.question import ValueKey
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
    "is_right",
    "judge",
]


@dataclass(frozen=True, slots=True)
class PlacesKey:
    """The right choices as places of the round's recorded order; strict: all of them, nothing else."""

    right: frozenset[int]


class AnswerFacts(NamedTuple):
    """One recorded answer. `elapsed_ms`: net of the allowance, whole milliseconds, rounded down."""

    fan: int
    places: frozenset[int]
    value: float | None
    elapsed_ms: int


class Carry(NamedTuple):
    """What a fan takes from one round into the next. `fell`: the round that put them out; None in a late joiner."""

    streak: int = 0
    out: bool = False
    lives: int = 0
    fell: int | None = None


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


Key = PlacesKey | ValueKey | MarksKey


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
    if not counts:
        return [_warm_up(fan, given.get(fan), carry, None if voided else key) for fan, carry in before.items()]
    if voided or key is None:
        verdicts = [_void(fan, given.get(fan), carry) for fan, carry in before.items()]
    else:
        asked = _Asked(rules, possible, limit_ms, key, n, last, seed, publics)
        verdicts = (_marked if isinstance(key, MarksKey) else _verdicts)(asked, given, before)
    return _pay(rules.pot, verdicts, before, last) if rules.rule is Rule.SURVIVAL else verdicts


def is_right(key: Key, answer: AnswerFacts) -> bool:
    if isinstance(key, PlacesKey):
        return answer.places == key.right
    if isinstance(key, MarksKey):
        return answer.fan == key.right
    return answer.value is not None and scoring.within(answer.value, key)


def drawing(rules: RushRules, key: Key | None, answers: Sequence[AnswerFacts]) -> Drawing | None:
    """Who has to draw lots, and for how many places: those of `first_n` tied at the cut. None: nothing to draw."""
    if rules.rule is not Rule.FIRST_N or key is None or isinstance(key, MarksKey):
        return None
    _, tied = _at_the_cut(rules.first_n, [answer for answer in answers if is_right(key, answer)])
    return tied


@dataclass(frozen=True, slots=True)
class _Asked:
    """The round as asked: everything that is the same for all fans."""

    rules: RushRules
    possible: int
    limit_ms: int
    key: Key
    n: int
    last: bool
    seed: bytes
    publics: Mapping[int, str]


def _before(rules: RushRules, fans: set[int], carries: Mapping[int, Carry | None]) -> dict[int, Carry]:
    """Every fan's carry, by fan. Without one while others have theirs: came late."""
    start = fresh(rules, late=any(carry is not None for carry in carries.values()))
    return {fan: carries.get(fan) or start for fan in sorted(fans)}


def _verdicts(asked: _Asked, given: Mapping[int, AnswerFacts], before: Mapping[int, Carry]) -> list[Verdict]:
    right = {fan for fan, answer in given.items() if is_right(asked.key, answer)}
    base = _pays(asked, given, right)
    times = sorted(given[fan].elapsed_ms for fan in right if not before[fan].out)
    after: dict[tuple[Carry, bool], Carry] = {}
    verdicts = []
    for fan, carry in before.items():
        correct = fan in right
        known = after.get((carry, correct))
        left = known if known is not None else after.setdefault((carry, correct), _after(asked, carry, correct))
        answer = given.get(fan)
        if answer is None:
            verdicts.append(Verdict(fan, None, 0, 0, None, left, None, False))
            continue
        elapsed_ms = answer.elapsed_ms
        rank = 1 + bisect_left(times, elapsed_ms) if correct and not carry.out else None
        bonus = _bonus(asked, left) if correct else 0
        score = _worth(asked.key, answer, correct, base(answer)) + bonus
        flagged, fun = elapsed_ms < HUMAN_FLOOR_MS, correct and carry.out
        verdicts.append(Verdict(fan, correct, score, bonus, elapsed_ms, left, rank, flagged, fun))
    return verdicts


def _marked(asked: _Asked, given: Mapping[int, AnswerFacts], before: Mapping[int, Carry]) -> list[Verdict]:
    assert isinstance(asked.key, MarksKey)
    worth = 0 if asked.rules.rule is Rule.SURVIVAL else asked.possible
    said = {fan: right for fan, right in asked.key.marks if fan in given}
    verdicts = []
    for fan, carry in before.items():
        answer, right = given.get(fan), said.get(fan)
        elapsed_ms = answer.elapsed_ms if answer is not None else None
        flagged = elapsed_ms is not None and elapsed_ms < HUMAN_FLOOR_MS
        if right:
            left, rank = _after(asked, carry, True), None if carry.out else 1
            bonus = _bonus(asked, left)
            verdicts.append(Verdict(fan, True, worth + bonus, bonus, elapsed_ms, left, rank, flagged, carry.out))
        else:
            left = carry if right is None else _after(asked, carry, False)._replace(streak=carry.streak)
            verdicts.append(Verdict(fan, right, 0, 0, elapsed_ms, left, None, flagged))
    return verdicts


def _pays(asked: _Asked, given: Mapping[int, AnswerFacts], right: AbstractSet[int]) -> Callable[[AnswerFacts], int]:
    """What the rule pays an answer, before closeness and streak."""
    possible, rule = asked.possible, asked.rules.rule
    if rule is Rule.SURVIVAL:
        return lambda answer: 0
    if rule is Rule.FLAT:
        return lambda answer: scoring.flat(possible)
    if rule is Rule.SPEED:
        return lambda answer: scoring.speed(possible, answer.elapsed_ms, asked.limit_ms)
    first, tenth = _first(asked, [given[fan] for fan in right]), possible // 10
    return lambda answer: (possible if answer.fan in first else tenth) if answer.fan in right else 0


def _first(asked: _Asked, right: list[AnswerFacts]) -> set[int]:
    """The n fastest; a tie at the cut is drawn."""
    ahead, tied = _at_the_cut(asked.rules.first_n, right)
    if tied is None:
        return ahead
    drawn = rush_draw.drawn(asked.rules.version, asked.seed, asked.n, tied.fans, asked.publics)
    return ahead.union(drawn[: tied.places])


def _at_the_cut(first_n: int, right: list[AnswerFacts]) -> tuple[set[int], Drawing | None]:
    """Who surely is among the n fastest, and who is tied for the places left."""
    if len(right) <= first_n:
        return {answer.fan for answer in right}, None
    cut_ms = sorted(answer.elapsed_ms for answer in right)[first_n - 1]
    ahead = {answer.fan for answer in right if answer.elapsed_ms < cut_ms}
    tied = sorted(answer.fan for answer in right if answer.elapsed_ms == cut_ms)
    if len(ahead) + len(tied) == first_n:
        return ahead.union(tied), None
    return ahead, Drawing(cut_ms, first_n - len(ahead), tied)


def _worth(key: Key, answer: AnswerFacts, right: bool, base: int) -> int:
    """Choices: all or nothing. Estimates: by closeness, also what lies between once and twice the margin."""
    if not isinstance(key, ValueKey):
        return base if right else 0
    return 0 if answer.value is None else scoring.estimated(base, answer.value, key)


def _bonus(asked: _Asked, after: Carry) -> int:
    pays = asked.rules.streak and asked.possible > 0 and asked.rules.rule is not Rule.SURVIVAL
    return scoring.streak_bonus(after.streak) if pays else 0


def _after(asked: _Asked, carry: Carry, right: bool) -> Carry:
    if right:
        return carry._replace(streak=carry.streak + 1)
    if asked.rules.rule is not Rule.SURVIVAL or carry.out:
        return carry._replace(streak=0)
    if carry.lives and not asked.last:
        return carry._replace(streak=0, lives=carry.lives - 1)
    return carry._replace(streak=0, out=True, fell=asked.n)


def _void(fan: int, answer: AnswerFacts | None, carry: Carry) -> Verdict:
    return Verdict(fan, None, 0, 0, answer.elapsed_ms if answer else None, carry, None, False)


def _warm_up(fan: int, answer: AnswerFacts | None, carry: Carry, key: Key | None) -> Verdict:
    """Right or wrong and how fast, with what the fan had before."""
    if answer is None or key is None:
        return _void(fan, answer, carry)
    flagged = answer.elapsed_ms < HUMAN_FLOOR_MS
    right = key.said(fan) if isinstance(key, MarksKey) else is_right(key, answer)
    return Verdict(fan, right, 0, 0, answer.elapsed_ms, carry, None, flagged)


def _pay(pot: int, verdicts: list[Verdict], before: Mapping[int, Carry], last: bool) -> list[Verdict]:
    """The pot, once: to who is in after the last question, or to the last to fall. Nobody in before: it was paid."""
    inside = {verdict.fan for verdict in verdicts if not verdict.carry.out}
    if inside and not last:
        return verdicts
    sharing = inside or {fan for fan, carry in before.items() if not carry.out}
    return [v._replace(score=pot // len(sharing)) if v.fan in sharing else v for v in verdicts]
