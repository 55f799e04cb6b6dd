"""The simulated fans of a rehearsal live in a process of their own: `python -m workers rehearsal RUN`.

A job that lasted as long as a show would keep the worker from settling that very show. So the job starts the process and is
done; if either dies, the sweeper finds the rehearsal without its lock and has it started again.
"""

from __future__ import annotations

import os
import subprocess
import sys

from campaigns.bootstrap import Services
from campaigns.crowd.pages import Address
from campaigns.settle.rehearsal.show import Abandoned, play_rehearsal

ANYWHERE = ("0.0.0.0", "::")
_started: dict[int, subprocess.Popen[bytes]] = {}


def rehearse(services: Services, run_id: int) -> bool:
    """As a job. The environ is ours: the process arrives at the same settings. False: the one that was started is still there,
    perhaps so slow to begin that its lock is not seen yet."""
    for ended in [run for run, child in _started.items() if child.poll() is not None]:  # reaped by poll
        del _started[ended]
    if run_id in _started:
        return False
    _started[run_id] = subprocess.Popen([sys.executable, "-m", "workers", "rehearsal", str(run_id)])
    return True


def play(services: Services, run_id: int, host: str, port: int, sockets: int | None) -> None:
    """In that process. Ends when the process that started it has: Linux then gives it another parent."""
    parent, at = os.getppid(), Address("127.0.0.1" if host in ANYWHERE else host, port)
    try:
        play_rehearsal(services, run_id, at, sockets, lambda: os.getppid() == parent)
    except Abandoned:
        return
