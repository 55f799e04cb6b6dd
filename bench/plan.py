"""Who does what in which round: decided by a seeded draw, so that two crowds of one size do the same.

Of ten fans: one is late, one answers before the opening too, two send twice (the same, or another choice), one sends two
at once; one in seven loses its connection in the middle, half of them before they have answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from bench.show import MARGIN, VALUE, Act, Closing
from campaigns.domain.question import Kind

FASTEST_S, QUICK_S, CALM_S = 0.15, 0.5, 2.0  # quicker than a human is flagged
MOST_RIGHT = 0.7
KICKED = 5  # the index of the fan who is kicked


class Twice(StrEnum):
    NO = "no"
    SAME = "same"
    OTHER = "other"
    AT_ONCE = "at_once"  # both before either is acknowledged


class Reload(StrEnum):
    NO = "no"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Deed:
    """What one fan does in one round. `first` and `second`: the answer as it stands on the wire."""

    first: dict[str, object]
    second: dict[str, object]
    think_s: float
    twice: Twice
    late: bool
    early: bool
    reload: Reload


def deed(act: Act, n: int, index: int, quick: bool) -> Deed:
    draw = Random(f"{act.rule} {n} {index}")
    kind = index % 10
    everybody = any(asked.closing is Closing.ALL for asked in act.asked)  # who stays silent would hold the round up
    twice = {1: Twice.SAME, 2: Twice.OTHER, 3: Twice.AT_ONCE}.get(kind, Twice.NO)
    reload = Reload.NO
    if n == 2 and index % 7 == 4 and not everybody:
        reload = Reload.BEFORE if index % 2 else Reload.AFTER
    first, second = said(act, n, draw.random() < MOST_RIGHT, draw), said(act, n, draw.random() < 0.5, draw)
    think_s = FASTEST_S + (QUICK_S if quick else CALM_S) * draw.betavariate(2, 3)
    early = kind == 9 and reload is Reload.NO
    return Deed(first, second, think_s, twice, kind == 7 and not everybody, early, reload)


def said(act: Act, n: int, right: bool, draw: Random) -> dict[str, object]:
    """A right answer to round n, or any."""
    question = act.asked[n - 1].question
    if question.kind is Kind.ESTIMATE:
        return {"value": round(draw.gauss(VALUE, MARGIN if right else 5 * MARGIN), 1)}
    if right:
        return {"places": list(act.truth(n))}
    places = range(len(act.orders[n - 1]))
    return {"places": sorted(draw.sample(places, 2 if question.kind is Kind.MULTIPLE else 1))}
