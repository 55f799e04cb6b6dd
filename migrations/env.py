"""Where Alembic learns the database: DATABASE_URL, or `config.attributes["url"]` from whoever calls it as a library.

A lock in the database lets only one process migrate at a time; the others wait and then find nothing to do.
"""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import text

from campaigns.db import (  # noqa: F401 - their tables register themselves in Base.metadata
    audit,
    backups,
    bank,
    cohorts,
    crew,
    doors,
    editing,
    identities,
    plays,
    prizes,
    proposals,
    records,
    rehearsals,
    schedules,
    themes,
    visits,
)
from campaigns.db.engine import make_engine
from campaigns.db.models import Base
from config import ConfigError, Settings

LOCK = 0x46616E66  # "Fanf": any number that all our migrations share


def database_url() -> str:
    """The address to migrate. Raises ConfigError."""
    url = context.config.attributes.get("url") or Settings.from_environ(os.environ).database_url
    if not url:
        raise ConfigError("DATABASE_URL", "", "the address of a PostgreSQL database")
    return str(url)


def run_migrations() -> None:
    engine = make_engine(database_url(), statement_timeout_ms=0)
    with engine.begin() as sql:
        sql.execute(text("SET LOCAL lock_timeout = 0"))
        sql.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.configure(connection=sql, target_metadata=Base.metadata, compare_type=True, compare_server_default=True)
        context.run_migrations()
    engine.dispose()


run_migrations()
