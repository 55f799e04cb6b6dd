"""The whole house as an operator meets it: real stores and supervisor, toys for the rest."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.running import STOPPING, beside_running, only_one
from tests.deploy.conftest import House, living, until

pytestmark = pytest.mark.faults
Build = Callable[..., House]


def test_it_starts_prints_its_links_and_a_term_signal_takes_everything_down(folder: Path, build: Build) -> None:
    house = build(new=True, PUBLIC_URL="https://play.example.com")
    house.wait_up()
    assert "https://play.example.com/r/K7M2QD" in house.said()
    assert "https://play.example.com/login/t0ken" in house.said()
    assert "web | listening" in house.said()
    assert len(living(folder)) > 6
    house.process.send_signal(signal.SIGTERM)
    until(lambda: house.process.poll() is not None)
    assert house.process.returncode == 0
    assert living(folder) == {}


def test_the_second_start_finds_the_data_of_the_first(folder: Path, build: Build) -> None:
    first = build()
    first.wait_up()
    secret = (folder / "var" / "secret").read_bytes()
    assert first.end(signal.SIGINT) == 0
    made = (folder / "var" / "postgres" / "data18" / "PG_VERSION").stat().st_mtime_ns
    build().wait_up()
    assert (folder / "var" / "postgres" / "data18" / "PG_VERSION").stat().st_mtime_ns == made
    assert (folder / "var" / "secret").read_bytes() == secret
    assert (folder / "var" / "secret").stat().st_mode & 0o777 == 0o600


def test_when_the_parent_is_killed_its_children_die_with_it(folder: Path, build: Build) -> None:
    house = build()
    house.wait_up()
    assert house.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: living(folder) == {})


def test_after_everything_was_killed_the_next_start_recovers_by_itself(folder: Path, build: Build) -> None:
    house = build()
    house.wait_up()
    while left := living(folder):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        house.process.poll()
    again = build()
    again.wait_up()
    assert again.end(signal.SIGTERM) == 0
    assert living(folder) == {}


@pytest.mark.parametrize("toy", ["web", "worker", "sweeper"])
def test_a_dead_child_is_started_again_and_said_so(build: Build, toy: str) -> None:
    house = build()
    house.wait_up()
    until(lambda: house.pid_of(toy) is not None)  # it is started beside web and may be a moment later
    before = house.pid_of(toy)
    assert before is not None
    os.kill(before, signal.SIGKILL)
    until(lambda: f"{toy} ended (SIGKILL); it is started again in 0.2 s" in house.said())
    until(lambda: house.pid_of(toy) not in (None, before))


def test_a_dead_database_is_started_again_on_the_same_socket(folder: Path, build: Build) -> None:
    house = build()
    house.wait_up()
    pid_file = folder / "var" / "postgres" / "data18" / "postmaster.pid"
    before = int(pid_file.read_text().split()[0])
    os.kill(before, signal.SIGKILL)
    until(lambda: "postgres ended (SIGKILL)" in house.said())

    def ready_again() -> bool:
        lines = pid_file.read_text().splitlines() if pid_file.exists() else []
        return len(lines) > 7 and int(lines[0]) != before and lines[7].strip() == "ready"

    until(ready_again)


def test_a_taken_port_is_refused_in_clear_words_and_nothing_is_left(folder: Path, build: Build) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        house = build(port=taken.getsockname()[1])
        assert house.process.wait(60) == 1
    assert f"port {house.port}" in house.said()
    assert "Traceback" not in house.said()
    assert living(folder) == {}


def test_a_second_start_on_the_same_folder_is_refused_and_leaves_the_first_alone(folder: Path, build: Build) -> None:
    first = build()
    first.wait_up()
    second = build()
    assert second.process.wait(60) == 1
    assert f"already runs on {folder / 'var'} (process {first.process.pid})" in second.said()
    assert first.process.poll() is None
    assert "ended" not in first.said()


def migrating(build: Build, folder: Path) -> House:
    """In the middle of a migration that ends when there is a file `go-on`; the web process waits for that."""
    house = build(TOY_PREPARE=str(folder / "go-on"))
    until(lambda: "prepare | migrating" in house.said() and "web | built" in house.said())
    return house


def test_the_web_process_is_built_during_the_migration_and_serves_after_it(folder: Path, build: Build) -> None:
    house = migrating(build, folder)
    (folder / "go-on").touch()
    house.wait_up()
    order = [house.said().index(f"{said}\n") for said in ("web | built", "prepare | migrated", "web | listening")]
    assert order == sorted(order)


def test_a_web_process_that_dies_while_it_waits_is_started_again_and_told(folder: Path, build: Build) -> None:
    house = migrating(build, folder)
    before = house.pid_of("web")
    assert before is not None
    os.kill(before, signal.SIGKILL)
    until(lambda: house.said().count("web | built") == 2)
    (folder / "go-on").touch()
    house.wait_up()
    assert house.said().count("web | built") == 2
    assert house.said().count("web | listening") == 1


def test_what_waits_for_the_word_dies_with_a_killed_parent_and_does_nothing(folder: Path, build: Build) -> None:
    house = migrating(build, folder)
    assert house.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: living(folder) == {})
    assert "web | listening" not in house.said()


@contextlib.contextmanager
def held(var: Path, words: str) -> Iterator[None]:
    """The lock of a house that is up, and what it says of itself."""
    descriptor = os.open(var / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.pwrite(descriptor, words.encode(), 0)
    try:
        yield
    finally:
        os.close(descriptor)


def test_a_start_waits_for_a_house_that_stops_and_is_refused_by_one_that_does_not(tmp_path: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    def start() -> None:
        with only_one(tmp_path):
            entered.set()
            leave.wait(60)

    second = threading.Thread(target=start)
    with held(tmp_path, f"123 {STOPPING}"):
        second.start()
        assert not entered.wait(0.3)
    assert entered.wait(60)
    leave.set()
    second.join()
    with held(tmp_path, "123"), pytest.raises(DeployError, match="process 123"), only_one(tmp_path):
        pytest.fail("two houses on one folder")


def test_a_start_while_the_last_one_still_stops_comes_up_after_its_end(folder: Path, build: Build) -> None:
    first = build()
    first.wait_up()
    first.process.send_signal(signal.SIGTERM)  # its sweeper is deaf: it takes its time
    until(lambda: "stopping" in (folder / "var" / "up.lock").read_text())
    second = build()
    second.wait_up()
    assert first.process.wait(60) == 0
    assert second.end(signal.SIGTERM) == 0


def test_a_failed_migration_stops_the_start_and_leaves_nothing_running(folder: Path, build: Build) -> None:
    house = build(TOY_PREPARE="fails")
    assert house.process.wait(60) == 1
    assert "prepare | the migration went wrong" in house.said()
    assert living(folder) == {}


def test_a_signal_during_the_start_is_obeyed(folder: Path, build: Build) -> None:
    house = build(new=True)
    until(lambda: len(living(folder)) > 1)
    house.process.send_signal(signal.SIGTERM)
    until(lambda: house.process.poll() is not None)
    assert living(folder) == {}


def test_commands_beside_it_learn_its_addresses_only_while_it_runs(folder: Path, build: Build) -> None:
    environ = {"VAR_DIR": str(folder / "var"), "PORT": "1"}
    assert beside_running(environ) == environ
    house = build()
    house.wait_up()
    found = beside_running(environ)
    assert found["DATABASE_URL"].startswith("postgresql+psycopg://fanfare@/fanfare?host=")
    assert found["PORT"] == "1", "what the caller says himself wins"
    assert beside_running({**environ, "REDIS_URL": "redis://own"}).get("LIVE_REDIS_URL") is None
    house.end(signal.SIGKILL)
    assert beside_running(environ) == environ
