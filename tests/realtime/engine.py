"""The wire as it is, from HTTP to the rooms, in the test's own process, with an audience that lets everybody in: so that what a
page costs can be counted. Its pages are bare sockets that take every frame apart and believe nothing.
"""

from __future__ import annotations

import base64
import gc
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socket import SO_RCVBUF, SOL_SOCKET
from typing import Any

import gevent
from flask import Flask
from gevent import socket
from socketio import Server

from realtime.engine import Connection
from realtime.fanout import Fanout
from realtime.frames import CLOSE, PONG, TEXT
from realtime.http import HttpServer
from realtime.server import make_socketio
from tests.realtime.test_frames import sent

PATIENCE_S = 60.0
FANS, ROOM = "/fans", "run:1"
ENGINE = "/socket.io/?EIO=4&transport="
Frame = tuple[int, bytes]


@dataclass
class Running:
    """`left`: of whom the handlers have heard that they left, and why."""

    server: Server
    port: int
    left: list[tuple[str, str]] = field(default_factory=list)
    opened: list[socket.socket] = field(default_factory=list)  # the pages' ends

    @property
    def connections(self) -> dict[str, Connection]:
        return self.server.eio.sockets  # type: ignore[no-any-return]  # untyped library

    @property
    def rooms(self) -> Fanout:
        return self.server.manager  # type: ignore[no-any-return]  # untyped library

    def tell(self, event: str, data: Any) -> None:
        self.server.emit(event, data, to=ROOM, namespace=FANS)

    def empty(self) -> bool:
        """Of nobody anything is left."""
        server, kept = self.server, self.rooms
        turns = [each for turn in server.eio.pulse._turns for each in turn]
        return not (turns or server.eio.sockets or server.environ or kept._rooms_of or members(kept))


def members(rooms: Fanout) -> dict[Any, Any]:
    return {name: who for name, who in rooms.rooms.get(FANS, {}).items() if who}


@contextmanager
def running() -> Iterator[Running]:
    app = Flask("wire")
    server = make_socketio(app).server
    server.eio._beating = True  # the tests beat when they want to
    http = HttpServer(("127.0.0.1", 0), app, log=None, error_log=None)
    http.start()
    made = Running(server, http.server_port)
    server.on("connect", lambda sid, *_: server.enter_room(sid, ROOM, namespace=FANS), namespace=FANS)
    server.on("disconnect", lambda sid, reason: made.left.append((sid, reason)), namespace=FANS)
    server.on("echo", lambda sid, said: said, namespace=FANS)
    try:
        yield made
    finally:
        for end in made.opened:
            end.close()
        http.stop(timeout=1)
    until(made.empty)


class Page:
    """One page's end of the wire. `upgrade`: of this connection, which polls so far."""

    def __init__(self, here: Running, *, room: int = 0, upgrade: str = "") -> None:
        self.sock = socket.socket()
        here.opened.append(self.sock)
        if room:
            self.sock.setsockopt(SOL_SOCKET, SO_RCVBUF, room)
        self.sock.settimeout(PATIENCE_S)
        self.sock.connect(("127.0.0.1", here.port))
        self._held = b""
        key = base64.b64encode(os.urandom(16)).decode()
        asks = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
        }
        self.sock.sendall(request("GET", "websocket" + (f"&sid={upgrade}" if upgrade else ""), asks))
        while b"\r\n\r\n" not in self._held:
            self._more()
        head, _, self._held = self._held.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        self.sid = upgrade or str(json.loads(self.text()[1:])["sid"])

    def joined(self) -> Page:
        self.say("40/fans,{}")
        assert self.text().startswith("40/fans,")
        return self

    def say(self, text: str) -> None:
        self.sock.sendall(sent(TEXT, text.encode()))

    def echoes(self, said: Any) -> bool:
        """Whether it is heard and answered; what else comes is passed over."""
        self.say("42/fans,999" + json.dumps(["echo", said]))
        wanted = f"43/fans,999[{json.dumps(said)}]".encode()
        while (found := self.take())[0] != CLOSE:
            if found == (TEXT, wanted):
                return True
        return False

    def text(self) -> str:
        opcode, payload = self.take()
        assert opcode == TEXT, (opcode, payload)
        return payload.decode()

    def take(self, piece: int = 1 << 16) -> Frame:
        """The next frame, of which nothing is unusual. EOFError: there is none, and nothing is half here."""
        while (found := self._frame()) is None:
            self._more(piece)
        return found

    def last_words(self) -> list[Frame]:
        """All that comes until the end."""
        found = []
        try:
            while True:
                found.append(self.take())
        except EOFError:
            return found

    def _more(self, piece: int = 1 << 16) -> None:
        data = self.sock.recv(piece)
        if not data:
            assert not self._held, "half a frame at the end"
            raise EOFError
        self._held += data

    def _frame(self) -> Frame | None:
        held = self._held
        if len(held) < 2:
            return None
        length, at = held[1], 2
        assert held[0] in (0x80 | TEXT, 0x80 | CLOSE, 0x80 | PONG) and length < 0x80, held[:20]
        if length >= 126:
            at = 4 if length == 126 else 10
            if len(held) < at:
                return None
            length = int.from_bytes(held[2:at], "big")
        if len(held) < at + length:
            return None
        self._held = held[at + length :]
        return held[0] & 0x0F, held[at : at + length]


def request(method: str, transport: str, headers: dict[str, str], body: str = "") -> bytes:
    lines = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {ENGINE}{transport} HTTP/1.1\r\n{head}\r\n{body}".encode()


def until(done: Callable[[], object]) -> None:
    with gevent.Timeout(PATIENCE_S):
        while not done():
            gevent.sleep(0.002)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def greenlets() -> int:
    """Those who live and could wake up."""
    gc.collect()
    return sum(isinstance(each, gevent.Greenlet) and not each.dead for each in gc.get_objects())
