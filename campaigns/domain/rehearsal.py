"""How simulated fans behave in a rehearsal: how many, how clever, how quick, how far away, and who drops out.

Everything one of them does follows from the plan, a seed, its number and the round's: two rehearsals with one seed are
the same. Thinking times are log-normal around the plan's median, as people's are: a few are very quick, a few never get
there. Who thinks for longer than there is time stays silent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from random import Random
from typing import Any

from campaigns.domain.errors import BadInput
from campaigns.domain.run import Step

MOST_FANS = 2_000
LIMITS = {  # lowest and highest of each number of a plan
    "fans": (1, MOST_FANS),
    "skill": (0, 100),
    "speed_ms": (300, 60_000),
    "delay_ms": (0, 5_000),
    "dropouts": (0, 90),
    "expected": (0, 1_000_000),
    "pace_ms": (100, 20_000),
}
FASTEST_MS = 150.0  # quicker than a human is flagged
SPREAD = 0.5  # of the logarithm of thinking times
BACK_S = (1.0, 8.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """`skill`: chance in percent to be right; `speed_ms`: the median time from opening to tap; `delay_ms`: mean time on the
    network beside this machine's own; `dropouts`: percent who lose their connection, half of them for good; `expected`:
    people on the night (0: as many as are rehearsed); `by_itself`: nobody needs to press, each picture stands `pace_ms`."""

    fans: int = 100
    skill: int = 60
    speed_ms: int = 4_000
    delay_ms: int = 80
    dropouts: int = 5
    expected: int = 0
    pace_ms: int = 3_000
    by_itself: bool = False

    def __post_init__(self) -> None:
        """Raises BadInput."""
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise BadInput(name, value, f"a whole number from {low} to {high}")

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Plan:
        return cls(**{field.name: stored[field.name] for field in fields(cls) if field.name in stored})

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def audience(self) -> int:
        return self.expected or self.fans


@dataclass(frozen=True, slots=True)
class Asked:
    """A round as who plans the fans' answers knows it. `right` and `value` None: nobody knows the key yet."""

    n: int
    choices: int
    several: bool
    right: frozenset[int] | None
    low: float
    high: float
    value: float | None
    margin: float
    seconds: int
    buzzer: bool = False  # one button, no choices


@dataclass(frozen=True, slots=True)
class Deed:
    """`after_ms` from the opening to the tap, then `delay_ms` on the network. `value` None: places."""

    places: tuple[int, ...]
    value: float | None
    after_ms: float
    delay_ms: float


@dataclass(frozen=True, slots=True)
class Leaving:
    """Gone in round `n`, before or after answering; `back_s` None: for good."""

    n: int
    answers_first: bool
    back_s: float | None


def deed(plan: Plan, asked: Asked, seed: str, fan: int) -> Deed | None:
    """What this fan does in this round. None: stays silent."""
    draw = Random(f"{seed} deed {asked.n} {fan}")
    after_ms = max(FASTEST_MS, plan.speed_ms * math.exp(draw.gauss(0, SPREAD)))
    is_right = draw.random() * 100 < plan.skill
    delay_ms = plan.delay_ms * draw.uniform(0.5, 1.5)
    if after_ms >= asked.seconds * 1000:
        return None
    if asked.buzzer:
        return Deed((), None, after_ms, delay_ms)
    if not asked.choices:
        return Deed((), _estimate(asked, is_right, draw), after_ms, delay_ms)
    return Deed(_places(asked, is_right, draw), None, after_ms, delay_ms)


def _places(asked: Asked, is_right: bool, draw: Random) -> tuple[int, ...]:
    right = tuple(sorted(asked.right or ()))
    if is_right and right:
        return right
    for _ in range(8):  # what is drawn may happen to be right
        many = draw.randint(1, asked.choices) if asked.several else 1
        said = tuple(sorted(draw.sample(range(asked.choices), many)))
        if said != right:
            return said
    return said


def _estimate(asked: Asked, is_right: bool, draw: Random) -> float:
    if is_right and asked.value is not None:
        said = draw.gauss(asked.value, asked.margin / 3)
    else:
        said = draw.uniform(asked.low, asked.high)
    return round(min(asked.high, max(asked.low, said)), 2)


def leavers(plan: Plan, rounds: int, seed: str) -> dict[int, Leaving]:
    """By fan (from 0): who loses the connection, when, and for how long. As many as the plan's share of all, rounded."""
    draw = Random(f"{seed} leaving")
    gone = draw.sample(range(plan.fans), round(plan.fans * plan.dropouts / 100))
    return {
        fan: Leaving(draw.randint(1, max(1, rounds)), draw.random() < 0.5, draw.uniform(*BACK_S) if at % 2 else None)
        for at, fan in enumerate(gone)
    }


TOLD = (Step.ENTER_KEY, Step.MARK, Step.NOBODY)  # what an operator has to say, not only to press


def pressed_after_ms(step: Step, pace_ms: int) -> int | None:
    """How long the picture has stood when a show that plays by itself presses *next*. None: not pressed, it goes on by its
    clock, by a worker, or (a pause) by an operator."""
    if step is Step.REVEAL:
        return pace_ms // 3
    shown = (Step.OPEN_LOBBY, Step.ASK, Step.BOARD, Step.PODIUM, Step.PODIUM_STEP, Step.END, *TOLD)
    return pace_ms if step in shown else None


def longest_ms(asked: Iterable[tuple[int, int]], lead_ms: int, pace_ms: int) -> int:
    """How long a show that plays by itself lasts where nobody answers before the close. `asked`: of each question its reading
    time (ms) and its time for answers (s). Counting is taken to need no time."""
    stands_ms = (pressed_after_ms(Step.REVEAL, pace_ms) or 0) + 2 * pace_ms  # the reveal, the board, the next question
    questions = sum(reading_ms + lead_ms + seconds * 1000 + stands_ms for reading_ms, seconds in asked)
    return questions + 5 * pace_ms  # the podium and the end
