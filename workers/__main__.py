"""Composition root of `python -m workers` (one RQ worker), `python -m workers sweeper` and `python -m workers rehearsal RUN`.

A SimpleWorker: no fork per job, because ours are few, set-based and idempotent.
"""

from __future__ import annotations

import logging
import os
import sys

from redis.client import Pipeline
from rq import Queue, SimpleWorker, worker_registration
from rq.job import Job
from rq.serializers import JSONSerializer

from campaigns.bootstrap import QUEUE, Services, build_services
from campaigns.live.connect import patient
from config import Settings
from workers import jobs, rehearsing
from workers.queues import ALLOWED
from workers.sweeper import Sweeper

log = logging.getLogger("fanfare.worker")
HEARD_EVERY_S = 45  # by an idle worker, for /healthz, which waits 120 s; RQ's own choice is 405 s


class ListedJob(Job):
    """A job whose callable must be on the list; anything else in the queue is refused, not imported."""

    @property
    def func(self):  # type: ignore[no-untyped-def]  # RQ leaves it untyped
        if self.func_name not in ALLOWED:
            raise PermissionError(f"{self.func_name!r} is not a job of ours")
        return super().func

    @property
    def success_callback(self) -> None:
        """We have none; a payload may name any function of the machine here, and RQ would import and call it."""

    failure_callback = stopped_callback = success_callback


class RegisteredWorker(SimpleWorker):
    """RQ puts its name on the list of workers when it starts; a Redis that has forgotten all would never hear of it again."""

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        super().heartbeat(timeout, pipeline)
        worker_registration.register(self, pipeline)


def make_worker(settings: Settings) -> SimpleWorker:
    """RQ waits for a job, and says nothing meanwhile, for its TTL less 15 s."""
    queue = Queue(QUEUE, connection=patient(settings.queue_redis_url), serializer=JSONSerializer)
    return RegisteredWorker(
        [queue],
        connection=queue.connection,
        serializer=JSONSerializer,
        job_class=ListedJob,
        worker_ttl=HEARD_EVERY_S + 15,
    )


def work(services: Services, settings: Settings) -> None:
    jobs.bind(services)
    make_worker(settings).work(logging_level="WARNING")


def main(arguments: list[str]) -> None:
    settings = Settings.from_environ(os.environ).complete()
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s %(message)s")
    services = build_services(settings, pool_size=3)
    if arguments == ["sweeper"]:
        Sweeper(services).run()
    elif arguments[:1] == ["rehearsal"] and len(arguments) == 2 and arguments[1].isdigit():
        from realtime.doors import raise_file_limit, sockets_within  # no other worker needs to carry the wire

        sockets = settings.max_sockets or sockets_within(raise_file_limit())
        rehearsing.play(services, int(arguments[1]), settings.host, settings.port, sockets)
    elif arguments:
        raise SystemExit(f"python -m workers [sweeper | rehearsal RUN]: got {arguments}")
    else:
        work(services, settings)


if __name__ == "__main__":
    main(sys.argv[1:])
