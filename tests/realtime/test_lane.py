"""The answers' lane, and the order of one page's messages: in order, bounded, and nobody waits for ever."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import gevent
import pytest
from gevent.socket import socketpair
from prometheus_client import CollectorRegistry
from socketio import Server

from campaigns.bootstrap import Services
from campaigns.db.journal import Journal
from campaigns.domain.answer import RoundGate
from campaigns.domain.clock import RoundClock
from campaigns.domain.question import Kind
from campaigns.play.live import load_live
from campaigns.play.seat import Seat
from deploy.house import House
from realtime.dispatch import Namespace
from realtime.engine import MOST_WAITING, Connection, take_over
from realtime.frames import TEXT
from realtime.handshake import bare
from realtime.lane import PATIENCE_NS, AnswerLane
from realtime.meters import Meters
from realtime.rooms import Room, Rooms
from realtime.websocket import Wire
from tests.raw import RawPhone
from tests.realtime.test_frames import sent
from tests.stage import Desk, run_of, single

PATIENCE_S = 60.0
ROUND, FAN = 7_000_000, 41


def test_a_pages_answers_and_its_other_events_are_acknowledged_in_the_order_they_came(
    house: House, services: Services
) -> None:
    run_id = run_of(services, [single(seconds=100)])
    ming, hua = (RawPhone(house.url, services, run_id, name) for name in ("小明", "小华"))
    with Desk(house.url, services, run_id) as desk, ming, hua:
        desk.next()
        opened = ming.scene("open")
        assert hua.answer(opened, places=[1])["outcome"] == "recorded"  # waits for the opening
        tap = {"round": opened["round"]["id"], "places": [2]}
        told = in_a_row(ming, [("answer", tap), ("clock", {}), ("answer", {**tap, "places": [9]})] * 8)
    acks = [body for _, body in told]
    assert [number for number, _ in told] == list(range(1, 25))
    assert acks[0]["outcome"] == "recorded" and {ack["receipt"] for ack in acks[::3]} == {acks[0]["receipt"]}
    assert {ack["outcome"] for ack in acks[3::3]} == {"duplicate"} and all("now_ms" in ack for ack in acks[1::3])
    assert {ack["error"] for ack in acks[2::3]} == {"bad_input"}


def in_a_row(page: RawPhone, events: list[tuple[str, Any]]) -> list[tuple[int, Any]]:
    """Send all of them without waiting: (number, acknowledgement) as they came back."""
    for number, event in enumerate(events, start=1):
        page.send(f"42/fans,{number}" + json.dumps(event, separators=(",", ":")))
    page._until(lambda: len(page._acks) >= len(events) or page.closed)
    acks = [frame.removeprefix("43/fans,") for frame in page.frames if frame.startswith("43/fans,")]
    split = [ack.partition("[") for ack in acks]
    return [(int(number), json.loads("[" + body)[0]) for number, _, body in split][-len(events) :]


@pytest.fixture
def page() -> Iterator[tuple[Connection, Any]]:
    """A connection with its WebSocket, and the page's end of it."""
    server = Server(async_mode="gevent", monitor_clients=False).eio
    take_over(server, trust_kernel=False)
    ours, theirs = socketpair()
    theirs.settimeout(PATIENCE_S)
    connection = server.sockets["one"] = Connection(server, "one", set())
    connection._move_to(Wire(bare(ours), trust_kernel=False))
    yield connection, theirs
    theirs.close()
    until(lambda: not server.sockets)  # of who has left nothing stays


def until(done: Callable[[], bool]) -> None:
    with gevent.Timeout(PATIENCE_S):
        while not done():
            gevent.sleep(0.001)


def until_more(found: list[str], most: int) -> None:
    until(lambda: len(found) > most)


