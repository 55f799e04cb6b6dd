"""The clock of a play's question: one fan's, opened when the server answered `ask`.

Unlike in a rush, the question travels down *after* the opening, so the allowance is the whole lowest round trip the
server measured, up to the cap; an answer is in time until the closing plus that allowance. Readings of one boot are
compared on the monotonic clock; over a restart of the host wall time stands in (to the microsecond it is kept with).
The `time` help moves the closing by half the level's seconds. Leaving and coming back changes nothing: it runs on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.domain.moment import Moment

MS = 1_000_000
_SECOND = 1_000 * MS


def allowance_ns(lowest_rtt_ns: int | None, cap_ns: int) -> int:
    """min(cap, the lowest round trip); 0 where none was measured."""
    return 0 if lowest_rtt_ns is None else max(0, min(cap_ns, lowest_rtt_ns))


@dataclass(frozen=True, slots=True)
class PlayClock:
    """`extended`: the `time` help has been used on this question."""

    opened: Moment
    seconds: int
    extended: bool = False

    @property
    def lasts_ns(self) -> int:
        return self.seconds * _SECOND * (3 if self.extended else 2) // 2

    @property
    def closes_ns(self) -> int:
        """On the monotonic clock of the boot that opened it."""
        return self.opened.ns + self.lasts_ns

    @property
    def closes_at(self) -> datetime:
        return self.opened.at + timedelta(microseconds=self.lasts_ns // 1000)

    def raw_ns(self, moment: Moment) -> int:
        """From the opening to `moment`, never below 0."""
        return max(0, between_ns(self.opened, moment))

    def elapsed_ns(self, moment: Moment, allowance_ns: int) -> int:
        """What is judged: raw time less the allowance for the network, never below 0."""
        return max(0, self.raw_ns(moment) - allowance_ns)

    def in_time(self, moment: Moment, allowance_ns: int = 0) -> bool:
        """The closing itself is in time."""
        return self.raw_ns(moment) <= self.lasts_ns + allowance_ns


def between_ns(earlier: Moment, later: Moment) -> int:
    """On the monotonic clock within one boot, else on the wall clock (which may have been set back: below 0)."""
    if earlier.boot_id == later.boot_id:
        return later.ns - earlier.ns
    return (later.at - earlier.at) // timedelta(microseconds=1) * 1000
