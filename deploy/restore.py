"""`cli.py restore FILE`: a backup into an empty database, or, when told to, in the place of what is there.

One transaction: old tables go and new rows come together, so whatever fails or is killed leaves what was there before.
pg_restore only unpacks; psql carries it out between our own BEGIN and COMMIT, which is sent when the unpacking has ended
well. (pg_restore alone sets `transaction_timeout`, which a server older than 17 refuses; that line is left out.)
The embedded database is started for the length of the command; a house that runs is never restored into.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO
from zipfile import ZipFile

import psycopg
from psycopg import sql as composed

from deploy import running
from deploy.backup import server_version
from deploy.backup_file import DUMP, PIECE, About, opened, print_of, secret_in
from deploy.errors import DeployError
from deploy.migrate import known, upgrade
from deploy.postgres import PostgresServer
from deploy.postgres_tools import address, environ_of, find_tool
from deploy.up import place_of_postgres

HEAD_LINES = 60  # where the unpacked script sets what it needs
NEWER_THAN_SOME = b"SET transaction_timeout = 0;\n"
TABLES = """SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"""
OTHERS = """SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


@dataclass(frozen=True, slots=True)
class Told:
    """`same_key`: what is restored was signed with the key of this house. None: it has none yet."""

    about: About
    same_key: bool | None


def restore(url: str, secret: bytes, var: Path, file: Path, *, replace: bool, say: Callable[[str], None]) -> Told:
    """`url` "" is the embedded database, `secret` b"" the one in `var`. Raises DeployError, with nothing changed."""
    with opened(file) as (found, about):
        if about.revision not in known():
            raise DeployError(f"{file} is of a newer Fanfare (schema {about.revision}): nothing was done")
        with _database(url, var, say) as target:
            tables = _tables(target)
            if tables and not replace:
                words = f"the database has {len(tables)} tables already: nothing was done"
                raise DeployError(f"{words}. --replace puts the backup in their place; what they hold is lost then")
            _pour(found, target, tables)
            upgrade(target)
        return Told(about, _keep_key(secret_in(found), about, secret, var, replace))


@contextlib.contextmanager
def _database(url: str, var: Path, say: Callable[[str], None]) -> Iterator[str]:
    if url:
        yield url
        return
    with running.only_one(var):
        with PostgresServer(place_of_postgres(var, say), log=var / "log" / "postgres.log") as server:
            yield server.url
        shutil.rmtree(var / "redis", ignore_errors=True)  # boards and jobs of other rows; no fact is in there


def _tables(url: str) -> list[str]:
    """Raises DeployError while anybody else is in there: what a running house does meanwhile would be lost."""
    with psycopg.connect(address(url), password=environ_of(url).get("PGPASSWORD"), connect_timeout=5) as sql:
        (others,) = sql.execute(OTHERS).fetchone() or (0,)
        if others:
            raise DeployError(f"{others} connections are open to this database: stop the house first")
        return [name for (name,) in sql.execute(TABLES)]


def _pour(found: ZipFile, url: str, tables: list[str]) -> None:
    version = server_version(url)
    unpacking = [str(find_tool("pg_restore", version)), "--no-owner", "--no-privileges", "--file=-"]
    loading = [str(find_tool("psql", version)), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"]
    pipe = subprocess.PIPE
    with tempfile.TemporaryFile() as complaints:
        env = environ_of(url)
        unpack = subprocess.Popen(unpacking, stdin=pipe, stdout=pipe, stderr=complaints, env=env)
        loading.append(f"--dbname={address(url)}")
        load = subprocess.Popen(loading, stdin=pipe, stdout=subprocess.DEVNULL, stderr=complaints, env=env)
        assert unpack.stdin and unpack.stdout and load.stdin
        feeder = Thread(target=_feed, args=(found, unpack.stdin), daemon=True)
        feeder.start()
        with contextlib.suppress(BrokenPipeError):  # psql has said why
            load.stdin.write(_begin(tables).encode())
            _copy(unpack.stdout, load.stdin)
            if unpack.wait() == 0:
                load.stdin.write(b"\nCOMMIT;\nANALYZE;\n")
        with contextlib.suppress(BrokenPipeError):
            load.stdin.close()
        unpack.stdout.close()
        feeder.join()
        if load.wait() or unpack.wait():
            complaints.seek(0)
            raise DeployError(f"nothing was restored: {complaints.read(2000).decode(errors='replace').strip()}")


def _begin(tables: list[str]) -> str:
    names = composed.SQL(", ").join(composed.Identifier("public", name) for name in tables)
    return "BEGIN;\n" + (f"DROP TABLE {names.as_string(None)} CASCADE;\n" if tables else "")


def _feed(found: ZipFile, into: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError), into, found.open(DUMP) as member:
        shutil.copyfileobj(member, into, PIECE)


def _copy(script: IO[bytes], into: IO[bytes]) -> None:
    for _ in range(HEAD_LINES):
        line = script.readline()
        if line != NEWER_THAN_SOME:
            into.write(line)
    shutil.copyfileobj(script, into, PIECE)


def _keep_key(kept: bytes | None, about: About, given: bytes, var: Path, replace: bool) -> bool | None:
    """The house's own key comes back with its database. What the environment says stays as it is said there."""
    own = var / "secret"
    if kept is not None and not given and (replace or not own.exists()):
        running.write_private(own, kept.decode())
    key = given or (own.read_bytes().strip() if own.exists() else b"")
    return print_of(key) == about.key_print if key else None
