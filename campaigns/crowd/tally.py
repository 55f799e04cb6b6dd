"""What simulated fans saw, counted and timed. One object for all fans; nothing in it is asked of the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil


@dataclass
class Tally:
    """Spans in milliseconds. `recorded`: (round, fan index) whose answer was acknowledged as recorded."""

    counts: Counter[str] = field(default_factory=Counter)
    recorded: set[tuple[str, int]] = field(default_factory=set)
    push_ms: list[float] = field(default_factory=list)
    ack_ms: list[float] = field(default_factory=list)
    reveal_ms: list[float] = field(default_factory=list)
    join_ms: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def fail(self, what: str) -> None:
        self.failures.append(what)


def p99(spans: Sequence[float]) -> float | None:
    """The nearest rank; None when nothing was measured."""
    return round(sorted(spans)[ceil(0.99 * len(spans)) - 1], 1) if spans else None
