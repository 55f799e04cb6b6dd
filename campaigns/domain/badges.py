"""Badges (勋章) of a run: which there are, who earns which, and what a correction changes.

Earned from plain facts of the whole run, so they can be recomputed like everything else. A void round counts for
nothing but having been there. Honours of speed (first blood, fastest) need a human's time: flagged answers are passed
over. Ties share a badge. The words belong to the fans: the gate opens, somebody is first through it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

B = TypeVar("B", bound=str)
PERFECT_ROUNDS = 3  # fewer are luck


class Badge(StrEnum):
    TOOK_PART = "took_part"
    FIRST_BLOOD = "first_blood"
    PERFECT = "perfect"
    FASTEST = "fastest"
    SURVIVOR = "survivor"
    TOP3 = "top3"


NAMES: Mapping[Badge, Mapping[str, str]] = {
    Badge.TOOK_PART: {"zh": "到场", "en": "At the gate"},
    Badge.FIRST_BLOOD: {"zh": "第一滴血", "en": "First blood"},
    Badge.PERFECT: {"zh": "全对", "en": "Flawless"},
    Badge.FASTEST: {"zh": "全场最快", "en": "Fastest of the night"},
    Badge.SURVIVOR: {"zh": "幸存者", "en": "Survivor"},
    Badge.TOP3: {"zh": "三甲", "en": "Top three"},
}
WHY: Mapping[Badge, Mapping[str, str]] = {
    Badge.TOOK_PART: {"zh": "这一关，你来了，也出手了。", "en": "The gate opened and you were there, playing."},
    Badge.FIRST_BLOOD: {
        "zh": "第一个被攻破的关，是你最先冲过去的。",
        "en": "The first gate that fell, you were first through.",
    },
    Badge.PERFECT: {"zh": "每一关都答对，一题没丢。", "en": "Every gate passed, not one answer wrong."},
    Badge.FASTEST: {"zh": "全场最快的一次答对，是你。", "en": "The quickest right answer of the whole run was yours."},
    Badge.SURVIVOR: {"zh": "关门的时候，你还站在里面。", "en": "When the last gate closed you were still standing."},
    Badge.TOP3: {"zh": "登上领奖台，前三名有你。", "en": "You stood on the podium, among the first three."},
}


AMONG_OTHERS = frozenset(
    {Badge.FIRST_BLOOD, Badge.FASTEST, Badge.TOP3}
)  # honours of the hall: not a cohort's (cohort.py)


@dataclass(frozen=True, slots=True)
class Given:
    """One fan's verdict in one round, as far as badges must know it."""

    fan: int
    right: bool | None
    elapsed_ms: int | None
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """`buzzer`: one was asked and everybody else was not, so it makes nobody flawless, and its time is no answer's."""

    voided: bool
    verdicts: Sequence[Given]
    buzzer: bool = False


@dataclass(frozen=True, slots=True)
class RunFacts:
    """`rounds` in order; `answered`: fans with any recorded answer; `survivors`: in at the end (survival)."""

    answered: AbstractSet[int]
    rounds: Sequence[RoundFacts]
    ranks: Mapping[int, int]
    scores: Mapping[int, int]
    survivors: AbstractSet[int] = field(default_factory=frozenset)


def awarded(facts: RunFacts, *, in_hall: bool = True) -> dict[int, set[Badge]]:
    """Badges per fan; fans without any are left out."""
    counted = [facts_of.verdicts for facts_of in facts.rounds if not (facts_of.voided or facts_of.buzzer)]
    winners: dict[Badge, AbstractSet[int]] = {
        Badge.TOOK_PART: facts.answered,
        Badge.FIRST_BLOOD: next(filter(None, map(_quickest, counted)), set()),
        Badge.PERFECT: _perfect(counted),
        Badge.FASTEST: _quickest([given for verdicts in counted for given in verdicts]),
        Badge.SURVIVOR: facts.survivors & facts.answered,
        Badge.TOP3: {fan for fan, rank in facts.ranks.items() if rank <= 3 and facts.scores.get(fan, 0) > 0},
    }
    badges: defaultdict[int, set[Badge]] = defaultdict(set)
    for badge, fans in winners.items():
        for fan in fans if in_hall or badge not in AMONG_OTHERS else ():
            badges[fan].add(badge)
    return dict(badges)


def changes(wanted: Mapping[int, AbstractSet[B]], held: Mapping[int, AbstractSet[B]]) -> list[tuple[int, B, int]]:
    """(fan, badge, +1 | -1) by which `held` becomes `wanted`, sorted. Of a rush or a quiz (quiz_badges.py)."""
    steps = []
    for fan in {*wanted, *held}:
        want, have = wanted.get(fan, frozenset()), held.get(fan, frozenset())
        steps += [(fan, badge, 1) for badge in want - have] + [(fan, badge, -1) for badge in have - want]
    return sorted(steps)


def _quickest(verdicts: Sequence[Given]) -> set[int]:
    times = [(g.elapsed_ms, g.fan) for g in verdicts if g.right and g.elapsed_ms is not None and not g.flagged]
    best = min(times, default=(0, 0))[0]
    return {fan for elapsed_ms, fan in times if elapsed_ms == best}


def _perfect(counted: Sequence[Sequence[Given]]) -> set[int]:
    if len(counted) < PERFECT_ROUNDS:
        return set()
    return set.intersection(*({given.fan for given in verdicts if given.right} for verdicts in counted))
