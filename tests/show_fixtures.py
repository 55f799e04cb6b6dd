"""The fixture `stage`: makes shows with the test's own clock, and ends their journals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from campaigns.bootstrap import Services
from campaigns.domain.rush_rules import RushRules
from tests.conftest import FakeTime
from tests.show import Show
from tests.stage import QUICK, single

Stage = Callable[..., Show]


@pytest.fixture
def stage(services: Services, fake_time: FakeTime) -> Iterator[Stage]:
    """stage(question, …, rules=…, **switches) → a Show with its lobby open."""
    made: list[Show] = []
    timed = replace(services, now=fake_time)  # the module's engine: its statements are compiled once

    def make(*questions: Any, rules: RushRules = QUICK, **switches: bool) -> Show:
        made.append(Show(timed, fake_time, questions or [single()], rules, **switches).__enter__())
        return made[-1]

    yield make
    for show in made:
        show.journal.stop()
