"""pg_dump, pg_restore and psql: the wheel's, else the machine's, never older than the server they speak to.

They run as whoever types the command. A password goes to them by environment: arguments are for everybody to read.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from deploy.errors import DeployError
from deploy.postgres_binaries import MAJOR, installed

OF_DEBIAN = Path("/usr/lib/postgresql")


def find_tool(name: str, server: int) -> Path:
    """The program for a server of this major version. Raises DeployError, naming the package."""
    for major, place in _candidates(name):
        if major >= server:
            return place
    raise DeployError(
        f"no {name} of version {server} or newer is here, and the server is a PostgreSQL {server}: "
        f"install the package postgresql-client-{server}"
    )


def _candidates(name: str) -> Iterator[tuple[int, Path]]:
    wheel = installed()
    if wheel is not None and (wheel / "bin" / name).exists():
        yield int(MAJOR), wheel / "bin" / name
    for folder in sorted(OF_DEBIAN.glob("[0-9]*"), key=lambda each: -int(each.name)):
        if (folder / "bin" / name).exists():
            yield int(folder.name), folder / "bin" / name
    if on_path := shutil.which(name):
        yield _major_of(on_path), Path(on_path)


def _major_of(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\b(\d+)(?:\.\d+)?\b", said)
    return int(found.group(1)) if found else 0


def address(url: str) -> str:
    """What the programs call --dbname, without the password."""
    return make_url(url).set(drivername="postgresql", password=None).render_as_string()


def environ_of(url: str) -> dict[str, str]:
    """Nothing of ours but the password; what PostgreSQL's programs themselves look for stays."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME") or name.startswith("PG")}
    password = make_url(url).password
    return {**kept, "LC_ALL": "C", **({"PGPASSWORD": str(password)} if password else {})}
