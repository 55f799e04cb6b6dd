"""The running house for tests: web, worker and sweeper as processes that can be killed and started again."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import urllib.request
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from config import Settings
from deploy.program import Program, Server, at_once


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """`web`, `worker`, `sweeper` are deploy.program.Servers: .kill(), .start(), .pid."""

    def __init__(self, settings: Settings) -> None:
        self.settings = replace(settings, port=free_port(), host="127.0.0.1")
        self.url = f"http://127.0.0.1:{self.settings.port}"
        environ = {**self.settings.environ_for_children(os.environ), "PYTHONUNBUFFERED": "1"}
        self.logs = Path(tempfile.mkdtemp(prefix="ff-house-"))
        self.web = self._server("web", environ, "wsgi.py")
        self.worker = self._server("worker", environ, "-m", "workers")
        self.sweeper = self._server("sweeper", environ, "-m", "workers", "sweeper")

    def __enter__(self) -> Self:
        for server in self._servers():
            server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for server in reversed(self._servers()):
            server.stop()
        shutil.rmtree(self.logs, ignore_errors=True)

    def _servers(self) -> tuple[Server, Server, Server]:
        return self.web, self.worker, self.sweeper

    def _server(self, name: str, environ: dict[str, str], *arguments: str) -> Server:
        ready = (lambda _: self._answers()) if name == "web" else at_once
        return Server(Program(name, (sys.executable, *arguments), environ, ready=ready, log=self.logs / f"{name}.log"))

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
