"""Backup and restore as they are typed, against real stores: what comes back is what was there, or nothing."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import uuid4
from zipfile import ZipFile

import psycopg
import pytest
from click.testing import CliRunner, Result
from msgspec import structs
from sqlalchemy import make_url

from campaigns.bootstrap import Services
from campaigns.control.backups import newest_backup
from campaigns.db.journal import commit
from campaigns.domain.answer import Outcome, Said, content
from campaigns.domain.receipt import receipt
from cli import main
from deploy import running
from deploy.backup_file import About, opened, print_of, put_dump, put_rest, written
from deploy.errors import DeployError
from deploy.migrate import heads
from deploy.postgres import PostgresServer
from deploy.postgres_tools import find_tool
from tests.conftest import SECRET, FakeTime, Stores
from tests.deploy.conftest import until
from tests.stage import joined_fan, run_of, single
from tests.test_cli import entry, played, press

if TYPE_CHECKING:
    from config import Settings

ROOT = Path(__file__).resolve().parents[2]
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
Typed = Callable[..., Result]


def asked(url: str, statement: str) -> list[tuple[object, ...]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as sql:
        found = sql.execute(statement)
        return list(found.fetchall()) if found.description else []


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as text; without what the command itself notes."""
    names = [str(name) for (name,) in asked(url, TABLES) if name != "backup"]
    return {name: asked(url, f'SELECT t::text FROM "{name}" t ORDER BY 1') for name in names}


