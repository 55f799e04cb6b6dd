"""A round's clock: when it takes answers, and how long an answer took. Scoring asks it, nobody computes around it.

All readings are nanoseconds of one host's monotonic clock within one boot. The round takes what was *received* in
[opens, closes], both ends included: timers only announce. A pause after the opening stops the clock: nothing is taken
during it, the closing moves by its length, and it costs nobody time. A fan's offset moves the whole window (a stream
that runs late); offset 0 is everybody's. Pauses are given in order and do not overlap; one still running ends at "now".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Timing(StrEnum):
    IN_TIME = "in_time"
    NOT_OPEN = "not_open"
    TOO_LATE = "too_late"


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
        if received_ns < self.opened_for(fan_offset_ns):
            return Timing.NOT_OPEN
        if received_ns > self.closes_for(fan_offset_ns):
            return Timing.TOO_LATE
        paused = any(pause.from_ns <= received_ns < pause.until_ns for pause in self.pauses)
        return Timing.NOT_OPEN if paused else Timing.IN_TIME

    def raw_ns(self, received_ns: int, opened_ns: int) -> int:
        """From this fan's opening to the arrival, pauses left out; never below 0. What "raw" means on the page."""
        paused = sum(max(0, min(p.until_ns, received_ns) - max(p.from_ns, opened_ns)) for p in self.pauses)
        return max(0, received_ns - opened_ns - paused)

    def elapsed_ns(self, received_ns: int, allowance_ns: int, fan_offset_ns: int = 0) -> int:
        """What is ranked: raw time less the allowance for the network, never below 0."""
        return max(0, self.raw_ns(received_ns, self.opened_for(fan_offset_ns)) - allowance_ns)
