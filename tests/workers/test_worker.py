"""A real RQ worker process: it takes the jobs that are on the list, and nothing else however the queue asks."""

from __future__ import annotations

import pickle
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rq import Worker
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.pulse import worker_ago_s
from campaigns.db.records import Event, LedgerEntry
from campaigns.domain.checklist import WORKER_SILENT_S
from campaigns.live.connect import HURRY_S
from config import Settings
from deploy.program import Program, Server
from tests.show import Show
from tests.show_fixtures import Stage
from tests.stage import single
from workers.__main__ import HEARD_EVERY_S, make_worker
from workers.queues import ALLOWED

PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def worker(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    environ = settings.environ_for_children({"PATH": "/usr/bin:/bin"})
    with Server(Program("worker", (sys.executable, "-m", "workers"), environ, log=log)) as running:
        yield running


def until(found: Callable[[], object]) -> None:
    began = time.monotonic()
    while not found():
        assert time.monotonic() - began < PATIENCE_S, "it did not come to that"
        time.sleep(0.02)


def over(job: Job) -> JobStatus:
    until(lambda: job.get_status(refresh=True) in (JobStatus.FINISHED, JobStatus.FAILED))
    return job.get_status()


def ready(stage: Stage) -> tuple[Show, int]:
    """A round closed long enough ago for a worker on the real clock, and the fan who was right."""
    show = stage(single())
    fan = show.fan("小明")
    show.ask()
    show.say(fan, "b")
    return show, fan


def test_a_closed_round_is_settled_and_an_ended_run_awarded_by_the_worker(worker: Server, stage: Stage) -> None:
    show, fan = ready(stage)
    show.close()  # the press hints the worker
    until(lambda: show.round(1).state == "settled")
    assert show.scores(1) == {fan: 975} and show.next() == "moved"
    show.to_the_end()
    until(lambda: show.run().awarded_version == 1)
    assert [row.amount for row in show.rows(select(LedgerEntry).where(LedgerEntry.fan_id == fan))] == [1950]


def test_a_job_that_comes_twice_and_a_job_for_nothing_do_no_harm(worker: Server, stage: Stage) -> None:
    show, fan = ready(stage)
    show.close()
    queue = show.services.queue
    jobs = [queue.enqueue("workers.jobs.settle_round", show.round(1).id, result_ttl=60) for _ in range(3)]
    jobs += [queue.enqueue("workers.jobs.award_badges", show.run_id, result_ttl=60) for _ in range(2)]
    assert {over(job) for job in jobs} == {JobStatus.FINISHED}
    assert show.scores(1) == {fan: 975} and show.versions(1) == [1]
    settled = select(Event).where(Event.run_id == show.run_id, Event.kind == "settled")
    assert len(show.rows(settled)) == 1
    assert show.rows(select(LedgerEntry).where(LedgerEntry.run_id == show.run_id)) == []  # it has not ended


@pytest.mark.parametrize("callable_name", ["os.system", "workers.jobs.bind", "workers.__main__.main", "nonsense"])
def test_a_payload_that_names_another_callable_is_refused(
    worker: Server, services: Services, tmp_path: Path, callable_name: str
) -> None:
    assert callable_name not in ALLOWED
    proof = tmp_path / "was-here"
    job = services.queue.enqueue(callable_name, f"touch {proof}")
    assert over(job) is JobStatus.FAILED and not proof.exists()
    assert worker.pid is not None


def test_a_callback_smuggled_into_a_job_is_not_called(worker: Server, services: Services) -> None:
    services.queue.connection.delete("smuggled")
    smuggled = Job.create(
        "workers.jobs.settle_round", (-1,), connection=services.queue.connection, serializer=JSONSerializer
    )
    smuggled._success_callback_name = "tests.workers.smuggled.call"
    smuggled._failure_callback_name = "tests.workers.smuggled.call"
    services.queue.enqueue_job(smuggled)
    over(smuggled)
    time.sleep(0.2)
    assert services.queue.connection.get("smuggled") is None


class Bomb:
    """What a pickled payload would do on being read."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return Path.touch, (self.proof,)  # type: ignore[return-value]  # what pickle wants: a callable and its arguments


def test_a_pickled_payload_is_never_unpickled_and_the_worker_goes_on(
    worker: Server, services: Services, stage: Stage, tmp_path: Path
) -> None:
    proof = tmp_path / "exploded"
    queue = services.queue
    poisoned = Job.create("workers.jobs.settle_round", (1,), connection=queue.connection, serializer=JSONSerializer)
    poisoned.save()
    queue.connection.hset(poisoned.key, "data", pickle.dumps(("workers.jobs.settle_round", None, (Bomb(proof),), {})))
    queue.connection.rpush(queue.key, poisoned.id)
    show, fan = ready(stage)
    show.close()  # behind it in the queue
    until(lambda: show.round(1).state == "settled")
    assert not proof.exists() and show.scores(1) == {fan: 975} and worker.pid is not None


def test_an_idle_worker_is_heard_long_before_it_is_called_dead(settings: Settings, services: Services) -> None:
    """RQ's heart beats once before it waits for a job, and the wait is what its TTL leaves."""
    idle = make_worker(settings)
    assert idle.dequeue_timeout == HEARD_EVERY_S <= 60 and 2 * idle.dequeue_timeout < WORKER_SILENT_S
    began = datetime.now(UTC)
    idle.register_birth()  # type: ignore[no-untyped-call]  # RQ leaves it untyped
    try:
        idle.dequeue_job_and_maintain_ttl(timeout=1, max_idle_time=1)
        heard = [each.last_heartbeat for each in Worker.all(connection=idle.connection) if each.name == idle.name]
        assert len(heard) == 1 and heard[0] is not None and heard[0] >= began - timedelta(seconds=1)
        assert worker_ago_s(services) is not None
        times = services.queue.connection.connection_pool.connection_kwargs
        assert times["socket_timeout"] == HURRY_S  # to ask after workers makes nobody patient with a Redis that hangs
        assert HEARD_EVERY_S < idle.connection.ttl(idle.key) <= idle.worker_ttl + 60
    finally:
        idle.register_death()  # type: ignore[no-untyped-call]  # the same


def test_a_redis_that_has_forgotten_everything_hears_of_the_worker_with_its_next_beat(settings: Settings) -> None:
    forgotten = make_worker(settings)
    names = forgotten.redis_workers_keys
    forgotten.register_birth()  # type: ignore[no-untyped-call]  # RQ leaves it untyped
    try:
        forgotten.connection.delete(names, forgotten.key)
        forgotten.heartbeat()
        assert forgotten.connection.sismember(names, forgotten.key)
        assert forgotten.connection.hget(forgotten.key, "last_heartbeat")
    finally:
        forgotten.register_death()  # type: ignore[no-untyped-call]  # RQ leaves it untyped
