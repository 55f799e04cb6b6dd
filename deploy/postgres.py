"""The embedded PostgreSQL: a child process on a private socket, its cluster made on the first start.

    with PostgresServer(directory) as server:
        create_engine(server.url)         # superuser `fanfare`, database `fanfare`; stop(), kill(), start(), pid

No TCP, no password: the socket lies in a 0700 directory of the account that runs the server, and only that account and
root get there. fsync stays on. A cluster is made aside and renamed: a start killed half-way leaves nothing to repair.
Readiness is the status line PostgreSQL keeps in postmaster.pid (what pg_ctl reads): no client library is needed here.
Rejected: the wheel's `get_server()` (daemonises, times out in crash recovery), Debian's pg_ctlcluster (not everywhere).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from deploy.errors import DeployError
from deploy.orphans import stop_orphans
from deploy.places import Account, account_for, private_directory, reachable, socket_directory
from deploy.postgres_binaries import MAJOR, find_binaries
from deploy.program import Program, Server, last_lines, leashed, open_log

NAME = "fanfare"  # of the superuser and of the database
SOCKET = ".s.PGSQL.5432"
STATUS_LINE = 7  # LOCK_FILE_LINE_PM_STATUS in PostgreSQL's pidfile.h, counted from 0
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # Bounds how long recovery after a crash can take (seconds), and with it how often settling millions of plays has to write
    # every page anew in full.
    "max_wal_size": "1GB",
    "shared_buffers": "512MB",  # taken as it is used; the boards' indexes of a million fans fit
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_checkpoints": "off",
}


class PostgresServer(Server):
    """`directory` must be new or ours, and reachable for the account (as root not below a 0700 parent)."""

    def __init__(self, directory: Path, log: Path | None = None) -> None:
        self.directory = directory.resolve()
        self.account: Account | None = account_for(self.directory)
        self.data = self.directory / f"data{MAJOR}"
        self.log = log or self.directory / "postgres.log"
        self._binaries = find_binaries(self.account)
        self.sockets = self._own(self.directory / "socket", SOCKET + ".lock")
        super().__init__(self._program())

    def url_for(self, database: str) -> str:
        return f"postgresql+psycopg://{NAME}@/{database}?host={quote(str(self.sockets))}"

    @property
    def url(self) -> str:
        return self.url_for(NAME)

    def _own(self, sockets: Path, longest_name: str) -> Path:
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        if not reachable(self.directory.parent, self.account):
            assert self.account is not None
            raise DeployError(f"the user {self.account.name}, who runs PostgreSQL, cannot reach {self.directory}")
        private_directory(self.directory, self.account)
        return socket_directory(sockets, longest_name, self.account)

    def _program(self) -> Program:
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        place = f"--unix_socket_directories={self.sockets}"
        return Program(
            name="postgres",
            argv=(str(self._binaries / "postgres"), "-D", str(self.data), *settings, place),
            environ=_environ(),
            account=self.account,
            stop_signal=signal.SIGINT,  # "fast": ends the sessions, writes a checkpoint
            kill_signal=signal.SIGQUIT,  # "immediate": takes its backends along, unlike SIGKILL
            orphan_signal=signal.SIGINT,
            log=self.log,
            store=True,
            prepare=self._prepare,
            ready=self._ready,
        )

    def _prepare(self) -> None:
        stop_orphans(self.data, "postgres", signal.SIGINT)
        for name in (SOCKET, SOCKET + ".lock"):
            (self.sockets / name).unlink(missing_ok=True)
        self._drop_pid_file_of_a_stranger()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise DeployError(f"{self.data} was made by PostgreSQL {found}, this is {MAJOR}; it is left untouched")

    def _drop_pid_file_of_a_stranger(self) -> None:
        """A stale pid may belong to another program by now, and PostgreSQL would refuse to start for its sake."""
        pid_file = self.data / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError, ProcessLookupError):
            os.kill(int(pid_file.read_text().splitlines()[0]), 0)
            pid_file.unlink()

    def _ready(self, pid: int) -> bool:
        with contextlib.suppress(OSError, ValueError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]) == pid and lines[STATUS_LINE].strip() == "ready"
        return False

    def _create(self) -> None:
        """A new cluster with its database, complete or not at all."""
        half = self.data.with_suffix(".new")
        shutil.rmtree(half, ignore_errors=True)
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        self._run("initdb", "-D", str(half), f"--username={NAME}", "--auth=trust", "--no-instructions", *locale)
        self._run("postgres", "--single", "-D", str(half), "template1", statement=f"CREATE DATABASE {NAME}\n")
        half.rename(self.data)

    def _run(self, program: str, *arguments: str, statement: str = "") -> None:
        argv = leashed((str(self._binaries / program), *arguments), self.account, signal.SIGKILL)
        log = open_log(self.log)
        try:
            done = subprocess.run(
                argv,
                input=statement.encode(),
                stdout=log,
                stderr=log,
                env=_environ(),
                cwd="/",
                start_new_session=True,
                check=False,
            )
        finally:
            os.close(log)
        if done.returncode != 0:
            raise DeployError(f"{program} failed (exit {done.returncode}):\n{last_lines(self.log)}")


def _environ() -> dict[str, str]:
    """Nothing of ours: our environ holds secrets, and PG… variables would change what the server does."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
