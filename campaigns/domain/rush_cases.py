"""How a round is judged: each distinct case once, with how many fans it is.

What a fan gets has two halves. What the answer is worth hangs on what was said, when, and whether the fan was out; where
it leaves the fan, on what was said and what the fan carried. A million fans who answer within twenty seconds are some
ten thousand of the first and a few dozen of the second, and ranks, cuts and pots are sums over them. Whose name decides
(marked at a buzzer, drawn at the cut) is a case of their own: `Said.who`.

`rush.judge` spells the two halves out fan by fan; campaigns/settle joins them in SQL. The rules in words: rush.py.
Rejected: one case for both halves, which multiplies thousands of times by dozens of carries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from campaigns.domain import scoring
from campaigns.domain.allowance import HUMAN_FLOOR_MS
from campaigns.domain.buzzer import MarksKey
from campaigns.domain.question import ValueKey
from campaigns.domain.rush_rules import Rule, RushRules

NOBODY = 0


@dataclass(frozen=True, slots=True)
class PlacesKey:
    """The right choices as places of the round's recorded order; strict: all of them, nothing else."""

    right: frozenset[int]


Key = PlacesKey | ValueKey | MarksKey


class Carry(NamedTuple):
    """What a fan takes from one round into the next. `fell`: the round that put them out; None in a late joiner."""

    streak: int = 0
    out: bool = False
    lives: int = 0
    fell: int | None = None


class Said(NamedTuple):
    """An answer's content; `who`: the fan, if it was marked at the buzzer or has drawn a place at the cut."""

    places: frozenset[int]
    value: float | None
    who: int = NOBODY


class Timed(NamedTuple):
    """One half of a case; `said` and `elapsed_ms` None: silent. `out`: before this round."""

    said: Said | None
    elapsed_ms: int | None
    out: bool


class Carried(NamedTuple):
    """The other half; `carry`: before this round."""

    said: Said | None
    carry: Carry


class Worth(NamedTuple):
    """What an answer is worth. `rank`: among the right ones of those in, by elapsed; ties share."""

    right: bool | None
    score: int
    rank: int | None
    flagged: bool


class Left(NamedTuple):
    """Where the round leaves a fan; `bonus` (streak) and `share` (of the pot) add to the score."""

    carry: Carry
    bonus: int
    share: int


