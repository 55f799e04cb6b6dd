"""A round's clock: when it takes answers, and how long an answer took. Scoring asks it, nobody computes around it.

All readings are nanoseconds of one host's monotonic clock within one boot. The round takes what was *received* in
[opens, closes], both ends included: timers only announce. A pause after the opening stops the clock: nothing is taken
during it, the closing moves by its length, and it costs nobody time. A fan's offset moves the whole window (a stream
that runs late); offset 0 is everybody's. Pauses are given in order and do not overlap; one still running has no end yet.

A round's row keeps the *marks* of its pauses, begin and end in turn (an odd one out: it is paused), and the closing as the
ended ones have moved it. An instant is in a pause when an odd number of marks has passed, which is how SQL asks too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

ENDLESS = 2**63 - 1


class Timing(StrEnum):
    IN_TIME = "in_time"
    NOT_OPEN = "not_open"
    TOO_LATE = "too_late"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still in [from_ns, until_ns)."""

    from_ns: int
    until_ns: int


@dataclass(frozen=True, slots=True)
class RoundClock:
    opens_ns: int
    closes_ns: int
    pauses: tuple[Pause, ...] = ()

    @classmethod
    def standing(cls, opens_ns: int, closes_ns: int, marks: Sequence[int]) -> Self:
        """From a round's row: `closes_ns` as the pauses that have ended moved it; `marks` of pauses since the opening count."""
        ends = [*marks[1::2], *([ENDLESS] if len(marks) % 2 else [])]
        pauses = tuple(Pause(a, b) for a, b in zip(marks[::2], ends, strict=True) if b > opens_ns)
        moved_ns = sum(pause.until_ns - pause.from_ns for pause in pauses if pause.until_ns != ENDLESS)
        return cls(opens_ns, closes_ns - moved_ns, pauses)

    def opened_for(self, fan_offset_ns: int = 0) -> int:
        """When the round opened for this fan."""
        return self.opens_ns + fan_offset_ns

    def closes_for(self, fan_offset_ns: int = 0) -> int:
        """When it closes for this fan: each pause that begins before the closing pushes it out."""
        opened, closes = self.opened_for(fan_offset_ns), self.closes_ns + fan_offset_ns
        for pause in self.pauses:
            if pause.from_ns <= closes:
                closes += max(0, pause.until_ns - max(pause.from_ns, opened))
        return closes

    def accepts(self, received_ns: int, fan_offset_ns: int = 0) -> Timing:
        if received_ns < self.opens_ns + fan_offset_ns:
            return Timing.NOT_OPEN
        if not self.pauses:  # nearly always, and for each answer
            return Timing.TOO_LATE if received_ns > self.closes_ns + fan_offset_ns else Timing.IN_TIME
        if received_ns > self.closes_for(fan_offset_ns):
            return Timing.TOO_LATE
        paused = any(pause.from_ns <= received_ns < pause.until_ns for pause in self.pauses)
        return Timing.PAUSED if paused else Timing.IN_TIME

    def opening_of(self, received_ns: int, fan_offset_ns: int = 0) -> int:
        """When the round opened for what arrives at `received_ns`, as if there had been no pause: what an answer's row keeps."""
        opened_ns = self.opened_for(fan_offset_ns)
        return opened_ns + self._paused_ns(received_ns, opened_ns)

    def raw_ns(self, received_ns: int, opened_ns: int) -> int:
        """From this fan's opening to the arrival, pauses left out; never below 0. What "raw" means on the page."""
        return max(0, received_ns - opened_ns - self._paused_ns(received_ns, opened_ns))

    def _paused_ns(self, received_ns: int, opened_ns: int) -> int:
        if not self.pauses:  # nearly always, and for each answer
            return 0
        return sum(max(0, min(p.until_ns, received_ns) - max(p.from_ns, opened_ns)) for p in self.pauses)

    def elapsed_ns(self, received_ns: int, allowance_ns: int, fan_offset_ns: int = 0) -> int:
        """What is ranked: raw time less the allowance for the network, never below 0."""
        return max(0, self.raw_ns(received_ns, self.opened_for(fan_offset_ns)) - allowance_ns)


def lasted_ns(opened_ns: int, received_ns: int, allowance_ns: int = 0) -> int:
    """From an answer's row, whose opening has the pauses in it: how long it took, raw or less the allowance."""
    return max(0, received_ns - opened_ns - allowance_ns)
