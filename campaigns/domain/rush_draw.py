"""The lot that decides a tie at the cut of `first_n`: from published data only, so that every fan can draw it again.

The run's seed is random and fixed when the run is made; its SHA-256 is in every packet from then on, the seed itself in
the last one. A fan's lot in round n is SHA-256("<seed in hex>:<n>:<public id>"), the lowest lots win. Rule version 1 drew
by the fan's internal number, which nobody outside can know: runs frozen with it are judged by it, no new one is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256


def lot(seed: bytes, n: int, public: str) -> bytes:
    """What the fan with this public id draws in round n; lower is better. docs/scoring.md has the recipe for others."""
    return sha256(f"{seed.hex()}:{n}:{public}".encode()).digest()


def drawn(version: int, seed: bytes, n: int, fans: Iterable[int], publics: Mapping[int, str]) -> list[int]:
    """Fans in the order of their lots, best first."""
    if version == 1:
        return sorted(fans, key=lambda fan: _lot_by_number(seed, n, fan))
    return sorted(fans, key=lambda fan: lot(seed, n, publics[fan]))


def _lot_by_number(seed: bytes, n: int, fan: int) -> bytes:
    return sha256(f"{int.from_bytes(seed)}:{n}:{fan}".encode()).digest()
