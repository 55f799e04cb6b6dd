"""Signs of life of the processes beside the web: for /healthz and for the checklist. Ages in seconds; None: never seen.

The worker is alive if RQ has heard its heartbeat; the sweeper if it wrote `fanfare:sweeper` in Redis within its minute.
Raises RedisError while Redis cannot say. Rejected: RQ's Worker objects; each raises the time-out of the pool that it is given
to minutes, and the web's other uses of it would wait as long for a Redis that hangs.
"""

from __future__ import annotations

from datetime import UTC, datetime

from rq.utils import utcparse
from rq.worker_registration import get_keys

from campaigns.bootstrap import Services
from campaigns.live import keys


def worker_ago_s(services: Services) -> float | None:
    redis = services.queue.connection
    beats = [redis.hget(key, "last_heartbeat") for key in get_keys(connection=redis)]
    heard_s = [utcparse(beat.decode()).timestamp() for beat in beats if isinstance(beat, bytes)]
    return _ago_s(services, max(heard_s, default=None))


def sweeper_ago_s(services: Services) -> float | None:
    stamp = services.live.get(keys.SWEEPER_SEEN)
    return _ago_s(services, float(stamp) if isinstance(stamp, (bytes, str)) else None)


def oldest_job_s(services: Services) -> float | None:
    """How long the job waits that is next. None: none waits."""
    for job in services.queue.get_jobs(0, 1):
        at: datetime | None = job.enqueued_at
        if at is not None:
            return _ago_s(services, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    return None


def _ago_s(services: Services, seen_s: float | None) -> float | None:
    return None if seen_s is None else round(max(0.0, services.now().at.timestamp() - seen_s), 1)
