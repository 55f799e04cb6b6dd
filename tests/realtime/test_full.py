"""A house that is full: who stands outside is told when to come again, and comes in when somebody leaves."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry
from socketio import Server, WSGIApp
from werkzeug.test import Client

from campaigns.bootstrap import Services
from config import Settings
from deploy.house import House
from realtime.doors import (
    LEAST_HEADROOM,
    LOOK_S,
    RETRY_FROM_MS,
    RETRY_TO_MS,
    STRANGER_S,
    Doors,
    heard_in_s,
    hung_up,
    sockets_within,
)
from realtime.meters import Meters
from tests.raw import RawDesk, RawPage, RawPhone, RawScreen, let_in
from tests.stage import run_of, single

PLACES = 4
ENGINE = "/socket.io/?EIO=4&transport=polling"


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return str(answer.read().decode())


@pytest.fixture(scope="module")
def small(settings: Settings) -> Iterator[House]:
    """One web process with four places, nothing else."""
    with House(replace(settings, max_sockets=PLACES), workers=False) as house:
        yield house


def full(stack: ExitStack, small: House, services: Services, run_id: int) -> list[RawPhone]:
    """Who was here in another test may not have left yet."""
    return [let_in(stack, RawPhone(small.url, services, run_id, f"观众{n}")) for n in range(PLACES)]


def retry_in_ms(phone: RawPhone) -> int:
    said = next(frame for frame in phone.frames if frame.startswith("44/fans"))
    told: int = json.loads(said.partition(",")[2])["data"]["retry_in_ms"]
    return told


def test_a_full_house_says_when_to_come_again_and_lets_in_who_comes_when_there_is_room(
    small: House, services: Services
) -> None:
    run_id = run_of(services, [single()])
    with ExitStack() as stack:
        phones = full(stack, small, services, run_id)
        assert all(phone.scene("lobby") for phone in phones)
        waits = []
        for n in range(6):
            with RawPhone(small.url, services, run_id, f"门外{n}") as outside:
                assert outside.refused == "full" and not outside.packets
                waits.append(retry_in_ms(outside))
                outside.wait_closed()  # who waits keeps no socket
        assert all(RETRY_FROM_MS <= ms <= RETRY_TO_MS for ms in waits) and len(set(waits)) > 1
        assert phones[0].ask("clock")["now_ms"] > 0
        phones[-1].__exit__()
        assert let_in(stack, RawPhone(small.url, services, run_id, "后来")).scene("lobby")


def test_desks_screens_and_who_is_here_already_are_let_in_always(small: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=60)])
    with ExitStack() as stack:
        phones = full(stack, small, services, run_id)
        desk = stack.enter_context(RawDesk(small.url, services, run_id))
        screen = stack.enter_context(RawScreen(small.url, services, run_id))
        assert desk.refused is None and screen.scene("lobby")
        tab = stack.enter_context(phones[0].again())
        assert tab.refused is None and tab.scene("lobby")
        phones[1].__exit__()  # a tunnel: back in a moment, while the house is more than full
        back = stack.enter_context(phones[1].again())
        assert back.refused is None and back.scene("lobby")


def test_headroom_is_left_whatever_the_limit() -> None:
    assert sockets_within(1024) == 1024 - LEAST_HEADROOM
    assert sockets_within(8192) == 8192 - 1024
    assert sockets_within(1 << 20) == (1 << 20) - 2048
    assert sockets_within(100) == 1


def test_who_has_hung_up_is_seen_although_what_it_said_waits_to_be_read() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(b"GET /socket.io/")
            assert not hung_up(ours.fileno())
        assert hung_up(ours.fileno())


def test_whoever_comes_to_no_audience_gives_the_place_back() -> None:
    server = Server(async_mode="threading", namespaces=["/fans"])
    server.on("connect", lambda sid, environ, auth=None: None, namespace="/fans")
    web = Client(WSGIApp(server))
    guest, stranger = (json.loads(web.get(ENGINE).text[1:])["sid"] for _ in range(2))
    assert web.post(f"{ENGINE}&sid={guest}", data="40/fans,").status_code == 200
    doors = Doors(server, PLACES, ["/fans"], Meters(CollectorRegistry()))
    doors.look_round(0.0)
    doors.look_round(STRANGER_S - 0.1)
    assert not server.eio.sockets[stranger].closed
    doors.look_round(STRANGER_S)
    assert server.eio.sockets[stranger].closed and not server.eio.sockets[guest].closed


def test_time_in_which_nobody_could_be_heard_does_not_count_against_a_stranger() -> None:
    assert heard_in_s(LOOK_S) == LOOK_S
    assert heard_in_s(1.25 * LOOK_S) == 0.75 * LOOK_S
    assert heard_in_s(5 * LOOK_S) == 0


def test_who_is_refused_keeps_no_socket_and_a_full_house_says_so(small: House, services: Services) -> None:
    run_id = run_of(services, [single()])
    with ExitStack() as stack:
        full(stack, small, services, run_id)
        unknown = RawPage(small.url, "/fans", auth={"run": "ABCDEF"})
        with unknown:
            assert unknown.refused == "not_joined"
            unknown.wait_closed()
        with RawPhone(small.url, services, run_id, "门外") as outside:
            assert outside.refused == "full"
        told = json.loads(fetch(f"{small.url}/healthz"))
        assert told["status"] == "degraded" and "places" in told["degraded"]
        assert "fanfare_turned_away_total" in fetch(f"{small.url}/metrics")
