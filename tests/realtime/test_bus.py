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
from campaigns.play.seat import Seat
from deploy.house import free_port
from realtime import publisher, wire_json
from realtime.publisher import Publisher
from realtime.rooms import Rooms
from tests.stage import run_of, single

FAN, OTHER = 41, 10**9


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


@pytest.fixture
def here(services: Services) -> Publisher:
    return Publisher(services, socketio.Server(async_mode="threading", json=wire_json), Rooms(), "here")


def test_a_hint_of_what_the_room_shows_already_costs_no_look_into_the_record(
    here: Publisher, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id, looks = run_of(services, [single()]), list[int]()
    seq = here.room(run_id).live.packet.seq

    def look(services: Services, run_id: int) -> LiveRun:
        looks.append(run_id)
        return load_live(services, run_id)

    monkeypatch.setattr(publisher, "load_live", look)
    here._hear(keys.MOVED, [str(run_id), str(seq)])
    assert looks == []
    here._hear(keys.MOVED, [str(run_id), str(seq + 1)])
    assert looks == [run_id]
    room = here.room(run_id)
    room.live = replace(room.live, follows=OTHER)
    here._hear(keys.MOVED, [str(OTHER), str(seq - 1)])  # another's count says nothing of its own
    assert looks == [run_id] * 2


@pytest.fixture
def told(here: Publisher, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The events that were sent."""
    sent: list[str] = []
    monkeypatch.setattr(here._server, "emit", lambda event, *_, **__: sent.append(event))
    return sent


def test_what_the_room_shows_already_is_not_sent_again(here: Publisher, services: Services, told: list[str]) -> None:
    run_id = run_of(services, [single()])
    room = here.room(run_id)
    here.refresh(run_id)
    assert told == []
    room.live = replace(room.live, packet=replace(room.live.packet, seq=room.live.packet.seq - 1))
    here.refresh(run_id)
    assert told == ["scene", "scene"]  # to fans and to displays


def test_word_of_a_tab_elsewhere_ends_an_older_one_here_and_no_newer_one(
    here: Publisher, services: Services, told: list[str]
) -> None:
    run_id = run_of(services, [single()])
    here.room(run_id)
    here._rooms.seat_fan("sid", Seat(run_id, 1, FAN, "public", "小明", 1), 200)
    here._hear(keys.SEATED, ["there", str(run_id), str(FAN), "100"])
    assert told == [] and "sid" in here._rooms.seats
    here._hear(keys.SEATED, ["there", str(run_id), str(FAN), "300"])
    assert told == ["removed"] and "sid" not in here._rooms.seats
