"""A buzzer round (抢): a button and no choices; who pressed first may speak, and the desk marks what was said.

A press is an answer like any other: recorded, with a receipt, its time net of the allowance. Its key is what no file can
hold: the *marks*, fans in the turn they were asked and whether they were right. A wrong one passes the word to the next, a
right one ends the round. Marks are kept by fan, not by place: a press that comes into SQL late, or somebody sent away, then
changes who is next and nobody's mark.

A press from before the opening locks its fan out until LOCK_NS after it. "Before" is by fair time too: what left the phone
before the opening, as far as the network could be measured, does not become a press by being under way for long.
Presses of the same millisecond are tied and share their place; the lot (rush_draw.py) says who of them is asked first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from campaigns.domain.clock import RoundClock

LOCK_NS = 250_000_000
MOST_ASKED = 8  # so many may be asked; then nobody had it


class Foul(StrEnum):
    """Why a press in time is none."""

    EARLY = "early"
    LOCKED = "locked"


class Press(NamedTuple):
    """`rank`: shared by those of the same millisecond."""

    fan: int
    elapsed_ms: int
    rank: int


@dataclass(frozen=True, slots=True)
class MarksKey:
    """Who was asked, in turn, and whether they were right: at most the last one is."""

    marks: tuple[tuple[int, bool], ...] = ()

    @property
    def right(self) -> int | None:
        return next((fan for fan, right in self.marks if right), None)

    def said(self, fan: int) -> bool | None:
        """None: was not asked."""
        return dict(self.marks).get(fan)


def foul(clock: RoundClock, received_ns: int, allowance_ns: int, early_ns: int | None) -> Foul | None:
    """`early_ns`: when this fan's first press from before the opening came, if one did."""
    since_ns = received_ns - clock.opening_of(received_ns)
    if since_ns < allowance_ns:
        return Foul.EARLY
    return Foul.LOCKED if early_ns is not None and since_ns < LOCK_NS else None


def in_order(pressed: Iterable[tuple[int, int]], lots: Mapping[int, bytes]) -> list[Press]:
    """The first MOST_ASKED from (fan, elapsed_ms). `lots` of all who are tied; others need none."""
    line = sorted(pressed, key=lambda each: (each[1], lots.get(each[0], b""), each[0]))[:MOST_ASKED]
    times = [elapsed_ms for _, elapsed_ms in line]
    return [Press(fan, elapsed_ms, 1 + times.index(elapsed_ms)) for fan, elapsed_ms in line]


def tied(pressed: Iterable[tuple[int, int]]) -> list[int]:
    """Fans who pressed in the same millisecond as another."""
    by_time: dict[int, list[int]] = {}
    for fan, elapsed_ms in pressed:
        by_time.setdefault(elapsed_ms, []).append(fan)
    return [fan for fans in by_time.values() if len(fans) > 1 for fan in fans]


def speaker(line: Sequence[Press], key: MarksKey) -> int | None:
    """Whose turn it is to speak; None when somebody was right, or nobody is left to ask."""
    if key.right is not None:
        return None
    asked = {fan for fan, _ in key.marks}
    return next((press.fan for press in line if press.fan not in asked), None)


def corrected(key: MarksKey, right: int | None) -> MarksKey:
    """The marks as they should have been: nobody but `right` was right, and nobody was asked after them."""
    before = [fan for fan, _ in key.marks]
    if right is None:
        return MarksKey(tuple((fan, False) for fan in before))
    asked = before[: before.index(right)] if right in before else before
    return MarksKey((*((fan, False) for fan in asked), (right, True)))
