"""One house for all modules of this folder: its processes take seconds to start, and no test here stops them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from campaigns.bootstrap import Services, build_services
from config import Settings
from tests.house import House

TEMPLATE, SECRET = "fanfare_template", "a secret of the tests, long enough"


@pytest.fixture(scope="package")
def settings(stores: Any) -> Iterator[Settings]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    engine = create_engine(stores.postgres.url_for("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as sql:
        sql.execute(text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
        urls = {"DATABASE_URL": stores.postgres.url_for(name), "REDIS_URL": stores.redis.url}
        yield Settings.from_environ({**urls, "SECRET_KEY": SECRET, "HOST": "127.0.0.1"})
        sql.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="package")
def services(settings: Settings) -> Iterator[Services]:
    built = build_services(settings)
    yield built
    built.sql.dispose()
    built.answers_sql.dispose()
    for client in (built.live, built.bus, built.queue.connection):
        client.close()


@pytest.fixture(scope="package")
def house(settings: Settings) -> Iterator[House]:
    with House(settings) as running:
        yield running
