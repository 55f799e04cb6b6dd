"""The bus away: it is asked for again after a moment, then less often, and never less often than every two seconds. And what
its hints cost."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
import socketio

from campaigns.bootstrap import Services
from campaigns.live import keys
from campaigns.live.connect import hurried
from campaigns.play.live import LiveRun, load_live
from deploy.house import free_port
from realtime import publisher, wire_json
from realtime.publisher import Publisher
from realtime.rooms import Rooms
from tests.stage import run_of, single


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


def test_a_hint_of_what_the_room_shows_already_costs_no_look_into_the_record(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id, looks = run_of(services, [single()]), list[int]()
    here = Publisher(services, socketio.Server(async_mode="threading", json=wire_json), Rooms(), "here")
    seq = here.room(run_id).live.packet.seq

    def look(services: Services, run_id: int) -> LiveRun:
        looks.append(run_id)
        return load_live(services, run_id)

    monkeypatch.setattr(publisher, "load_live", look)
    here._hear(keys.MOVED, [str(run_id), str(seq)])
    assert looks == []
    here._hear(keys.MOVED, [str(run_id), str(seq + 1)])
    assert looks == [run_id]
