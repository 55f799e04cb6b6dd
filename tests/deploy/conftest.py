"""A folder PostgreSQL's account can walk to (pytest's own tmp_path is 0700), and a house in it made of toy programs.

Making a cluster takes seconds, and is proved where it is the point; everybody else gets a copy of one that is made once.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.house import free_port
from deploy.postgres import PostgresServer

HOUSE = Path(__file__).with_name("toy_house.py")
PATIENCE_S = 60.0


@pytest.fixture
def folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="ff-test-"))
    place.chmod(0o711)
    yield place
    for pid in living(place):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """The data of a PostgreSQL that was made, started and stopped."""
    place = Path(tempfile.mkdtemp(prefix="ff-cluster-"))
    place.chmod(0o711)
    with PostgresServer(place / "pg") as server:
        pass
    yield server.data
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def grown(cluster: Path) -> Callable[[Path], PostgresServer]:
    """A server in this folder which finds its cluster made, as after a first start."""

    def one(place: Path) -> PostgresServer:
        server = PostgresServer(place)
        subprocess.run(["cp", "-a", str(cluster), str(server.data)], check=True)
        return server

    return one


def living(place: Path) -> dict[int, str]:
    """Every process that has to do with `place`, by its environ, arguments or working directory; zombies are dead."""
    mark, found = os.fsencode(place), {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                continue
            arguments = (entry / "cmdline").read_bytes()
            where = os.fsencode(os.readlink(entry / "cwd"))
            if mark in arguments or mark in where or mark in (entry / "environ").read_bytes():
                found[int(entry.name)] = arguments.replace(b"\0", b" ").decode("utf-8", "replace").strip()
        except (OSError, IndexError):
            continue
    found.pop(os.getpid(), None)
    return found


def until(done: Callable[[], bool]) -> None:
    started = time.monotonic()
    while not done():
        assert time.monotonic() - started < PATIENCE_S, "waited in vain"
        time.sleep(0.02)


class House:
    """`up` as a process of its own, with toys for web, worker and sweeper; what it said is in `said()`."""

    def __init__(self, folder: Path, port: int, **environ: str) -> None:
        self.folder, self.port = folder, port
        self.output = folder / f"said-{time.monotonic_ns()}.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(HOUSE)],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "VAR_DIR": str(folder / "var"), "PORT": str(port), "HOST": "127.0.0.1", **environ},
                cwd=HOUSE.parent.parent.parent,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_up(self) -> None:
        def is_up() -> bool:
            assert self.process.poll() is None, self.said()
            return "Operator" in self.said()

        until(is_up)

    def pid_of(self, toy: str) -> int | None:
        found = (
            pid
            for pid, arguments in living(self.folder).items()
            if f"toys.py {toy}" in arguments and "leash.py" not in arguments
        )
        return next(found, None)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def build(folder: Path, grown: Callable[[Path], PostgresServer]) -> Iterator[Callable[..., House]]:
    """`new` True: the first start on this machine, which makes the cluster."""
    houses: list[House] = []

    def one(port: int | None = None, *, new: bool = False, **environ: str) -> House:
        if not new and not houses:
            grown(folder / "var" / "postgres")
        houses.append(House(folder, port or free_port(), **environ))
        return houses[-1]

    yield one
    for house in houses:
        if house.process.poll() is None:
            house.process.kill()
            house.process.wait(PATIENCE_S)
