"""What a rush is played by, as published on its page and frozen into each run. What the words mean: rush.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum

from campaigns.domain.allowance import DEFAULT_CAP_MS, MAX_CAP_MS
from campaigns.domain.errors import BadInput


class Rule(StrEnum):
    SPEED = "speed"
    FLAT = "flat"
    FIRST_N = "first_n"
    SURVIVAL = "survival"


VERSION = 2  # 1: ties at the cut of first_n were drawn by internal numbers (rush_draw.py)

_RANGES = {
    "first_n": (1, 1000),
    "lives": (0, 1),
    "pot": (0, 10_000_000),
    "cap_ms": (0, MAX_CAP_MS),
    "lead_ms": (0, 10_000),
    "reading_min_ms": (0, 60_000),
    "reading_max_ms": (0, 60_000),
    "version": (1, VERSION),
}


@dataclass(frozen=True, slots=True)
class RushRules:
    """What the page publishes. `version` names the rules above; a change of meaning is a new version."""

    rule: Rule = Rule.SPEED
    first_n: int = 3
    streak: bool = False
    lives: int = 0
    pot: int = 10_000
    cap_ms: int = DEFAULT_CAP_MS
    lead_ms: int = 1500
    reading_min_ms: int = 2000
    reading_max_ms: int = 6000
    version: int = VERSION

    def to_dict(self) -> dict[str, object]:
        """Plain JSON values; `from_dict` reads them back."""
        return {**asdict(self), "rule": self.rule.value}

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> RushRules:
        """What is missing keeps its default; BadInput on unknown names, wrong types and values out of range."""
        names = {field.name for field in fields(cls)}
        for name in data:
            if name not in names:
                raise BadInput(name, data[name], f"one of {', '.join(sorted(names))}")
        streak = data.get("streak", False)
        if not isinstance(streak, bool):
            raise BadInput("streak", streak, "true or false")
        rules = cls(rule=_rule(data.get("rule", Rule.SPEED)), streak=streak)
        for name in _RANGES.keys() & data.keys():
            rules = replace(rules, **{name: _number(name, data[name])})  # type: ignore[arg-type]  # by name
        if rules.reading_min_ms > rules.reading_max_ms:
            raise BadInput("reading_min_ms", rules.reading_min_ms, f"at most reading_max_ms ({rules.reading_max_ms})")
        return rules


def _rule(value: object) -> Rule:
    try:
        return Rule(str(value))
    except ValueError:
        raise BadInput("rule", value, f"one of {', '.join(Rule)}") from None


def _number(name: str, value: object) -> int:
    low, high = _RANGES[name]
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadInput(name, value, f"a whole number from {low} to {high}")
    return value