class Cut(NamedTuple):
    """The time of the n-th fastest, where more are right than `places` are left among the n."""

    elapsed_ms: int
    places: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The round as asked: everything that is the same for all fans. `key` None: it is void."""

    rules: RushRules
    possible: int
    limit_ms: int
    key: Key | None
    n: int
    last: bool
    counts: bool


def fresh(rules: RushRules, *, late: bool = False) -> Carry:
    """How a fan begins; `late`: after others have been judged."""
    if rules.rule is not Rule.SURVIVAL:
        return Carry()
    return Carry(out=True) if late else Carry(lives=rules.lives)


def said_right(key: Key | None, said: Said | None) -> bool | None:
    """None: silent, or at a buzzer not asked, or in a void round."""
    if said is None or key is None:
        return None
    if isinstance(key, PlacesKey):
        return said.places == key.right
    if isinstance(key, MarksKey):
        return key.said(said.who)
    return said.value is not None and scoring.within(said.value, key)


def cut(asked: Asked, timed: Mapping[Timed, int]) -> Cut | None:
    """Where lots have to be drawn, by `first_n`; None: nowhere. Of named winners this says the same again."""
    if asked.rules.rule is not Rule.FIRST_N or not asked.counts or isinstance(asked.key, MarksKey):
        return None
    return _line(asked.rules.first_n, _times(timed, _rights(asked, timed)))[1]


def worths(asked: Asked, timed: Mapping[Timed, int]) -> dict[Timed, Worth]:
    """`timed`: so many fans each. Named winners of a draw get their place, others at that time do not."""
    rights, void = _rights(asked, timed), not asked.counts or asked.key is None
    times = {} if void else _times(timed, rights)
    ranks, pays, nearly = _ranks(times), _pays(asked, times), isinstance(asked.key, ValueKey)
    flags_ms = HUMAN_FLOOR_MS if asked.key is not None else 0
    told = {}
    for case in timed:
        said, elapsed_ms, out = case
        right = rights[said]
        score = pays(case, right is True) if (right or nearly) and not void else 0
        rank = ranks.get(elapsed_ms or 0) if right and not out else None
        told[case] = Worth(right, score, rank, elapsed_ms is not None and elapsed_ms < flags_ms)
    return told


def lefts(asked: Asked, carried: Mapping[Carried, int]) -> dict[Carried, Left]:
    """`carried`: so many fans each; nobody may be missing, the pot is shared by how many they are."""
    if not asked.counts:
        return {case: Left(case.carry, 0, 0) for case in carried}
    left = {case: _left(asked, case) for case in carried}
    return _pay(asked, carried, left) if asked.rules.rule is Rule.SURVIVAL else left


def _rights(asked: Asked, timed: Mapping[Timed, int]) -> dict[Said | None, bool | None]:
    """Fans say the same few things at thousands of instants."""
    return {said: said_right(asked.key, said) for said in {case.said for case in timed}}


def _times(timed: Mapping[Timed, int], rights: Mapping[Said | None, bool | None]) -> dict[int, int]:
    """When right answers of those in came, and how many; nobody is out but in survival, where times are for ranks alone."""
    times: defaultdict[int, int] = defaultdict(int)
    for (said, elapsed_ms, out), fans in timed.items():
        if elapsed_ms is not None and not out and rights[said]:
            times[elapsed_ms] += fans
    return times


def _ranks(times: Mapping[int, int]) -> dict[int, int]:
    """1 + how many were right in less time."""
    ahead = accumulate((times[elapsed_ms] for elapsed_ms in sorted(times)), initial=1)
    return dict(zip(sorted(times), ahead, strict=False))


def _pays(asked: Asked, times: Mapping[int, int]) -> Callable[[Timed, bool], int]:
    """What an answer earns, before streak and pot, by whether it is right."""
    possible, rule, key = asked.possible, asked.rules.rule, asked.key
    if rule is Rule.SURVIVAL:
        return lambda case, right: 0
    if isinstance(key, MarksKey):
        return lambda case, right: possible
    if rule is Rule.FLAT:
        return lambda case, right: _worth(key, case, right, scoring.flat(possible))
    if rule is Rule.SPEED:
        return lambda case, right: _worth(
            key, case, right, scoring.speed(possible, case.elapsed_ms or 0, asked.limit_ms)
        )
    line_ms, tied = _line(asked.rules.first_n, times)
    return lambda case, right: _worth(key, case, right, _of_the_first(asked, case, line_ms, tied)) if right else 0


def _of_the_first(asked: Asked, case: Timed, line_ms: float, tied: Cut | None) -> int:
    """Of a right answer by `first_n`. Where there is a draw, who stands at the cut has a place by name only."""
    said, elapsed_ms, _ = case
    drawn = tied is not None and elapsed_ms == tied.elapsed_ms
    first = said is not None and said.who != NOBODY if drawn else (elapsed_ms or 0) <= line_ms
    return asked.possible if first else asked.possible // 10


def _line(first_n: int, times: Mapping[int, int]) -> tuple[float, Cut | None]:
    """The time of the n-th fastest (endless where fewer are right), and the cut through those who share it."""
    ahead = 0
    for elapsed_ms in sorted(times):
        there = times[elapsed_ms]
        if ahead + there >= first_n:
            tied = Cut(elapsed_ms, first_n - ahead) if ahead + there > first_n else None
            return elapsed_ms, tied
        ahead += there
    return float("inf"), None


def _worth(key: Key | None, case: Timed, right: bool, base: int) -> int:
    """Choices: all or nothing. Estimates: by closeness, also what lies between once and twice the margin."""
    if not isinstance(key, ValueKey):
        return base if right else 0
    return 0 if case.said is None or case.said.value is None else scoring.estimated(base, case.said.value, key)


def _left(asked: Asked, case: Carried) -> Left:
    right, carry = said_right(asked.key, case.said), case.carry
    if asked.key is None or (right is None and isinstance(asked.key, MarksKey)):
        return Left(carry, 0, 0)
    after = _after(asked, carry, right is True)
    if right:
        return Left(after, _bonus(asked, after), 0)
    return Left(after._replace(streak=carry.streak) if isinstance(asked.key, MarksKey) else after, 0, 0)


def _bonus(asked: Asked, after: Carry) -> int:
    pays = asked.rules.streak and asked.possible > 0 and asked.rules.rule is not Rule.SURVIVAL
    return scoring.streak_bonus(after.streak) if pays else 0


def _after(asked: Asked, carry: Carry, right: bool) -> Carry:
    if right:
        return carry._replace(streak=carry.streak + 1)
    if asked.rules.rule is not Rule.SURVIVAL or carry.out:
        return carry._replace(streak=0)
    if carry.lives and not asked.last:
        return carry._replace(streak=0, lives=carry.lives - 1)
    return carry._replace(streak=0, out=True, fell=asked.n)


def _pay(asked: Asked, carried: Mapping[Carried, int], left: dict[Carried, Left]) -> dict[Carried, Left]:
    """The pot, once: to who is in after the last question, or to the last to fall. Nobody in before: it was paid."""
    inside = sum(fans for case, fans in carried.items() if not left[case].carry.out)
    if inside and not asked.last:
        return left
    sharing = {case for case in carried if not (left[case].carry if inside else case.carry).out}
    share = asked.rules.pot // max(1, sum(carried[case] for case in sharing))
    return {case: then._replace(share=share) if case in sharing else then for case, then in left.items()}
