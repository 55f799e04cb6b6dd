"""One answer at the gate: is it well formed, is the round open at the instant it arrived? Never whether it is right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import NamedTuple

from campaigns.domain.buzzer import foul
from campaigns.domain.clock import RoundClock, Timing
from campaigns.domain.question import MAX_VALUE, Kind


class Outcome(StrEnum):
    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    TOO_LATE = "too_late"
    NOT_OPEN = "not_open"
    UNKNOWN_CHOICE = "unknown_choice"
    NOT_PLAYING = "not_playing"
    BUSY = "busy"
    PAUSED = "paused"
    EARLY = "early"  # at the buzzer, from before the opening
    LOCKED = "locked"  # at the buzzer, too soon after the opening for somebody who was early


class Said(NamedTuple):
    """What the fan said: places of choices, or a value. Exactly one of them; at a buzzer none."""

    places: tuple[int, ...] = ()
    value: float | None = None


@dataclass(frozen=True, slots=True)
class RoundGate:
    """All that is needed to judge an arrival. `clock` None: not announced yet; `taking` False: judged or void."""

    round_id: int
    kind: Kind
    choices: int
    clock: RoundClock | None
    taking: bool


def admit(
    gate: RoundGate, said: Said, received_ns: int, allowance_ns: int = 0, early_ns: int | None = None
) -> Outcome | None:
    """None when the answer may go to the journal, otherwise why not. The last two: for a buzzer (buzzer.foul)."""
    if not fits(gate, said):
        return Outcome.UNKNOWN_CHOICE
    timing = gate.clock.accepts(received_ns) if gate.clock is not None else Timing.NOT_OPEN
    if timing is Timing.NOT_OPEN and gate.kind is Kind.BUZZER:
        return Outcome.EARLY
    if timing is Timing.IN_TIME and not gate.taking:
        return Outcome.TOO_LATE
    if timing is not Timing.IN_TIME or gate.clock is None:
        return Outcome(timing)
    fouled = foul(gate.clock, received_ns, allowance_ns, early_ns) if gate.kind is Kind.BUZZER else None
    return None if fouled is None else Outcome(fouled)


def fits(gate: RoundGate, said: Said) -> bool:
    """The answer is one that this kind of question can have."""
    if gate.kind is Kind.BUZZER:
        return not said.places and said.value is None
    if gate.kind is Kind.ESTIMATE:
        return not said.places and said.value is not None and isfinite(said.value) and abs(said.value) <= MAX_VALUE
    several = len(said.places)
    if several == 1 and said.value is None:
        return 0 <= said.places[0] < gate.choices
    if said.value is not None or not several or len(set(said.places)) != several:
        return False
    if gate.kind is not Kind.MULTIPLE and several != 1:
        return False
    return all(0 <= place < gate.choices for place in said.places)


def content(said: Said) -> str:
    """The canonical text of an answer: its value, or its places in their order. What its receipt signs."""
    return repr(said.value) if said.value is not None else ",".join(map(str, sorted(said.places)))
