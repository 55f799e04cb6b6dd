"""Keeps the house's processes running: starts them, shows what they say, restarts the dead, takes all down in time.

One thread, one `select`: the kernel ties "die with the parent" to the thread that forked, so there must be no other; a
signal wakes the loop through a descriptor. Users of the stores stop first (reverse order of their start), then the
stores. A second SIGINT or SIGTERM does not wait any more. Rejected: supervisord, honcho, systemd units (one command, no
set-up, any machine).
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

from campaigns.domain.errors import FanfareError
from deploy.errors import DeployError
from deploy.hold import WORD
from deploy.program import Program, last_lines, signal_group, spawn

FIRST_DELAY_S, LONGEST_DELAY_S, STABLE_S = 0.2, 2.0, 10.0
DEATHS_ALLOWED_AT_START = 4
STAGE_PATIENCE_S, KILL_PATIENCE_S = 1.9, 0.4  # two stages of both: below the promised 5 s
LONGEST_LINE = 65536
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(FanfareError):
    """Raised out of a wait when a stop signal has come."""

    code = "stopped"


class Child:
    """One program's present process, and when to start the next one."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths = 0
        self.delay_s = FIRST_DELAY_S
        self.started = 0.0
        self.restart_due: float | None = None
        self.told = False
        self.rest = b""

    @property
    def running(self) -> bool:
        return self.process is not None

    def ready(self) -> bool:
        return self.process is not None and self.program.ready(self.process.pid)

    def tell(self) -> None:
        """Give the word to a held process, and to every next one of this program."""
        self.told = True
        stdin = self.process and self.process.stdin
        if stdin:
            with contextlib.suppress(OSError), stdin:  # it may have died just now: the next one is told
                stdin.write(WORD)

    def lines(self, data: bytes) -> list[str]:
        """Complete lines out of what was read; what has no end yet waits, within bounds."""
        *complete, self.rest = (self.rest + data).split(b"\n")
        if len(self.rest) > LONGEST_LINE or not data:
            complete, self.rest = [*complete, self.rest], b""
        return [line.decode("utf-8", "replace").rstrip() for line in complete if line.strip()]


