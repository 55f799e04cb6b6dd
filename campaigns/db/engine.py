"""The one way to a SQL connection.

A statement that hangs must not hold a greenlet for ever: statement and lock time-outs are set on the server side, because
gevent.Timeout would leave psycopg in the middle of a protocol exchange.
"""

from __future__ import annotations

from sqlalchemy import Engine, create_engine


def make_engine(url: str, *, pool_size: int = 10, statement_timeout_ms: int = 15_000) -> Engine:
    """An engine on PostgreSQL by psycopg 3; connections are checked before use so that a restarted server is survived."""
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    options = f"-c statement_timeout={statement_timeout_ms} -c lock_timeout=10000 -c timezone=UTC -c jit=off"
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": 5},
    )
