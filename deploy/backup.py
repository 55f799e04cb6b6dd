"""`cli.py backup`: everything that cannot be made again, in one file (backup_file.py), beside a house that goes on running.

pg_dump reads one instant of the database and blocks nobody; answers committed later are not in it. Redis is left out: no
fact is in there. Secrets that the environment gave are named, not copied.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from deploy.backup_file import About, print_of, put_dump, put_rest, written
from deploy.errors import DeployError
from deploy.migrate import revisions_in
from deploy.postgres_tools import address, environ_of, find_tool

FOLDER = "backups"


@dataclass(frozen=True, slots=True)
class Told:
    """`keeps_secret`: the key of the house is in the file."""

    file: Path
    bytes: int
    taken_at: datetime
    sha256: str
    keeps_secret: bool


def default_file(var: Path, at: datetime) -> Path:
    return var / FOLDER / f"fanfare-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"


def back_up(url: str, secret: bytes, var: Path, file: Path, at: datetime) -> Told:
    """Raises DeployError; then there is no `file`, or the one of before."""
    (revision,) = revisions_in(url) or {""}
    if not revision:
        raise DeployError("the database is empty: there is nothing to back up")
    own = var / "secret"
    kept = secret if own.exists() and own.read_bytes().strip() == secret else None
    try:
        with written(file) as made, tempfile.TemporaryFile() as complaints:
            dump = _dump(url, complaints.fileno())
            assert dump.stdout is not None
            with dump:
                length, sha256 = put_dump(made, dump.stdout)
            if dump.returncode != 0:
                complaints.seek(0)
                raise DeployError(f"pg_dump failed: {complaints.read(2000).decode(errors='replace').strip()}")
            put_rest(made, About(revision, at.isoformat(), length, sha256, print_of(secret)), kept)
    except OSError as error:
        raise DeployError(f"{file} cannot be written: {error.strerror or error}") from error
    return Told(file, file.stat().st_size, at, sha256, kept is not None)


def _dump(url: str, complaints: int) -> subprocess.Popen[bytes]:
    options = ["--format=custom", "--compress=6", "--no-owner", "--no-privileges", "--no-password"]
    argv = [str(find_tool("pg_dump", server_version(url))), *options, f"--dbname={address(url)}"]
    return subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints, env=environ_of(url)
    )


def server_version(url: str) -> int:
    """The major one. Raises DeployError when nobody answers."""
    try:
        with psycopg.connect(address(url), password=environ_of(url).get("PGPASSWORD"), connect_timeout=5) as sql:
            return sql.info.server_version // 10_000
    except psycopg.OperationalError as error:
        raise DeployError(f"the database does not answer: {error}") from error
