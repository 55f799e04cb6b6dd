"""Where things may lie: directories of one owner, reachable for that owner, and sockets with short enough paths.

Started as root, PostgreSQL runs as an unprivileged account (it refuses root). That account must be able to walk
to its data; below a 0700 home it cannot, so there is a second place, chosen by the first one's path and stable.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.errors import DeployError

LONGEST_SOCKET_PATH = 107  # sun_path of Linux is 108 bytes with its closing zero
UNPRIVILEGED = ("fanfare", "postgres", "nobody", "daemon")
SECOND_PLACE = Path("/var/lib/fanfare")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int


def account_for(directory: Path) -> Account | None:
    """None: the account we run as. As root: who owns `directory` already, else the first unprivileged one there is."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(FileNotFoundError):
        owner = directory.stat()
        if owner.st_uid != 0:
            return Account(_name_of(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise DeployError("PostgreSQL does not run as root and this machine has no user " + ", ".join(UNPRIVILEGED))


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def reachable(path: Path, account: Account | None) -> bool:
    """Whether `account` may walk through `path`, which exists, and everything above it (mode bits; no ACLs)."""
    if account is None:
        return True
    for step in (path, *path.parents):
        found = step.stat()
        owned, grouped = found.st_uid == account.uid, found.st_gid == account.gid
        needed = stat.S_IXUSR if owned else stat.S_IXGRP if grouped else stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


def second_place(first: Path) -> Path:
    """A directory outside of every home for what cannot lie at `first`."""
    name = hashlib.sha256(os.fsencode(first)).hexdigest()[:12]
    place = SECOND_PLACE / name
    place.mkdir(parents=True, exist_ok=True)
    for step in (SECOND_PLACE, place):
        step.chmod(0o711)
    return place


def private_directory(path: Path, account: Account | None) -> Path:
    """Make `path` (0700, owned by the account) if it is not there; refuse one that belongs to somebody else."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = os.geteuid() if account is None else account.uid
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), wanted):
        raise DeployError(f"{path} is not a directory of {_name_of(wanted)}; move it away and start again")
    if account is not None and found.st_uid != account.uid:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


def socket_directory(preferred: Path, longest_name: str, account: Account | None) -> Path:
    """`preferred` if a socket called `longest_name` fits in there, else a short private one, stable across starts."""
    if len(os.fsencode(preferred / longest_name)) <= LONGEST_SOCKET_PATH:
        return private_directory(preferred, account)
    short = f"ff-{os.geteuid()}-{hashlib.sha256(os.fsencode(preferred)).hexdigest()[:12]}"
    for parent in (Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp"), Path("/tmp")):
        candidate = parent / short
        if len(os.fsencode(candidate / longest_name)) > LONGEST_SOCKET_PATH or not parent.is_dir():
            continue
        with contextlib.suppress(DeployError, OSError):
            if reachable(parent, account):
                return private_directory(candidate, account)
    # somebody sits on the predictable name: any private directory will do
    return private_directory(Path(tempfile.mkdtemp(prefix="ff-", dir="/tmp")), account)
