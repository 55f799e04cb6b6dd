"""How a report looks at the record: at one moment of it, unable to write, and with time for a hundred thousand answers.

Nested loops are what the planner picks for tables it has not counted yet, which those of a run that has just ended are, and
they are quadratic in the fans.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from campaigns.bootstrap import Services

PATIENCE = text("SET LOCAL statement_timeout = '60s'")
NO_LOOPS = text("SET LOCAL enable_nestloop = off")
MODE = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@contextmanager
def snapshot(services: Services) -> Iterator[Connection]:
    with services.sql.connect().execution_options(**MODE) as sql:
        sql.execute(PATIENCE)
        sql.execute(NO_LOOPS)
        yield sql
