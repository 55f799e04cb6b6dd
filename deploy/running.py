"""What a running `cli.py up` leaves for commands beside it: that it runs, and where its database and Redis are.

`up.lock` is held as long as it lives (a lock dies with its process, a pid file does not) and says who holds it; `up.json`
(0600) holds the environ its children got. A second start on the same folder is refused by the lock, unless the first
has begun to stop: then it waits for its end.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from deploy.errors import DeployError

STOPPING = "stopping"
STOPPED_WITHIN_S = 6.0  # a house is down in five


@contextlib.contextmanager
def only_one(var: Path) -> Iterator[Callable[[], None]]:
    """Yields what to call when stopping begins. Raises DeployError while another start holds this folder."""
    try:
        var.mkdir(mode=0o711, parents=True, exist_ok=True)
        descriptor = os.open(var / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DeployError(f"cannot write to {var} ({error.strerror}); set VAR_DIR to a folder of yours") from error
    try:
        _take(descriptor, var)
        _inscribe(descriptor, str(os.getpid()))
        yield lambda: _inscribe(descriptor, f"{os.getpid()} {STOPPING}")
    finally:
        os.close(descriptor)


def _take(descriptor: int, var: Path) -> None:
    until = time.monotonic() + STOPPED_WITHIN_S
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid, _, stopping = os.pread(descriptor, 40, 0).decode("ascii", "replace").partition(" ")
            if not stopping or time.monotonic() > until:
                words = f"Fanfare already runs on {var} (process {pid or '?'}); stop it or set VAR_DIR"
                raise DeployError(words) from error
            time.sleep(0.02)  # a lock cannot be waited for with a limit


def _inscribe(descriptor: int, words: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, words.encode(), 0)


def announce(var: Path, environ: Mapping[str, str]) -> None:
    write_private(var / "up.json", json.dumps(dict(environ)))


def withdraw(var: Path) -> None:
    (var / "up.json").unlink(missing_ok=True)


def beside_running(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ`, completed by the addresses of the `up` that runs on the same VAR_DIR, if one does."""
    var = Path(environ.get("VAR_DIR") or "var")
    if not _held(var / "up.lock"):
        return dict(environ)
    try:
        offered: dict[str, str] = json.loads((var / "up.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return dict(environ)
    own = {name for name, value in environ.items() if value}
    named = own | {name.removesuffix("_FILE") for name in own}
    if "REDIS_URL" in named:
        named |= {"LIVE_REDIS_URL", "QUEUE_REDIS_URL", "BUS_REDIS_URL"}
    return {**environ, **{name: value for name, value in offered.items() if name not in named}}


def _held(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def secret_of(var: Path) -> bytes:
    """The installation's secret, made on the first start; sessions and links stay valid across starts."""
    path = var / "secret"
    if not path.exists():
        write_private(path, secrets.token_hex(32))
    return path.read_bytes().strip()


def write_private(path: Path, content: str) -> None:
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
