"""The file of a backup: a zip that anybody can look into, whole or refused.

    database.dump   pg_dump's custom format, compressed; pictures are rows of the database and so are in it
    secret          the key of the house, where it has made its own: receipts, links and draws are checked by it
    fanfare.json    written last: what this is, and the SHA-256 of the dump

It is written aside and renamed. A zip's directory stands at its end, so a half one has none; every byte of the dump is
read and compared before the first is used. Rejected: a bare dump, which restores as far as it is not damaged.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from deploy.errors import DeployError

DUMP, SECRET, ABOUT = "database.dump", "secret", "fanfare.json"
FORMAT = 1
PIECE = 1 << 20
LONGEST_ABOUT = 64 * 1024


@dataclass(frozen=True, slots=True)
class About:
    """`key_print`: of the key by which what is in the dump was signed, so that another one can be told."""

    revision: str
    taken_at: str
    bytes: int
    sha256: str
    key_print: str
    format: int = FORMAT


def print_of(secret: bytes) -> str:
    return hashlib.sha256(b"fanfare backup\n" + secret).hexdigest()[:16]


@contextlib.contextmanager
def written(file: Path) -> Iterator[ZipFile]:
    """A zip that becomes `file` when the block is left in peace, and nothing otherwise. Readable for its owner only."""
    half = file.with_name(file.name + ".half")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as opened:
            with ZipFile(opened, "w") as made:
                yield made
            opened.flush()
            os.fsync(opened.fileno())
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)


def put_dump(made: ZipFile, dump: IO[bytes]) -> tuple[int, str]:
    """Its length and SHA-256."""
    digest, length = hashlib.sha256(), 0
    with made.open(DUMP, "w", force_zip64=True) as member:
        while piece := dump.read(PIECE):
            digest.update(piece)
            length += len(piece)
            member.write(piece)
    return length, digest.hexdigest()


def put_rest(made: ZipFile, about: About, secret: bytes | None) -> None:
    if secret is not None:
        made.writestr(SECRET, secret)
    made.writestr(ABOUT, json.dumps(asdict(about), indent=2))


@contextlib.contextmanager
def opened(file: Path) -> Iterator[tuple[ZipFile, About]]:
    """A backup that is whole, every byte of it. Raises DeployError, naming the file."""
    try:
        with ZipFile(file) as found:
            about = _about(found, file)
            _compare(found, about, file)
            yield found, about
    except BadZipFile as error:
        raise DeployError(f"{file} is no whole backup ({error}): nothing was done") from error
    except OSError as error:
        raise DeployError(f"{file} cannot be read: {error.strerror or error}") from error


def secret_in(found: ZipFile) -> bytes | None:
    return found.read(SECRET).strip() if SECRET in found.namelist() else None


def _about(found: ZipFile, file: Path) -> About:
    try:
        info = found.getinfo(ABOUT)
        values = json.loads(_read(found, info))
        about = About(**values)
        datetime.fromisoformat(about.taken_at)
    except (KeyError, TypeError, ValueError) as error:
        raise DeployError(f"{file} is no backup of Fanfare: nothing was done") from error
    if about.format != FORMAT:
        raise DeployError(f"{file} has the format {about.format}, this Fanfare knows {FORMAT}: nothing was done")
    return about


def _read(found: ZipFile, info: ZipInfo) -> bytes:
    if info.file_size > LONGEST_ABOUT:
        raise ValueError(f"{info.filename} is too long")
    return found.read(info)


def _compare(found: ZipFile, about: About, file: Path) -> None:
    digest = hashlib.sha256()
    try:
        with found.open(DUMP) as member:
            while piece := member.read(PIECE):
                digest.update(piece)
    except KeyError as error:
        raise DeployError(f"{file} has no {DUMP} in it: nothing was done") from error
    if digest.hexdigest() != about.sha256:
        raise DeployError(f"{file} is damaged: its dump is not what was written: nothing was done")
