"""The allowance: how much of an answer's time was the network's, as far as the *server* could measure it.

Questions open by synchronised clocks, so only the way up counts: half the lowest round trip the server measured. The
cap bounds what anybody can win by delaying measurements: a lie gains at most the cap, and nothing where the cap is 0.
What a page says about its own time is recorded elsewhere and never comes in here. Rejected: the average round trip
(one stall would pay), a cap per fan (the same for all is what can be explained).
"""

from __future__ import annotations

DEFAULT_CAP_MS = 100
MAX_CAP_MS = 250
HUMAN_FLOOR_MS = 120  # nobody reads a sign and taps faster

_MS = 1_000_000


def allowance_ns(lowest_rtt_ns: int | None, cap_ns: int) -> int:
    """min(cap, half the lowest round trip); 0 where none was measured."""
    if lowest_rtt_ns is None:
        return 0
    return max(0, min(cap_ns, lowest_rtt_ns // 2))


def superhuman(elapsed_ns: int) -> bool:
    """Faster than a human can be: flagged for the operator, still counted."""
    return elapsed_ns < HUMAN_FLOOR_MS * _MS
