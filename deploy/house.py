"""Our three processes for the length of a `with` block, on stores that are there already: for tests and benches.

    with House(settings) as house:
        house.url, house.web.kill(), house.web.start(), house.web.pid          # the same with .worker and .sweeper

`up` is for people: it makes stores, migrates, restarts what dies. Here nothing is done that was not asked for, and the end is
a SIGKILL: no fact is in these processes, and whoever asks politely waits two seconds for open sockets.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from deploy.program import Program, Server, at_once

if TYPE_CHECKING:
    from config import Settings

PATIENCE_S = 120.0  # on a machine that others keep busy the imports alone take half a minute


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """`settings` with a free port of this machine's own. `workers` False: web only."""

    def __init__(self, settings: Settings, *, workers: bool = True) -> None:
        self.settings = replace(settings, port=free_port(), host="127.0.0.1")
        self.url = f"http://127.0.0.1:{self.settings.port}"
        self.logs = Path(tempfile.mkdtemp(prefix="ff-house-"))
        self.web = self._server("web", "wsgi.py")
        self.worker = self._server("worker", "-m", "workers")
        self.sweeper = self._server("sweeper", "-m", "workers", "sweeper")
        self._started = (self.worker, self.sweeper, self.web) if workers else (self.web,)  # web last: it is waited for

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.callback(self._end)
            for server in self._started:
                server.start(PATIENCE_S)
            undo.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _end(self) -> None:
        for server in (self.web, self.worker, self.sweeper):
            server.kill()
        shutil.rmtree(self.logs, ignore_errors=True)

    def _server(self, name: str, *arguments: str) -> Server:
        environ = {**self.settings.environ_for_children(os.environ), "PYTHONUNBUFFERED": "1"}
        ready = self._answers if name == "web" else at_once
        return Server(Program(name, (sys.executable, *arguments), environ, ready=ready, log=self.logs / f"{name}.log"))

    def _answers(self, _pid: int) -> bool:
        """Everything well, not only something said: a test must not begin with a degraded house."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
