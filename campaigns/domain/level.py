"""A level (关) of a quiz: what it draws from, what passing it takes, and what helps there are on the way.

A pool names the questions that may be drawn: those with any of its tags (none named: all), so many of each difficulty.
`pass_mark` is the level score that passes; `lives` 0 means that wrong answers cost no life, otherwise the last life lost
fails the level at once. `retries`: how often the level may be tried again inside one play. Helps are per level of a
play; a retry does not refill them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from campaigns.domain.errors import BadInput
from campaigns.domain.question import LANGUAGES, MAX_SECONDS, Words

EASIEST, HARDEST = 1, 5
MAX_DRAWN = 30  # questions of one level
MIN_LEVEL_SECONDS = 5
MAX_TITLE, MAX_STORY, MAX_TAG, MAX_TAGS, MAX_POOLS = 40, 300, 40, 20, 10
_NUMBERS = {
    "seconds": (MIN_LEVEL_SECONDS, MAX_SECONDS),
    "pass_mark": (0, 60_000),
    "lives": (0, 5),
    "bonus": (0, 10_000),
    "retries": (0, 5),
}


class Help(StrEnum):
    FIFTY = "fifty"
    TIME = "time"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class Helps:
    """How many of each help: a level's allowance, or what is left of it."""

    fifty: int = 0
    time: int = 0
    swap: int = 0

    def of(self, help: Help) -> int:
        return int(getattr(self, help.value))

    def without(self, help: Help) -> Helps:
        """One of `help` fewer."""
        left = {each.value: self.of(each) - (each is help) for each in Help}
        return Helps(**left)


@dataclass(frozen=True, slots=True)
class Pool:
    """`tags`: any of them, empty = every question. `mix`: how many of each difficulty 1…5."""

    tags: tuple[str, ...]
    mix: Mapping[int, int]

    @property
    def count(self) -> int:
        return sum(self.mix.values())


@dataclass(frozen=True, slots=True)
class Level:
    title: Words
    pools: tuple[Pool, ...]
    seconds: int = 20
    pass_mark: int = 30
    lives: int = 0
    bonus: int = 0
    retries: int = 0
    helps: Helps = field(default_factory=Helps)
    story: Words = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many questions it asks."""
        return sum(pool.count for pool in self.pools)

    def to_dict(self) -> dict[str, object]:
        """Plain JSON values (difficulties as strings); `from_dict` reads them back."""
        pools = [{"tags": list(p.tags), "mix": {str(d): n for d, n in sorted(p.mix.items())}} for p in self.pools]
        numbers: dict[str, object] = {name: getattr(self, name) for name in _NUMBERS}
        helps = {help.value: self.helps.of(help) for help in Help}
        return {"title": dict(self.title), "story": dict(self.story), "pools": pools, "helps": helps, **numbers}

    @classmethod
    def from_dict(cls, data: object, path: str = "level") -> Level:
        """BadInput names what is wrong as `<path>.pass_mark`; the caller's path counts levels from 0, like JSON."""
        given = members(data, path, {"title", "story", "pools", "helps", *_NUMBERS})
        pools = given.get("pools")
        if not isinstance(pools, list | tuple) or not 1 <= len(pools) <= MAX_POOLS:
            raise BadInput(f"{path}.pools", pools, f"a list of 1 to {MAX_POOLS} pools")
        level = cls(
            title=_words(given.get("title"), f"{path}.title", MAX_TITLE, required=True),
            story=_words(given.get("story", {}), f"{path}.story", MAX_STORY),
            pools=tuple(_pool(pool, f"{path}.pools[{i}]") for i, pool in enumerate(pools)),
            helps=_helps(given.get("helps", {}), f"{path}.helps"),
            **{name: number(given[name], f"{path}.{name}", *_NUMBERS[name]) for name in _NUMBERS.keys() & given.keys()},
        )
        if not 1 <= level.count <= MAX_DRAWN:
            raise BadInput(f"{path}.pools", level.count, f"1 to {MAX_DRAWN} questions in all their mixes")
        return level


def number(value: object, path: str, low: int, high: int) -> int:
    """A whole number in its range, or BadInput."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadInput(path, value, f"a whole number from {low} to {high}")
    return value


def members(data: object, path: str, known: set[str]) -> Mapping[str, object]:
    """An object with no other names than the known ones, or BadInput."""
    if not isinstance(data, Mapping):
        raise BadInput(path, data, "an object")
    for name in data:
        if name not in known:
            raise BadInput(f"{path}.{name}" if path else str(name), data[name], f"one of {', '.join(sorted(known))}")
    return data


def _words(value: object, path: str, longest: int, *, required: bool = False) -> Words:
    texts = members(value, path, set(LANGUAGES))
    for language in LANGUAGES:
        text = texts.get(language, "")
        if not isinstance(text, str) or len(text) > longest or (required and not text.strip()):
            raise BadInput(
                f"{path}.{language}", text, f"{'some text, ' if required else ''}at most {longest} characters"
            )
    return {language: str(texts[language]) for language in LANGUAGES if language in texts}


def _pool(data: object, path: str) -> Pool:
    given = members(data, path, {"tags", "mix"})
    tags = given.get("tags", ())
    if not isinstance(tags, list | tuple) or len(tags) > MAX_TAGS:
        raise BadInput(f"{path}.tags", tags, f"a list of at most {MAX_TAGS} tags")
    for tag in tags:
        if not isinstance(tag, str) or not 1 <= len(tag.strip()) <= MAX_TAG:
            raise BadInput(f"{path}.tags", tag, f"tags of 1 to {MAX_TAG} characters")
    mix = given.get("mix", {})
    if not isinstance(mix, Mapping):
        raise BadInput(f"{path}.mix", mix, "an object: difficulty → how many")
    counts = {}
    for difficulty, count in mix.items():
        if str(difficulty) not in {str(d) for d in range(EASIEST, HARDEST + 1)}:
            raise BadInput(f"{path}.mix", difficulty, f"a difficulty from {EASIEST} to {HARDEST}")
        counts[int(difficulty)] = number(count, f"{path}.mix[{difficulty}]", 0, MAX_DRAWN)
    return Pool(tuple(tags), {d: n for d, n in sorted(counts.items()) if n})


def _helps(data: object, path: str) -> Helps:
    given = members(data, path, {help.value for help in Help})
    return Helps(**{name: number(value, f"{path}.{name}", 0, 3) for name, value in given.items()})
