"""A bench's raw rows: printed, and kept as JSON lines in `.bench/rows/NAME-TIME.jsonl`, which git ignores.

The first line says what was run where, and how fast that was (`ruler_s`: ten million additions in a Python loop; `load`: of the
minute before); the last one is the summary. `bench.capacity` takes the newest of each bench's greatest.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".bench" / "rows"
ADDITIONS = 10_000_000


class Rows:
    """Of one run of one bench. `folder`: elsewhere than usual, for tests."""

    def __init__(self, name: str, argv: Sequence[str], folder: Path | None = None) -> None:
        now, place = datetime.now(UTC), folder or FOLDER
        place.mkdir(parents=True, exist_ok=True)
        self.path = place / f"{name}-{now:%Y%m%dT%H%M%S.%f}Z.jsonl"
        command = " ".join(("python -m", f"bench.{name}", *argv))
        about: dict[str, object] = {"bench": name, "command": command, "at": now.isoformat(timespec="seconds")}
        about |= {"cores": os.cpu_count(), "python": sys.version.split()[0]}
        self._write(about | {"load": round(os.getloadavg()[0], 2), "ruler_s": round(ruler_s(), 2)})

    def add(self, row: Mapping[str, object]) -> None:
        print(json.dumps(row), flush=True)
        self._write(row)

    def end(self, summary: Mapping[str, object]) -> None:
        """The last line, here and there."""
        self.add(summary)

    def _write(self, row: Mapping[str, object]) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(row) + "\n")


def quantile(numbers: Sequence[float], share: float) -> float:
    """By the nearest rank; 0 where nothing was measured."""
    return sorted(numbers)[ceil(share * len(numbers)) - 1] if numbers else 0.0


def ruler_s() -> float:
    """How long this machine takes for what takes a desktop half a second."""
    began_s = time.process_time()
    summed = 0
    for n in range(ADDITIONS):
        summed += n
    return time.process_time() - began_s
