"""Processes of an earlier start that still hold our data: found by where they live, stopped before the next start.

PostgreSQL and Redis make their data directory their working directory. A process of that name whose working directory
is ours can only be ours, whatever a stale pid file says (in a container pids are small and soon somebody else's).
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE_S = 5.0


def living_in(directory: Path, name: str) -> Iterator[int]:
    """Pids of the programs called `name` whose working directory is `directory`."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(entry / "cwd") != str(directory):
                continue
            if Path(os.readlink(entry / "exe").removesuffix(" (deleted)")).name == name:
                yield int(entry.name)


def stop_orphans(directory: Path, name: str, gentle: signal.Signals) -> int:
    """Stop what an earlier start left behind; returns how many there were."""
    directory = directory.resolve()
    found = list(living_in(directory, name))
    _signal([pid for pid in found if _parent_of(pid) not in found], gentle)
    if not _gone(directory, name, PATIENCE_S):
        _signal(list(living_in(directory, name)), signal.SIGKILL)
        _gone(directory, name, PATIENCE_S)
    return len(found)


def _parent_of(pid: int) -> int:
    """Only who leads is asked: to a helper of PostgreSQL the same signal means something else."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _gone(directory: Path, name: str, patience_s: float) -> bool:
    until = time.monotonic() + patience_s
    while any(True for _ in living_in(directory, name)):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)  # not our children: nobody tells us when they end
    return True
