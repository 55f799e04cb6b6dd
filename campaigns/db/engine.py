"""The one way to a SQL connection.

A statement that hangs must not hold a greenlet for ever: statement and lock time-outs are set on the server side, because
gevent.Timeout would leave psycopg in the middle of a protocol exchange.
"""

from __future__ import annotations

from typing import Any

from psycopg import OperationalError
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError


def make_engine(url: str, *, pool_size: int = 10, statement_timeout_ms: int = 15_000) -> Engine:
    """An engine on PostgreSQL by psycopg 3; connections are looked at before use so that a restarted server is survived.

    What was opened in a crowd stays open: to open one costs both sides ten milliseconds, most when there is least time. The
    one last used is used first: its statements are prepared and its backend's caches are warm.
    """
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    options = f"-c statement_timeout={statement_timeout_ms} -c lock_timeout=10000 -c timezone=UTC -c jit=off"
    engine = create_engine(
        url,
        pool_size=pool_size * 2,
        max_overflow=0,
        pool_use_lifo=True,
        pool_timeout=5,
        connect_args={"options": options, "connect_timeout": 5},
    )
    event.listen(engine, "checkout", _look_at)
    return engine


def one_statement(engine: Engine) -> Engine:
    """The same engine for transactions of one statement: without the round trips of BEGIN and COMMIT. What it returns has been
    committed: psycopg waits for the server's word that the transaction is over."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _look_at(connection: Any, record: object, proxy: object) -> None:
    """An idle connection has nothing to say; if the server has closed it, reading finds its end and the pool makes a new one.

    Twice, because a server that was stopped says so before it hangs up. Instead of `pool_pre_ping`, which costs a round trip
    before every use; and never a wait, not even for gevent's loop (libpq reads only what has come): microseconds.
    """
    try:
        for _ in range(2):
            connection.pgconn.consume_input()
    except OperationalError as error:
        raise DisconnectionError from error
