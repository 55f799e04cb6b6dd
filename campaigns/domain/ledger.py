"""Points: from score to append-only entries, each with a deterministic key, hash-chained per batch.

An award is stated as what a run *should* have given; what is written is the difference to what it has given. So a
correction compensates, a repetition writes nothing, and no entry is ever changed. The key (run, fan, reason, version)
is UNIQUE in SQL: doing it twice is harmless. A batch's hash covers the one before it and its own lines, sorted by key
(format: "key TAB fan TAB amount TAB reason TAB version LF", UTF-8), so a changed past no longer adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from math import floor

GENESIS = bytes(32)  # what the first batch takes for its predecessor
REASON = "score"  # points for a run's score; constant, or a repetition could find another key


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    fan: int
    amount: int
    reason: str
    version: int


def points(score: int, rate: Decimal) -> int:
    """floor(score × rate), exactly."""
    return floor(score * Fraction(rate))


def entry_key(run: int, fan: int, reason: str, version: int) -> str:
    return f"run:{run}:fan:{fan}:{reason}:v{version}"


def compensations(wanted: Mapping[int, int], granted: Mapping[int, int], run: int, version: int) -> list[Entry]:
    """Entries by which `granted` (points per fan so far, of this run) becomes `wanted`; sorted by fan, no zeros."""
    entries = []
    for fan in sorted({*wanted, *granted}):
        amount = wanted.get(fan, 0) - granted.get(fan, 0)
        if amount:
            entries.append(Entry(entry_key(run, fan, REASON, version), fan, amount, REASON, version))
    return entries


def batch_hash(previous: bytes, entries: Iterable[Entry]) -> bytes:
    """SHA-256 over the previous batch's hash and this batch's lines; 32 bytes. `entries` in any order."""
    lines = (f"{e.key}\t{e.fan}\t{e.amount}\t{e.reason}\t{e.version}\n" for e in sorted(entries, key=lambda e: e.key))
    return sha256(previous + "".join(lines).encode()).digest()
