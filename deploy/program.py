"""A program and the process that performs it: what to run, as whom, how it is asked to stop, how it says it is ready.

`Server` holds one such process for a `with` block (tests, tools); the supervisor holds several and restarts them.
Both start through the leash, from the main thread: the kernel's parent-death signal follows the *thread* that forked.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.errors import DeployError
from deploy.places import Account

LEASH = Path(__file__).with_name("leash.py")
PROJECT = Path(__file__).resolve().parent.parent
LOG_LIMIT = 10_000_000


def nothing() -> None:
    """For programs that need no preparation."""


def at_once(_pid: int) -> bool:
    """For programs that are ready as soon as they run."""
    return True


@dataclass(frozen=True)
class Program:
    """`prepare` runs before every start, `ready(pid)` is asked until it says yes; both are quick but for once."""

    name: str
    argv: tuple[str, ...]
    environ: Mapping[str, str]
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    kill_signal: signal.Signals = signal.SIGKILL  # after patience is over; SIGKILL follows in any case
    orphan_signal: signal.Signals = signal.SIGKILL  # what the kernel sends when we are gone
    log: Path | None = None  # None: standard output and error come to us through a pipe
    store: bool = False  # stores stop after everything that uses them
    held: bool = False  # waits for the word on its standard input (deploy/hold.py)
    once: bool = False  # runs to its end instead of being restarted
    prepare: Callable[[], None] = nothing
    ready: Callable[[int], bool] = at_once
    listen: Callable[[str], bool] | None = None  # sees each line of output first; True: taken, do not show it


def spawn(program: Program) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, on the leash. Call from the main thread."""
    argv = leashed(program.argv, program.account, program.orphan_signal)
    log = None if program.log is None else open_log(program.log)
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.PIPE if program.held else subprocess.DEVNULL,
            stdout=subprocess.PIPE if log is None else log,
            stderr=subprocess.STDOUT,
            env=dict(program.environ),
            cwd="/" if program.store else PROJECT,
            start_new_session=True,
        )
    finally:
        if log is not None:
            os.close(log)


def leashed(argv: tuple[str, ...], account: Account | None, death_signal: signal.Signals) -> list[str]:
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(death_signal)), str(uid), str(gid)]
    return [*leash, *argv]


def open_log(path: Path) -> int:
    """A descriptor to append to; a log that has grown too long becomes `.old` first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".old"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def last_lines(log: Path | None, count: int = 6) -> str:
    if log is None or not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


class Server:
    """One program for the length of a `with` block; `kill` and `start` again as often as a fault test likes."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, patience_s: float = 30.0) -> Self:
        self.program.prepare()
        self._process = spawn(self.program)
        until = time.monotonic() + patience_s
        while not self.program.ready(self._process.pid):
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise DeployError(f"{self.program.name} does not start:\n{last_lines(self.program.log)}")
            time.sleep(0.01)  # readiness can only be asked for
        return self

    def stop(self, patience_s: float = 5.0) -> None:
        """Ask, wait, then insist."""
        self._end(self.program.stop_signal, patience_s)
        self._end(self.program.kill_signal, 1.0)
        self.kill()

    def kill(self) -> None:
        """SIGKILL, as the out-of-memory killer does it."""
        self._end(signal.SIGKILL, 5.0)

    def _end(self, number: signal.Signals, patience_s: float) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        signal_group(self._process, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience_s)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