def test_of_who_sends_without_a_pause_little_waits_here_and_all_is_heard_in_order(page: tuple[Connection, Any]) -> None:
    connection, theirs = page
    heard: list[str] = []
    most: list[int] = []

    def lane(one: Connection, message: str) -> bool:
        heard.append(message)
        most.append(len(one._waiting or ()))
        return True

    connection.server.lane = lane
    said = [f"4{n:05}" + "." * 100 for n in range(600)]
    writing = gevent.spawn(theirs.sendall, b"".join(sent(TEXT, message.encode()) for message in said))
    until(lambda: len(heard) == 1 and len(connection._waiting or ()) == MOST_WAITING)
    for n in range(1, len(said)):
        connection.go_on()
        until_more(heard, n)
    connection.go_on()
    writing.get(timeout=PATIENCE_S)
    assert heard == said and max(most) <= MOST_WAITING


def test_what_was_said_before_the_end_is_finished_first(page: tuple[Connection, Any]) -> None:
    connection, theirs = page
    done: list[str] = []
    connection.server.lane = lambda one, message: message == "4answer"
    connection.server.heard = lambda sid, text: done.append(text)
    connection.server._trigger_event = lambda name, *more, **others: done.append(name)
    theirs.sendall(sent(TEXT, b"4answer") + sent(TEXT, b"4event"))
    theirs.close()
    until(lambda: connection.wire is not None and not connection.wire._open)
    assert done == []
    connection.go_on()
    until(lambda: connection.closed)
    assert done == ["event", "disconnect"]


def test_whom_sql_keeps_waiting_is_let_go_without_an_acknowledgement(
    page: tuple[Connection, Any], services: Services
) -> None:
    connection, theirs = page
    journal = Journal(services.answers_sql, services.now)  # not started: nothing is committed
    lane = lane_of(services, journal)
    connection.fan, connection.server.lane = "sid", lane.take
    heard: list[str] = []
    connection.server.heard = lambda sid, text: heard.append(text)
    theirs.sendall(sent(TEXT, b'42/fans,3["answer",{"round":"%d","places":[1]}]' % ROUND) + sent(TEXT, b"4later"))
    until(lambda: journal.waiting == 1)
    lane.look(connection.received_ns + PATIENCE_NS - 1)
    assert heard == []
    lane.look(connection.received_ns + PATIENCE_NS)
    until(lambda: heard == ["later"])
    journal.start()
    until(lambda: journal.pending((ROUND, FAN)) is None)
    journal.stop()
    assert connection.wire is not None
    connection.wire.send("the end")
    assert theirs.recv(4096) == b"\x81\x07the end"  # and before it no acknowledgement


def test_who_has_nothing_left_to_pay_with_is_left_to_the_ordinary_way(
    page: tuple[Connection, Any], services: Services
) -> None:
    connection, theirs = page
    journal = Journal(services.answers_sql, services.now)  # not started: nothing is committed
    lane = lane_of(services, journal)
    lane._namespace.purses.indebt("sid")
    connection.fan, connection.server.lane = "sid", lane.take
    heard: list[str] = []
    connection.server.heard = lambda sid, text: heard.append(text)
    answer = f'2/fans,3["answer",{{"round":"{ROUND}","places":[1]}}]'
    theirs.sendall(sent(TEXT, f"4{answer}".encode()))
    until(lambda: heard == [answer])
    assert journal.waiting == 0


def lane_of(services: Services, journal: Journal) -> AnswerLane:
    """For a fan whose socket is called `sid`, and a round that nobody else has."""
    run_id = run_of(services, [single(seconds=100)])
    gate = RoundGate(ROUND, Kind.SINGLE, 4, RoundClock(0, 1 << 62), taking=True)
    rooms = Rooms()
    rooms.by_run[run_id] = Room(replace(load_live(services, run_id), gate=gate))
    rooms.seat_fan("sid", Seat(run_id, 1, FAN, "public", "小明", 1))
    meters = Meters(CollectorRegistry())
    return AnswerLane(services, journal, rooms, Namespace(Server(), "/fans", "fan", meters.failed), meters)
