"""Where an acknowledgement goes: straight to the page, or behind what is queued for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from queue import Queue
from typing import Any

import pytest
from socketio import Server
from socketio.packet import ACK, EVENT

from realtime.packets import TextPacket
from realtime.replies import write_replies_at_once


@dataclass
class Line:
    """A wire that keeps what is written to it."""

    writing: bool = False
    gone: bool = False
    written: list[str] = field(default_factory=list)
    closed: bool = False

    def send(self, message: str) -> None:
        if self.gone:
            raise OSError
        self.written.append(message)

    def close(self) -> None:
        self.closed = True


@dataclass
class Connection:
    """The Engine.IO side of a page that nothing is queued for."""

    wire: Line = field(default_factory=Line)
    queue: Queue[Any] = field(default_factory=Queue)
    upgraded: bool = True
    closing: bool = False
    closed: bool = False
    last_ping: float | None = None

    def send(self, packet: Any) -> None:
        self.queue.put(packet.encode())


@pytest.fixture
def server() -> Server:
    server = Server(async_mode="threading", serializer=TextPacket)
    write_replies_at_once(server)
    return server


def told(server: Server, page: Connection, kind: int = ACK) -> tuple[list[str], int]:
    """(what was written at once, how much is queued) after one packet to this page."""
    server.eio.sockets["page"] = page
    data = ["scene", {}] if kind == EVENT else [{"outcome": "done"}]
    server._send_packet("page", TextPacket(kind, data, "/fans", id=7 if kind == ACK else None))
    return page.wire.written, page.queue.qsize()


def test_an_acknowledgement_is_written_at_once(server: Server) -> None:
    assert told(server, Connection()) == (['43/fans,7[{"outcome":"done"}]'], 0)


def test_what_is_queued_goes_first(server: Server) -> None:
    page = Connection()
    page.queue.put("a scene")
    assert told(server, page) == ([], 2)


NOT_IDLE = {
    "being written to": Connection(Line(writing=True)),
    "polling": Connection(upgraded=False),
    "going": Connection(closing=True),
}


@pytest.mark.parametrize("page", NOT_IDLE.values(), ids=NOT_IDLE.keys())
def test_nothing_passes_by_a_writer_nor_reaches_a_page_that_polls(server: Server, page: Connection) -> None:
    assert told(server, page) == ([], 1)


def test_an_event_always_goes_by_the_queue(server: Server) -> None:
    assert told(server, Connection(), EVENT) == ([], 1)


def test_a_page_that_is_gone_is_let_go(server: Server) -> None:
    page = Connection(Line(gone=True))
    assert told(server, page) == ([], 0) and page.wire.closed
