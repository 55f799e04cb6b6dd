"""Prizes of a rush: for a place or for a badge, so many pieces of each; and who wins them.

If more fans have earned a prize than there are pieces, the best places come first; of equal places the lot decides, drawn
from the run's seed as in `first_n` (rush_draw.py), as round 0. A place without a score wins nothing, so that a run in which
nobody was right has no winners by chance. Judged from the record like badges: again and again with the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from campaigns.domain.badges import Badge
from campaigns.domain.errors import BadInput
from campaigns.domain.question import LANGUAGES, Words

MOST_PRIZES = 8
MOST_PIECES = 10_000
LAST_PLACE = 10_000
LONGEST_NAME = 60
CODE_LENGTH = 10  # of 31 signs each: 49 bits
DRAW_ROUND = 0
UNPLACED = 10**12


@dataclass(frozen=True, slots=True)
class Prize:
    """For the places `first` to `last`, or for `badge` (then both are 0)."""

    name: Words
    pieces: int
    first: int = 0
    last: int = 0
    badge: Badge | None = None

    def to_dict(self) -> dict[str, Any]:
        whose = {"first": self.first, "last": self.last} if self.badge is None else {"badge": self.badge.value}
        return {"name": dict(self.name), "pieces": self.pieces, **whose}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Prize:
        """What `checked` has let in."""
        badge = Badge(data["badge"]) if "badge" in data else None
        return cls(data["name"], data["pieces"], data.get("first", 0), data.get("last", 0), badge)


def checked(prizes: Sequence[Prize]) -> tuple[Prize, ...]:
    """Raises BadInput naming the prize's field: `name_zh_0` is of the first one."""
    if len(prizes) > MOST_PRIZES:
        raise BadInput("prizes", len(prizes), f"at most {MOST_PRIZES} prizes")
    for n, prize in enumerate(prizes):
        for language in LANGUAGES:
            said = prize.name.get(language, "")
            if not said.strip() or len(said) > LONGEST_NAME:
                raise BadInput(f"name_{language}_{n}", said, f"some text, at most {LONGEST_NAME} characters")
        _between(f"pieces_{n}", prize.pieces, 1, MOST_PIECES)
        if prize.badge is None:
            _between(f"first_{n}", prize.first, 1, LAST_PLACE)
            _between(f"last_{n}", prize.last, prize.first, LAST_PLACE)
    return tuple(prizes)


def _between(field: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise BadInput(field, value, f"a whole number from {low} to {high}")


def earned(
    prize: Prize, ranks: Mapping[int, int], scores: Mapping[int, int], badges: Mapping[int, AbstractSet[Badge]]
) -> list[int]:
    """Everybody whom the prize is for, however few pieces there are."""
    if prize.badge is not None:
        return [fan for fan, held in badges.items() if prize.badge in held]
    return [fan for fan, rank in ranks.items() if prize.first <= rank <= prize.last and scores.get(fan, 0) > 0]


def winners(
    prize: Prize, candidates: Sequence[int], ranks: Mapping[int, int], lot: Callable[[int], bytes]
) -> list[int]:
    """Of those who have `earned` it, as many as there are pieces; the best place first."""
    if len(candidates) <= prize.pieces:
        return sorted(candidates)
    return sorted(candidates, key=lambda fan: (ranks.get(fan, UNPLACED), lot(fan)))[: prize.pieces]


def code_as_typed(text: str) -> str:
    """Spaces, dashes and small letters are how people type; "" for what cannot be a code."""
    code = "".join(text.split()).replace("-", "").upper()
    return code if len(code) == CODE_LENGTH and code.isascii() and code.isalnum() else ""


def code_as_shown(code: str) -> str:
    return f"{code[:5]}-{code[5:]}"
