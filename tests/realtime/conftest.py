"""One house for all modules of this folder: its processes take seconds to start, and no test here stops them."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
import pytest

from campaigns.bootstrap import Services, build_services
from config import Settings
from deploy.house import House
from tests.conftest import Stores, close, fresh_settings


@pytest.fixture(autouse=True)
def loop_knows_the_time() -> None:
    """The event loop's clock stands still while nobody uses it: a time-out set by it would have passed already."""
    gevent.get_hub().loop.update_now()


@pytest.fixture(scope="package")
def settings(stores: Stores) -> Iterator[Settings]:
    with fresh_settings(stores) as made:
        yield made


@pytest.fixture(scope="package")
def services(settings: Settings) -> Iterator[Services]:
    built = build_services(settings)
    yield built
    close(built)


@pytest.fixture(scope="package")
def house(settings: Settings) -> Iterator[House]:
    with House(settings) as running:
        yield running
