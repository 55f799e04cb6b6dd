"""Stores that may be killed: a PostgreSQL and a Redis of these tests' own, with a house on top."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from campaigns.bootstrap import Services, build_services
from config import Settings
from deploy.house import House
from deploy.migrate import upgrade
from deploy.postgres import PostgresServer
from deploy.redis import RedisServer
from tests.conftest import SECRET, close


@dataclass(frozen=True)
class Fragile:
    """Everything that can be taken away from under a show. `services`: the test's own view of the record."""

    postgres: PostgresServer
    redis: RedisServer
    house: House
    services: Services

    def made_whole(self) -> None:
        """What the supervisor of `make run` does for processes that have died."""
        for server in (self.postgres, self.redis, self.house.web, self.house.worker, self.house.sweeper):
            if server.pid is None:
                server.start()


@pytest.fixture(scope="module")
def fragile() -> Iterator[Fragile]:
    folder = Path(tempfile.mkdtemp(prefix="ff-faults-"))
    folder.chmod(0o711)
    with PostgresServer(folder / "pg") as postgres, RedisServer(folder / "redis") as redis:
        upgrade(postgres.url)
        given = {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url, "SECRET_KEY": SECRET, "HOST": "127.0.0.1"}
        settings = Settings.from_environ(given)
        services = build_services(settings)
        with House(settings) as house:
            yield Fragile(postgres, redis, house, services)
        close(services)
    shutil.rmtree(folder, ignore_errors=True)
