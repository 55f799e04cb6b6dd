"""What a span of time cost: CPU seconds by part, from /proc; and how much of the machine others took meanwhile.

    meter = Meter(ground)
    …
    spent = meter.read()     # since it was made

Others make every figure worse (caches, waiting), the wall times most of all: whoever prints a figure says how busy they were.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from bench.ground import TICKS, Ground

ANSWERING = ("web", "sql", "redis")  # what an answer waits for; worker and sweeper work behind it
BUSY = (0, 1, 2, 5, 6)  # of the line "cpu" of /proc/stat: user, nice, system, irq, softirq
STOLEN = 7
QUIET = 0.15  # cores others may take without a warning


@dataclass(frozen=True)
class Spent:
    """`cores`: by part, CPU seconds per second; `load`: of this process; `others`: of everything else on the machine."""

    seconds: float
    cores: dict[str, float]
    load: float
    others: float

    @property
    def answering(self) -> float:
        return sum(self.cores[part] for part in ANSWERING)

    def rounded(self) -> dict[str, float]:
        return {name: round(cores, 3) for name, cores in self.cores.items()}

    def warning(self) -> str | None:
        """Why these figures are not to be trusted; None: they are."""
        if self.others <= QUIET:
            return None
        return f"NOT A QUIET MACHINE: others took {self.others:.2f} of {os.cpu_count()} cores; wall times mean little"


class Meter:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._began = self._reading()

    def read(self) -> Spent:
        began, now = self._began, self._reading()
        seconds = max(1e-6, now[0] - began[0])
        cores = {part: (cpu_s - began[1][part]) / seconds for part, cpu_s in now[1].items()}
        load, machine = (now[2] - began[2]) / seconds, (now[3] - began[3]) / seconds
        return Spent(seconds, cores, load, max(0.0, machine - load - sum(cores.values())))

    def _reading(self) -> tuple[float, dict[str, float], float, float]:
        parts = {part: self._ground.cpu_s(part) for part in self._ground.servers}
        return time.monotonic(), parts, time.process_time(), _machine_s()


def _machine_s() -> float:
    """CPU seconds of the whole machine, what a hypervisor took away included."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return sum(fields[i] for i in (*BUSY, STOLEN)) / TICKS
