"""A show whose round is open for the journal's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from campaigns.bootstrap import Services
from tests.conftest import FakeTime
from tests.show import Show
from tests.stage import single


@pytest.fixture
def show(services_at: Callable[[FakeTime], Services], fake_time: FakeTime) -> Iterator[Show]:
    """A run in its lobby; its journal runs."""
    with Show(services_at(fake_time), fake_time, [single()]) as made:
        yield made
