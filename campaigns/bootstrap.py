"""Services: what every use case needs, built in one place. Passed explicitly; nobody imports a global."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import Connection, Engine

from campaigns.db.engine import make_engine
from campaigns.db.events import Transition, transition
from campaigns.db.visits import Visits
from campaigns.domain.kept import Kept
from campaigns.domain.moment import Moment
from campaigns.live import keys
from campaigns.live.connect import hurried

log = logging.getLogger("fanfare")
QUEUE = "fanfare"
LONGEST_S = 3600  # of a job: settling millions of plays takes minutes, and one that is cut off begins again


class ServiceSettings(Protocol):
    """The part of config.Settings that services need (only composition roots may import config)."""

    @property
    def database_url(self) -> str: ...
    @property
    def live_redis_url(self) -> str: ...
    @property
    def queue_redis_url(self) -> str: ...
    @property
    def bus_redis_url(self) -> str: ...
    @property
    def secret_key(self) -> bytes: ...
    @property
    def condense_days(self) -> int: ...


@dataclass(frozen=True)
class Services:
    """`sql` remembers, `live`/`bus`/`queue` hurry, `now` reads both clocks, `secret` signs receipts.
    `condense_days`: how long the steps of an ended play are kept. `visits` counts what this process writes later;
    `told` keeps what the pages of runs that are over say to everybody (campaigns/play/told.py).

    `answers_sql` is the journal's own: a queue for connections elsewhere must not hold up an answer.
    """

    sql: Engine
    answers_sql: Engine
    live: Redis
    bus: Redis
    queue: Queue
    now: Callable[[], Moment]
    secret: bytes
    condense_days: int = 30
    visits: Visits = field(default_factory=Visits)
    told: Kept[Any] = field(default_factory=lambda: Kept(most=32, for_ns=10 * 10**9))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """For reads that need no transaction around them: it would cost two more round trips, and a join reads ten times."""
        with self.sql.connect().execution_options(isolation_level="AUTOCOMMIT") as sql:
            yield sql

    @contextmanager
    def transition(self, run_id: int) -> Iterator[Transition]:
        """A transaction holding the campaign's lock; after the commit what it `moved` is told, and its `jobs` are enqueued."""
        with transition(self.sql, run_id, self.now) as change:
            yield change
        self.tell(change)

    def tell(self, change: Transition) -> None:
        """What is for after the commit."""
        self.publish(change.moved)
        for job, row_id in change.jobs:
            self.enqueue(job, row_id)

    def enqueue(self, job: str, *ids: int) -> bool:
        """Hint to the workers. False when Redis is away: the row in SQL is the queue of record, the sweeper finds it."""
        try:
            self.queue.enqueue(f"workers.jobs.{job}", *ids, job_timeout=LONGEST_S, result_ttl=60, failure_ttl=3600)
        except RedisError as error:
            log.warning("enqueue %s%s: %s", job, ids, error)
            return False
        return True

    def publish(self, moved: dict[int, int]) -> None:
        """Tell all web processes that runs have newer events. A lost hint costs a second: they also ask SQL."""
        for run_id, seq in moved.items():
            try:
                self.bus.publish(keys.MOVED, f"{run_id} {seq}")
            except RedisError as error:
                log.warning("publish run %s: %s", run_id, error)

    def publish_wall(self, campaign_id: int) -> None:
        """Tell all web processes that the campaign's screens follow another run now; lost, it costs a second too."""
        try:
            self.bus.publish(keys.WALL, str(campaign_id))
        except RedisError as error:
            log.warning("publish wall %s: %s", campaign_id, error)


def boot_id() -> str:
    """Names this boot of this host: the span within which monotonic readings compare."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def system_clock() -> Callable[[], Moment]:
    boot = boot_id()
    return lambda: Moment(datetime.now(UTC), time.monotonic_ns(), boot)


def build_services(
    settings: ServiceSettings, now: Callable[[], Moment] | None = None, *, pool_size: int = 10
) -> Services:
    """All services of one process; opens no connection yet."""
    queue = Queue(QUEUE, connection=hurried(settings.queue_redis_url), serializer=JSONSerializer)
    return Services(
        sql=make_engine(settings.database_url, pool_size=pool_size),
        answers_sql=make_engine(settings.database_url, pool_size=2),
        live=hurried(settings.live_redis_url),
        bus=hurried(settings.bus_redis_url),
        queue=queue,
        now=now or system_clock(),
        secret=settings.secret_key,
        condense_days=settings.condense_days,
    )