@pytest.fixture
def empty(stores: Stores) -> Iterator[str]:
    name, house = f"t_{uuid4().hex[:12]}", stores.postgres.url_for("postgres")
    asked(house, f"CREATE DATABASE {name}")
    yield stores.postgres.url_for(name)
    asked(house, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def type_in(settings: Settings, tmp_path: Path) -> Typed:
    def typed(*words: object, **environ: str) -> Result:
        named = {**settings.to_environ(), "VAR_DIR": str(tmp_path / "var"), **environ}
        return CliRunner().invoke(main, [str(word) for word in words], env=named)

    return typed


@pytest.fixture
def run_id(services_at: Callable[[FakeTime], Services], fake_time: FakeTime) -> int:
    return played(services_at(fake_time), fake_time)


@pytest.fixture
def saved(run_id: int, type_in: Typed, tmp_path: Path) -> Path:
    said = type_in("backup", tmp_path / "saved.zip")
    assert said.exit_code == 0, said.output
    assert "SECRET_KEY is yours and not in it" in said.output
    return tmp_path / "saved.zip"


class Answering:
    """Fans who answer one after the other, each with a receipt, for as long as the block lasts."""

    def __init__(self, services: Services, now: FakeTime) -> None:
        self.services, self.now, self.stored = services, now, 0
        self.run_id = run_of(services, [single()])
        self.fans = [joined_fan(services, self.run_id, f"Fan {n}")[0] for n in range(60)]
        press(services, self.run_id)
        press(services, self.run_id)
        with services.sql.connect() as sql:
            (row,) = sql.exec_driver_sql(f"SELECT id, opens_ns FROM round WHERE run_id = {self.run_id}")
        self.round_id, self.opens_ns = row.id, row.opens_ns
        now.ns = self.opens_ns + 5 * 10**9
        self._goes, self._over = threading.Thread(target=self._answer), threading.Event()

    def _answer(self) -> None:
        for n, fan in enumerate(self.fans):
            one = entry(self.round_id, fan, n % 2, self.opens_ns, (n + 1) * 10**6)
            signed = receipt(SECRET.encode(), self.round_id, fan, one.received_ns, content(Said((n % 2,), None)))
            (stored,) = commit(self.services.sql, [structs.replace(one, receipt=signed)], self.now())
            assert stored.outcome is Outcome.RECORDED
            self.stored += 1
            if self._over.wait(0.02):
                break

    def __enter__(self) -> Answering:
        self._goes.start()
        until(lambda: self.stored >= 3)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._goes.join()


def test_a_backup_taken_while_answers_come_in_is_read_back_row_by_row_with_its_receipts(
    type_in: Typed,
    services_at: Callable[[FakeTime], Services],
    fake_time: FakeTime,
    run_id: int,
    settings: Settings,
    empty: str,
    tmp_path: Path,
) -> None:
    services = services_at(fake_time)
    with Answering(services, fake_time) as answering:
        before = answering.stored
        said = type_in("backup", tmp_path / "live.zip")
        assert said.exit_code == 0, said.output
    assert (tmp_path / "live.zip").stat().st_mode & 0o777 == 0o600
    newest = newest_backup(services)
    assert newest is not None and newest.bytes == (tmp_path / "live.zip").stat().st_size
    back = type_in("restore", tmp_path / "live.zip", DATABASE_URL=empty)
    assert back.exit_code == 0 and "SECRET_KEY" not in back.output, back.output
    here, there = rows(settings.database_url), rows(empty)
    answers_here, answers_there = here.pop("answer"), there.pop("answer")
    assert here == there and here["ledger_batch"] and here["ledger_entry"] and here["alembic_version"]
    assert set(answers_there) <= set(answers_here)
    signed = asked(
        empty, f"SELECT fan_id, received_ns, places, receipt FROM answer WHERE round_id={answering.round_id}"
    )
    assert before <= len(signed) <= answering.stored
    for fan, received_ns, places, held in signed:
        said_then = content(Said(tuple(cast("list[int]", places)), None))
        assert receipt(SECRET.encode(), answering.round_id, int(str(fan)), int(str(received_ns)), said_then) == held
    code = str(asked(empty, f"SELECT code FROM run WHERE id = {run_id}")[0][0])
    assert "all equal" in type_in("ledger", DATABASE_URL=empty).output
    assert "all equal" in type_in("recompute", code, DATABASE_URL=empty).output


def test_what_is_there_is_not_overwritten_unless_that_is_said(
    type_in: Typed, saved: Path, settings: Settings, empty: str
) -> None:
    asked(empty, "CREATE TABLE mine AS SELECT 7 AS n")
    said = type_in("restore", saved, DATABASE_URL=empty)
    assert said.exit_code == 1 and "1 tables already" in said.output and "--replace" in said.output
    assert rows(empty) == {"mine": [("(7)",)]}
    assert type_in("restore", saved, "--replace", DATABASE_URL=empty).exit_code == 0
    assert rows(empty) == rows(settings.database_url)


def test_a_database_that_somebody_is_connected_to_is_left_alone(type_in: Typed, saved: Path, empty: str) -> None:
    with psycopg.connect(make_url(empty).set(drivername="postgresql").render_as_string()):
        said = type_in("restore", saved, DATABASE_URL=empty)
    assert said.exit_code == 1 and "stop the house first" in said.output
    assert rows(empty) == {}


@pytest.mark.parametrize("harm", ["bit", "half", "text", "newer"])
def test_a_damaged_file_is_refused_by_its_name_and_nothing_is_done(
    harm: str, type_in: Typed, saved: Path, empty: str, tmp_path: Path
) -> None:
    data, file = bytearray(saved.read_bytes()), tmp_path / f"{harm}.zip"
    if harm == "bit":
        data[len(data) // 2] ^= 1
    harmed = {"half": bytes(data[: len(data) // 2]), "text": b"not a backup"}
    file.write_bytes(harmed.get(harm, bytes(data)))
    if harm == "newer":
        file = written_again(saved, file, revision="9999")
    said = type_in("restore", file, DATABASE_URL=empty)
    assert said.exit_code == 1 and str(file) in said.output and "nothing was done" in said.output
    assert rows(empty) == {}


def written_again(saved: Path, file: Path, *, revision: str | None = None, shorter: int = 0) -> Path:
    """The same backup with other words about it, or with a dump that was short before it was summed."""
    with opened(saved) as (found, about):
        dump = found.read("database.dump")
    with written(file) as made:
        length, sha256 = put_dump(made, io.BytesIO(dump[: len(dump) - shorter]))
        put_rest(made, About(revision or about.revision, about.taken_at, length, sha256, about.key_print), None)
    return file


def test_a_restore_that_fails_half_way_leaves_what_was_there(
    type_in: Typed, saved: Path, empty: str, tmp_path: Path
) -> None:
    asked(empty, "CREATE TABLE answer AS SELECT 7 AS n")
    short = written_again(saved, tmp_path / "short.zip", shorter=saved.stat().st_size // 4)
    said = type_in("restore", short, "--replace", DATABASE_URL=empty)
    assert said.exit_code == 1 and "nothing was restored" in said.output, said.output
    assert rows(empty) == {"answer": [("(7)",)]}


def test_a_killed_backup_leaves_no_file_that_looks_whole(saved: Path, settings: Settings, tmp_path: Path) -> None:
    file, half = tmp_path / "killed.zip", tmp_path / "killed.zip.half"
    environ = {**os.environ, **settings.to_environ(), "VAR_DIR": str(tmp_path / "var")}
    plain = make_url(settings.database_url).set(drivername="postgresql").render_as_string()
    with psycopg.connect(plain) as holds:
        holds.execute("LOCK TABLE answer IN ACCESS EXCLUSIVE MODE")  # pg_dump waits for it
        typed = subprocess.Popen([sys.executable, "cli.py", "backup", str(file)], cwd=ROOT, env=environ)
        try:
            until(half.exists)
        finally:
            typed.send_signal(signal.SIGKILL)
            typed.wait()
    assert half.exists() and not file.exists()
    with pytest.raises(DeployError, match=r"killed\.zip\.half is no whole backup"), opened(half):
        pass
    assert CliRunner().invoke(main, ["backup", str(file)], env=environ).exit_code == 0
    assert file.exists() and not half.exists()


def test_the_embedded_database_and_its_key_come_back_and_a_running_house_is_left_alone(
    type_in: Typed, saved: Path, settings: Settings, folder: Path, grown: Callable[[Path], PostgresServer]
) -> None:
    with opened(saved) as (found, about):
        dump = found.read("database.dump")
    keeping = folder / "keeping.zip"
    with written(keeping) as made:
        length, sha256 = put_dump(made, io.BytesIO(dump))
        put_rest(made, replace(about, bytes=length, sha256=sha256), SECRET.encode())
    var = folder / "var"
    grown(var / "postgres")
    nothing = {"DATABASE_URL": "", "SECRET_KEY": "", "VAR_DIR": str(var)}
    with running.only_one(var):
        said = type_in("restore", keeping, **nothing)
        assert said.exit_code == 1 and "already runs" in said.output
    said = type_in("restore", keeping, **nothing)
    assert said.exit_code == 0 and "SECRET_KEY" not in said.output, said.output
    assert running.secret_of(var) == SECRET.encode()
    assert (var / "secret").stat().st_mode & 0o777 == 0o600
    with PostgresServer(var / "postgres") as server:
        assert rows(server.url) == rows(settings.database_url)
    assert "tables already" in type_in("restore", keeping, **nothing).output


def test_another_key_than_that_of_the_backup_is_told(type_in: Typed, saved: Path, empty: str) -> None:
    said = type_in("restore", saved, DATABASE_URL=empty, SECRET_KEY="another key of another house")
    assert said.exit_code == 0 and "has another SECRET_KEY" in said.output
    with opened(saved) as (found, about):
        assert about.key_print == print_of(SECRET.encode()) and {about.revision} == heads()
        assert SECRET.encode() not in b"".join(found.read(name) for name in found.namelist())
    with ZipFile(saved) as anybody:
        assert anybody.read("database.dump").startswith(b"PGDMP")


def test_a_server_newer_than_every_program_is_an_error_that_names_the_package() -> None:
    with pytest.raises(DeployError, match="install the package postgresql-client-99"):
        find_tool("pg_dump", 99)
