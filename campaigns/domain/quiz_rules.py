"""What a quiz (智勇大冲关) is played by, as published on its page and frozen into each run. Version 1.

What the words mean is said where they are carried out: level.py, level_scoring.py, draw.py, play.py, daily.py. A change
of meaning is a new version, never an edit. The three presets are starting points for the editor, functions of the
number of levels, so that "a classic road of seven levels" is one choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from campaigns.domain.allowance import DEFAULT_CAP_MS, MAX_CAP_MS
from campaigns.domain.errors import BadInput
from campaigns.domain.level import Helps, Level, Pool, members, number

E = TypeVar("E", bound=StrEnum)
MAX_LEVELS = 12
QUESTIONS = 5  # of each level in the presets
_NUMBERS = {
    "version": (1, 1),
    "attempts_per_day": (0, 100),
    "streak_extra_max": (0, 10),
    "pace_ms": (0, 10_000),
    "cap_ms": (0, MAX_CAP_MS),
}
_SWITCHES = ("dare", "practice")


class Scoring(StrEnum):
    ROAD = "road"
    SPEED = "speed"


class DrawRule(StrEnum):
    SELDOM = "seldom"  # what this fan has seen least comes first
    EVEN = "even"  # every question alike


@dataclass(frozen=True, slots=True)
class QuizRules:
    """`attempts_per_day` 0: no limit. `pace_ms`: less between two asked questions, thrice in a row, is flagged."""

    levels: tuple[Level, ...]
    scoring: Scoring = Scoring.ROAD
    dare: bool = True
    attempts_per_day: int = 0
    streak_extra_max: int = 0
    practice: bool = True
    pace_ms: int = 300
    cap_ms: int = DEFAULT_CAP_MS
    draw: DrawRule = DrawRule.SELDOM
    version: int = 1

    def level(self, n: int) -> Level:
        """Level `n`, counted from 1 as fans do."""
        return self.levels[n - 1]

    def to_dict(self) -> dict[str, object]:
        """Plain JSON values; `from_dict` reads them back."""
        plain: dict[str, object] = {name: getattr(self, name) for name in (*_NUMBERS, *_SWITCHES)}
        levels = [level.to_dict() for level in self.levels]
        return {**plain, "scoring": self.scoring.value, "draw": self.draw.value, "levels": levels}

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> QuizRules:
        """What is missing keeps its default, but levels there must be. BadInput names the field: `levels[2].pass_mark`."""
        given = members(data, "", {"levels", "scoring", "draw", *_NUMBERS, *_SWITCHES})
        listed = given.get("levels")
        if not isinstance(listed, list | tuple) or not 1 <= len(listed) <= MAX_LEVELS:
            raise BadInput("levels", listed, f"a list of 1 to {MAX_LEVELS} levels")
        for name in _SWITCHES:
            if not isinstance(given.get(name, False), bool):
                raise BadInput(name, given[name], "true or false")
        rules = cls(
            levels=tuple(Level.from_dict(level, f"levels[{i}]") for i, level in enumerate(listed)),
            scoring=_one_of(Scoring, given, "scoring", Scoring.ROAD),
            draw=_one_of(DrawRule, given, "draw", DrawRule.SELDOM),
            **{name: bool(given[name]) for name in _SWITCHES if name in given},
            **{name: number(given[name], name, *_NUMBERS[name]) for name in _NUMBERS.keys() & given.keys()},  # type: ignore[arg-type]  # by name
        )
        for i, level in enumerate(rules.levels):
            if level.pass_mark > (most := most_points(rules.scoring, level.count)):
                raise BadInput(f"levels[{i}].pass_mark", level.pass_mark, f"at most {most}: no level score is higher")
        return rules


def most_points(scoring: Scoring, questions: int) -> int:
    """The highest level score there is. `road`: all in a row, doubled by the last. `speed`: worth 2000 each at most."""
    if scoring is Scoring.SPEED:
        return 2000 * questions
    return max(10, 10 * questions * (questions - 1))


class Preset(StrEnum):
    RELAXED = "relaxed"  # 轻松
    CLASSIC = "classic"  # 经典
    HARDCORE = "hardcore"  # 硬核


def preset(name: Preset, levels: int) -> QuizRules:
    """The preset's rules for a road of that many levels."""
    return _PRESETS[name](levels)


def relaxed(levels: int) -> QuizRules:
    """轻松: no lives, no dares, two retries, every help, play as often as you like."""
    helps = Helps(fifty=1, time=1, swap=1)
    road = [_level(n, levels, 30, 10 + 5 * n, helps, retries=2, bonus=10 * n) for n in range(1, levels + 1)]
    return QuizRules(tuple(road), dare=False)


def classic(levels: int) -> QuizRules:
    """经典: the pass marks of 股东来了, one retry, 收/闯, ten plays a day and up to three more by streak."""
    helps = Helps(fifty=1, time=1)
    road = [_level(n, levels, 20, 20 + 10 * n, helps, retries=1, bonus=10 * n) for n in range(1, levels + 1)]
    return QuizRules(tuple(road), attempts_per_day=10, streak_extra_max=3)


def hardcore(levels: int) -> QuizRules:
    """硬核: ten seconds, two lives, no help, no retry, no practice, three plays a day; speed decides.

    With one life lost, four answers halfway through their time bring 3,000: the last gates want no more than a little of
    that back, so that about one simulated play in fifty walks five gates (higher marks than 3,200: none at all).
    """
    marks = [100 * min(23 + n, 28) for n in range(1, levels + 1)]
    road = [_level(n, levels, 10, marks[n - 1], Helps(), lives=2, bonus=500 * n) for n in range(1, levels + 1)]
    return QuizRules(tuple(road), scoring=Scoring.SPEED, attempts_per_day=3, streak_extra_max=2, practice=False)


_PRESETS: Mapping[Preset, Callable[[int], QuizRules]] = {
    Preset.RELAXED: relaxed,
    Preset.CLASSIC: classic,
    Preset.HARDCORE: hardcore,
}


# Which difficulties a level asks, from the first level's easy ones to the last level's hard ones.
_CLIMB: tuple[Mapping[int, int], ...] = ({1: 4, 2: 1}, {1: 2, 2: 3}, {2: 3, 3: 2}, {3: 3, 4: 2}, {3: 1, 4: 3, 5: 1})


def _level(
    n: int, levels: int, seconds: int, pass_mark: int, helps: Helps, *, retries: int = 0, lives: int = 0, bonus: int = 0
) -> Level:
    title = {"zh": f"第 {n} 关", "en": f"Level {n}"}
    pools = (Pool((), _CLIMB[(n - 1) * (len(_CLIMB) - 1) // max(1, levels - 1)]),)
    return Level(title, pools, seconds, pass_mark, lives, bonus, retries, helps)


def _one_of(kind: type[E], given: Mapping[str, object], name: str, default: E) -> E:
    value = given.get(name, default)
    try:
        return kind(str(value))
    except ValueError:
        raise BadInput(name, value, f"one of {', '.join(kind)}") from None
