"""Redis clients that fail fast. redis-py retries ten times by default and would apply an increment twice (reliability.md)."""

from __future__ import annotations

from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

MOST = 32  # connections of a client: what a crowd opened would stay open
HURRY_S = 0.5


def hurried(url: str) -> Redis:
    """For boards and the bus: no retry, half a second, and as long for a free connection; whoever calls has SQL to fall back
    on."""
    times = {"socket_timeout": HURRY_S, "socket_connect_timeout": HURRY_S, "timeout": HURRY_S}
    return Redis.from_pool(
        BlockingConnectionPool.from_url(url, max_connections=MOST, retry=Retry(NoBackoff(), 0), **times)
    )


def patient(url: str) -> Redis:
    """For RQ, which raises the socket time-out of the connection it is given: a client of its own."""
    return Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=2)
