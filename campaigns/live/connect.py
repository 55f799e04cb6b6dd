"""Redis clients that fail fast. redis-py retries ten times by default and would apply an increment twice (reliability.md)."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def hurried(url: str) -> Redis:
    """For boards and the bus: no retry, half a second; whoever calls has SQL to fall back on."""
    return Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=0.5, socket_connect_timeout=0.5)


def patient(url: str) -> Redis:
    """For RQ, which raises the socket time-out of the connection it is given: a client of its own."""
    return Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=2)
