"""The bus away: it is asked for again after a moment, then less often, and never less often than every two seconds."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
import socketio

from campaigns.bootstrap import Services
from campaigns.live.connect import hurried
from deploy.house import free_port
from realtime import publisher
from realtime.publisher import Publisher
from realtime.rooms import Rooms


class Enough(BaseException):
    """Nothing that the listener lives through."""


def test_a_bus_that_is_away_is_asked_again_after_a_moment_and_then_every_two_seconds(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 8:
            raise Enough

    monkeypatch.setattr(publisher, "time", SimpleNamespace(sleep=sleep, monotonic_ns=time.monotonic_ns))
    with hurried(f"redis://127.0.0.1:{free_port()}") as nobody:
        listener = Publisher(replace(services, bus=nobody), socketio.Server(async_mode="threading"), Rooms(), "here")
        with pytest.raises(Enough):
            listener.listen()
    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0] and listener.bus_away
