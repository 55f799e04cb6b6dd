"""Bring the database to the newest revision: what `alembic upgrade head` does, without its ini file."""

from __future__ import annotations

from alembic import command
from alembic.config import Config

from deploy.program import PROJECT


def upgrade(database_url: str) -> None:
    """Several at once are safe: migrations/env.py lets one at a time through."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes["url"] = database_url
    command.upgrade(config, "head")
