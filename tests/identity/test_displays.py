"""Screens that wait for an operator: their codes are few, and running out of them must not hang anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaigns.bootstrap import Services
from campaigns.domain.errors import Unavailable
from campaigns.domain.moment import Moment
from campaigns.identity import displays
from campaigns.identity.displays import UNPAIRED_WHEN_FULL, display_of, new_display
from tests.conftest import FakeTime

Make = Callable[[Callable[[], Moment]], Services]


def test_without_a_free_code_a_screen_is_refused_until_an_older_one_gives_its_code_up(
    services_at: Make, fake_time: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = services_at(fake_time)
    monkeypatch.setattr(displays, "new_code", lambda length: "ABCD"[:length])  # a house with a single code
    waiting, code = new_display(at)
    fake_time.at += UNPAIRED_WHEN_FULL
    with pytest.raises(Unavailable):
        new_display(at)
    assert display_of(at, waiting) is not None
    fake_time.at += timedelta(seconds=1)
    fresh, again = new_display(at)
    assert again == code
    assert display_of(at, waiting) is None and display_of(at, fresh) is not None
