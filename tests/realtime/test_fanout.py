"""Rooms: who is in which, what everybody in one is sent, and that nothing stays of those who have left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gevent
import pytest
from socketio import Server

from realtime.fanout import IN_A_ROW, Fanout
from realtime.packets import TextPacket

FANS = "/fans"


@dataclass
class Page:
    """A connection that keeps what it is sent, with the name of the state that it is."""

    upgraded: bool = True
    closed: bool = False
    told: list[tuple[bytes, str | None]] = field(default_factory=list)
    queued: list[str] = field(default_factory=list)

    @property
    def wire(self) -> Page:
        return self

    def deliver(self, data: bytes, state: str | None) -> None:
        self.told.append((data, state))

    def send(self, packet: Any) -> None:
        self.queued.append(packet.encode())


@pytest.fixture
def server() -> Server:
    return Server(async_mode="threading", serializer=TextPacket, client_manager=Fanout(), monitor_clients=False)


def came(server: Server, name: str, *rooms: str, upgraded: bool = True) -> tuple[str, Page]:
    page = server.eio.sockets[name] = Page(upgraded)
    sid = server.manager.connect(name, FANS)
    for room in rooms:
        server.enter_room(sid, room, namespace=FANS)
    return sid, page


def test_everybody_in_a_room_is_sent_the_same_bytes_once(server: Server) -> None:
    here = [came(server, f"page{n}", "run:1")[1] for n in range(600)]
    elsewhere = came(server, "other", "run:2")[1]
    server.emit("scene", {"seq": 41}, to="run:1", namespace=FANS)
    first = here[0].told
    assert [state for _, state in first] == ["scene"]
    assert first[0][0].endswith(b'42/fans,["scene",{"seq":41}]') and not elsewhere.told
    assert all(page.told[0][0] is first[0][0] for page in here)


def test_while_many_are_told_the_others_have_a_turn(server: Server) -> None:
    here = [came(server, f"page{n}", "run:1")[1] for n in range(2 * IN_A_ROW + 1)]
    told: list[int] = []

    def look() -> None:
        for _ in range(2):
            told.append(sum(bool(page.told) for page in here))
            gevent.sleep(0)

    other = gevent.spawn(look)
    server.emit("scene", {"seq": 41}, to="run:1", namespace=FANS)
    other.join()
    assert told == [IN_A_ROW, 2 * IN_A_ROW]


@pytest.mark.parametrize("name", ["scene", "tick", "desk", "remote"])
def test_a_newer_state_of_the_same_name_makes_an_older_one_worthless(server: Server, name: str) -> None:
    sid, page = came(server, "a")
    server.emit(name, {}, to=sid, namespace=FANS)
    assert [state for _, state in page.told] == [name]


def test_a_page_is_reached_by_its_own_id_also_while_it_polls(server: Server) -> None:
    (one, first), (two, second) = came(server, "a", "run:1"), came(server, "b", "run:1", upgraded=False)
    for sid in (one, two):
        server.emit("snapshot", {}, to=sid, namespace=FANS)
    assert [state for _, state in first.told] == [None]  # what is one page's own, nothing newer stands for
    assert second.queued == ['42/fans,["snapshot",{}]'] and not second.told


@pytest.mark.parametrize("to", [None, ["run:1", "run:2"]])
def test_nothing_is_sent_to_everybody_at_once(server: Server, to: Any) -> None:
    came(server, "a", "run:1")
    with pytest.raises(ValueError, match="one room or one page"):
        server.emit("scene", {}, to=to, namespace=FANS)


def test_of_who_has_left_nothing_stays(server: Server) -> None:
    seats = [came(server, f"page{n}", f"run:{n % 7}", "run:all") for n in range(2000)]
    assert len(list(server.manager.get_participants(FANS, "run:all"))) == 2000
    for n, (sid, _) in enumerate(seats):
        if n % 2:
            server.leave_room(sid, "run:all", namespace=FANS)
        server.manager.pre_disconnect(sid, FANS)
        server.manager.disconnect(sid, FANS)
    kept = server.manager
    assert kept.rooms == {FANS: {None: {}}} and not kept._rooms_of
    assert not kept.pending_connect and not kept.pending_disconnect and not kept.callbacks


def test_no_room_is_called_like_a_page(server: Server) -> None:
    (one, page), (two, _) = came(server, "a"), came(server, "b")
    with pytest.raises(ValueError, match="is a page"):
        server.enter_room(two, one, namespace=FANS)
    assert server.rooms(one, namespace=FANS) == [] and not page.told


def test_who_stands_at_the_door_is_known_by_name_and_not_looked_for(server: Server) -> None:
    waiting = [server.manager.pre_connect(f"page{n}", FANS) for n in range(3)]
    assert isinstance(server.manager.pending_connect[FANS], dict) and not server.manager.is_connected(waiting[1], FANS)
    assert server.manager.connect(waiting[1], FANS) == waiting[1] and server.manager.is_connected(waiting[1], FANS)
    assert list(server.manager.pending_connect[FANS]) == [waiting[0], waiting[2]]
    for sid in (waiting[0], waiting[2]):
        server.manager.disconnect(sid, FANS)  # a refusal
    assert not server.manager.pending_connect
