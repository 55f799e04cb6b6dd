"""Bring the database to the newest revision: what `alembic upgrade head` does, without its ini file.

Nearly every start finds the newest revision there already. Seeing that takes one query and a look at the scripts' own
words; Alembic, which is a quarter of a second to import and set up, is called only when there is something to do.
"""

from __future__ import annotations

import re

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from campaigns.db.engine import make_engine
from deploy.program import PROJECT

SCRIPTS = PROJECT / "migrations"
_NAMED = re.compile(r"^(revision|down_revision)\b[^=\n]*= *[\"'](\w+)[\"']", re.MULTILINE)


def upgrade(database_url: str) -> None:
    """Several at once are safe: migrations/env.py lets one at a time through."""
    if revisions_in(database_url) == heads():
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["url"] = database_url
    command.upgrade(config, "head")


def heads() -> set[str]:
    """The revisions that no other one follows; a chain of ours has exactly one."""
    return known() - {found.get("down_revision", "") for found in _named()}


def known() -> set[str]:
    """Every revision that this Fanfare can read or bring forward."""
    return {found["revision"] for found in _named()}


def _named() -> list[dict[str, str]]:
    return [dict(_NAMED.findall(script.read_text(encoding="utf-8"))) for script in SCRIPTS.glob("versions/*.py")]


def revisions_in(database_url: str) -> set[str]:
    """What the database says it stands at; nothing when it is new."""
    engine = make_engine(database_url)
    try:
        with engine.connect() as sql:
            return set(sql.scalars(text("SELECT version_num FROM alembic_version")))
    except ProgrammingError:  # there is no such table yet
        return set()
    finally:
        engine.dispose()
