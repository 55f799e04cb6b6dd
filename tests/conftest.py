"""Real stores for everybody: one PostgreSQL and one Redis a session, a template database copied per test module.

These stores die with the session, so they need not outlive a power cut: fsync is off. What must survive is tested on stores
of its own (tests/deploy, tests/faults). Tests are not patched by gevent; the web process is, so tests that need the wire
start it as a process (deploy/house.py).
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from redis import Redis
from sqlalchemy import create_engine, text

from campaigns.bootstrap import Services, build_services
from campaigns.domain.moment import Moment
from config import Settings
from deploy.house import House
from deploy.migrate import upgrade
from deploy.postgres import PostgresServer
from deploy.redis import RedisServer

TEMPLATE = "fanfare_template"
# CREATE and DROP DATABASE wait for checkpoints, every commit for the disk.
CARELESS = (*(f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "full_page_writes")), "SELECT pg_reload_conf()")
SECRET = "a secret of the tests, long enough"

# No deadline: on two shared cores a slow example is no failure. The build machine judges a change by the same examples
# every time; at the desk each run looks for new ones.
hypothesis_settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
hypothesis_settings.load_profile("house")


@dataclass(frozen=True)
class Stores:
    postgres: PostgresServer
    redis: RedisServer


@pytest.fixture(scope="session")
def stores() -> Iterator[Stores]:
    folder = Path(tempfile.mkdtemp(prefix="ff-stores-"))
    folder.chmod(0o711)  # PostgreSQL's account must be able to walk in
    with PostgresServer(folder / "pg") as postgres, RedisServer(folder / "redis") as redis:
        for statement in (*CARELESS, f"CREATE DATABASE {TEMPLATE}"):
            _sql(postgres, statement)
        upgrade(postgres.url_for(TEMPLATE))
        yield Stores(postgres, redis)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_settings(stores: Stores) -> Iterator[Settings]:
    """Settings of an empty, migrated database, which is dropped afterwards, and an empty Redis."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    _sql(stores.postgres, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    with Redis.from_url(stores.redis.url) as redis:
        redis.flushall()
    yield Settings.from_environ(
        {"DATABASE_URL": stores.postgres.url_for(name), "REDIS_URL": stores.redis.url, "SECRET_KEY": SECRET}
        | {"HOST": "127.0.0.1"}
    )
    _sql(stores.postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def settings(stores: Stores) -> Iterator[Settings]:
    """Each test module has a database of its own."""
    with fresh_settings(stores) as made:
        yield made


@pytest.fixture(scope="module")
def services(settings: Settings) -> Iterator[Services]:
    built = build_services(settings)
    yield built
    close(built)


def close(built: Services) -> None:
    built.sql.dispose()
    built.answers_sql.dispose()
    for client in (built.live, built.bus, built.queue.connection):
        client.close()


@pytest.fixture(scope="module")
def house(settings: Settings) -> Iterator[House]:
    """Web, worker and sweeper as real processes on a free port."""
    with House(settings) as running:
        yield running


class FakeTime:
    """A clock that stands still until it is told to go on. `ns` begins where a real boot would be long past."""

    def __init__(self) -> None:
        self.at, self.ns, self.boot_id = datetime(2026, 11, 22, 9, 0, tzinfo=UTC), 10**12, "boot-of-the-tests"

    def __call__(self) -> Moment:
        return Moment(self.at, self.ns, self.boot_id)


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def services_at(settings: Settings) -> Iterator[Callable[[Callable[[], Moment]], Services]]:
    """Services with a clock of the test's own: services_at(fake_time)."""
    made: list[Services] = []

    def make(now: Callable[[], Moment]) -> Services:
        made.append(build_services(settings, now))
        return made[-1]

    yield make
    for built in made:
        close(built)


def _sql(postgres: PostgresServer, statement: str) -> None:
    engine = create_engine(postgres.url_for("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as sql:
        sql.execute(text(statement))
    engine.dispose()