class Supervisor:
    def __init__(self, say: Callable[[str], None]) -> None:
        self.children: list[Child] = []
        self._say = say
        self._selector = selectors.DefaultSelector()
        self._stop_signals = 0
        self._stopping = False
        self._wake_in, self._wake_out = socket.socketpair()
        for end in (self._wake_in, self._wake_out):
            end.setblocking(False)
        self._selector.register(self._wake_out, selectors.EVENT_READ)

    def listen_for_signals(self) -> None:
        """For good: the process that supervises does nothing else."""
        signal.set_wakeup_fd(self._wake_in.fileno(), warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # nohup: the terminal may go, we stay
            signal.signal(number, self._count_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler it would not wake the loop

    def _count_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_signals += 1

    def add(self, program: Program) -> Child:
        child = Child(program)
        self.children.append(child)
        self._start(child)
        return child

    def wait(self, done: Callable[[], bool], patience_s: float, complaint: str) -> None:
        """Run the house until `done`. Raises Stopped, and DeployError when patience is over or a child keeps dying."""
        until = time.monotonic() + patience_s
        while not done():
            if self._stop_signals:
                raise Stopped
            self._give_up_on_the_dying()
            if time.monotonic() > until:
                raise DeployError(complaint)
            self.turn(0.02)

    def wait_ready(self, *children: Child, patience_s: float = 60.0) -> None:
        for child in children:
            self.wait(child.ready, patience_s, f"{child.program.name} is not ready after {patience_s:.0f} s")

    def run(self) -> None:
        """Until somebody asks to stop."""
        while not self._stop_signals:
            self.turn(1.0)

    def turn(self, longest_s: float) -> None:
        """Show what children said, notice who died, start who is due."""
        now = time.monotonic()
        due = [child.restart_due for child in self.children if child.restart_due is not None]
        for key, _ in self._selector.select(max(0.0, min([longest_s, *(at - now for at in due)]))):
            self._read(key)
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._bury(child)
            elif child.restart_due is not None and child.restart_due <= time.monotonic() and not self._stopping:
                self._start(child)

    def stop(self) -> None:
        """Everything down within 5 s, whatever it does."""
        self._stopping = True
        heard = self._stop_signals
        for store in (False, True):
            stage = [child for child in reversed(self.children) if child.program.store == store]
            for child in stage:
                self._signal(child, child.program.stop_signal)
            self._wait_gone(stage, STAGE_PATIENCE_S, heard)
            for child in stage:
                self._signal(child, child.program.kill_signal)
            self._wait_gone(stage, KILL_PATIENCE_S, heard)
            for child in stage:
                self._signal(child, signal.SIGKILL)
            self._wait_gone(stage, KILL_PATIENCE_S, None)

    def _start(self, child: Child) -> None:
        child.restart_due = None
        child.program.prepare()
        child.process = spawn(child.program)
        child.started = time.monotonic()
        if child.told:
            child.tell()
        if child.process.stdout is not None:
            os.set_blocking(child.process.stdout.fileno(), False)
            self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _read(self, key: selectors.SelectorKey) -> None:
        if key.data is None:
            self._wake_out.recv(4096)
            return
        child: Child = key.data
        try:
            data = os.read(key.fd, 65536)
        except BlockingIOError:
            return
        for line in child.lines(data):
            self._show(child.program, line)
        if not data:
            self._selector.unregister(key.fileobj)

    def _show(self, program: Program, line: str) -> None:
        if program.listen is None or not program.listen(line):
            self._say(f"{program.name} | {line}")

    def _bury(self, child: Child) -> None:
        process, child.process = child.process, None
        assert process is not None
        self._drain(child, process)
        if process.stdin is not None:
            process.stdin.close()
        signal_group(process, signal.SIGKILL)  # whatever it left behind in its session
        if child.program.once and process.returncode == 0:
            return
        child.deaths += 1
        if self._stopping:
            return
        if time.monotonic() - child.started > STABLE_S:
            child.delay_s = FIRST_DELAY_S
        words = f"{child.program.name} ended ({_ending(process.returncode)})"
        if child.program.once:
            self._say(words)
            return
        self._say(f"{words}; it is started again in {child.delay_s:.1f} s")
        child.restart_due = time.monotonic() + child.delay_s
        child.delay_s = min(LONGEST_DELAY_S, child.delay_s * 2)

    def _drain(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        """The last words, often the only ones that explain."""
        if process.stdout is None:
            return
        key = self._selector.get_map().get(process.stdout)
        if key is not None:
            self._read(key)
        if process.stdout in self._selector.get_map():
            self._selector.unregister(process.stdout)
        for line in child.lines(b""):
            self._show(child.program, line)
        process.stdout.close()

    def _give_up_on_the_dying(self) -> None:
        for child in self.children:
            if child.deaths > (0 if child.program.once else DEATHS_ALLOWED_AT_START):
                if child.program.once:
                    raise DeployError(f"{child.program.name} failed; what it said stands above")
                tail = last_lines(child.program.log)
                raise DeployError(f"{child.program.name} does not start" + (f":\n{tail}" if tail else ""))

    def _signal(self, child: Child, number: signal.Signals) -> None:
        if child.process is not None:
            signal_group(child.process, number)

    def _wait_gone(self, stage: list[Child], patience_s: float, heard: int | None) -> None:
        until = time.monotonic() + patience_s
        while any(child.running for child in stage) and time.monotonic() < until:
            if heard is not None and self._stop_signals > heard:
                return
            self.turn(0.05)


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def say(line: str) -> None:
    """To the terminal; a terminal that has gone away is no reason to stop the show."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except OSError:
        pass
    except UnicodeEncodeError:
        sys.stdout.write(line.encode("ascii", "backslashreplace").decode() + "\n")
