"""A round: one question open for answers. Its states are the table below; docs/architecture.md draws it from here.

`open` means *announced*: the choices are out and the round takes answers received in [opens_ns, closes_ns] — so a late
timer can delay an opening, never make it unfair. `closed` of a sealed round waits for its key. `settling` is told apart
from `closed` so that an answer's transaction can see, by one row, whether judging has begun.
"""

from __future__ import annotations

from enum import StrEnum


class RoundState(StrEnum):
    SCHEDULED = "scheduled"
    READING = "reading"
    OPEN = "open"
    CLOSED = "closed"
    SETTLING = "settling"
    SETTLED = "settled"
    REVEALED = "revealed"
    VOID = "void"


class RoundEvent(StrEnum):
    ASKED = "asked"
    OPENED = "opened"
    CLOSED = "closed"
    SETTLING_BEGUN = "settling_begun"
    SETTLED = "settled"
    REVEALED = "revealed"
    CORRECTED = "corrected"
    VOIDED = "voided"


_S, _E = RoundState, RoundEvent

TABLE: dict[RoundState, dict[RoundEvent, RoundState]] = {
    _S.SCHEDULED: {_E.ASKED: _S.READING, _E.VOIDED: _S.VOID},
    _S.READING: {_E.OPENED: _S.OPEN, _E.VOIDED: _S.VOID},
    _S.OPEN: {_E.CLOSED: _S.CLOSED, _E.VOIDED: _S.VOID},
    _S.CLOSED: {_E.SETTLING_BEGUN: _S.SETTLING, _E.VOIDED: _S.VOID},
    _S.SETTLING: {_E.SETTLED: _S.SETTLED},
    _S.SETTLED: {_E.REVEALED: _S.REVEALED, _E.CORRECTED: _S.SETTLING, _E.VOIDED: _S.VOID},
    _S.REVEALED: {_E.CORRECTED: _S.SETTLING, _E.VOIDED: _S.VOID},
    _S.VOID: {},
}

TAKES_ANSWERS = frozenset({_S.OPEN, _S.CLOSED})  # `closed`: for answers received in time, committed a moment late


def step(state: RoundState, event: RoundEvent) -> RoundState | None:
    """Where `event` leads from `state`; None where the table has no such step (nothing changes, somebody was faster)."""
    return TABLE[state].get(event)


def sources(event: RoundEvent) -> frozenset[RoundState]:
    """The states from which `event` may happen: the WHERE of its compare-and-set."""
    return frozenset(state for state, steps in TABLE.items() if event in steps)


def reading_ms(text_zh: str, text_en: str, shortest_ms: int = 2000, longest_ms: int = 6000) -> int:
    """How long the sentence stands alone: by length, within the operator's bounds.

    120 ms a Chinese character and 45 ms a Latin one are unhurried reading speeds (≈ 500 characters, ≈ 220 words a minute).
    """
    wanted = max(len(text_zh) * 120, len(text_en) * 45)
    return max(shortest_ms, min(longest_ms, wanted))
