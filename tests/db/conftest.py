"""A show whose round is open for the journal's tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from campaigns.bootstrap import Services
from tests.conftest import FakeTime
from tests.show import Show
from tests.stage import single


@pytest.fixture
def show(services: Services, fake_time: FakeTime) -> Iterator[Show]:
    """A run in its lobby; its journal runs."""
    with Show(replace(services, now=fake_time), fake_time, [single()]) as made:
        yield made
