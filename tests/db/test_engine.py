"""A connection that the server has ended is noticed before it is used."""

from __future__ import annotations

from sqlalchemy import text

from campaigns.bootstrap import Services
from campaigns.db.engine import make_engine
from config import Settings

PID = text("SELECT pg_backend_pid()")
END = text("SELECT pg_terminate_backend(:pid, 5000)")


def test_an_idle_connection_that_the_server_ended_is_replaced_without_an_error(
    services: Services, settings: Settings
) -> None:
    engine = make_engine(settings.database_url, pool_size=1)
    with engine.connect() as sql:
        before = sql.scalar(PID)
    with engine.connect() as sql:
        assert sql.scalar(PID) == before  # it is kept
    with services.sql.connect() as other:
        assert other.scalar(END, {"pid": before}) is True  # waits until the process is gone
    with engine.connect() as sql:
        assert sql.scalar(PID) not in (None, before)
    engine.dispose()
