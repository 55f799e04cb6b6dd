"""Pages that speak Engine.IO and Socket.IO by hand, so that a test sees every byte and can send what no client would.

`frames` is all that came over the socket, as text; `packets` the events among it. Refusals are seen at once.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from contextlib import ExitStack
from typing import Any, Self, TypeVar

import websocket

from tests.stage import PATIENCE_S, Desk, Page, Phone, Screen


def handshake(url: str, cookie: str = "", **more: Any) -> Any:
    """An open Engine.IO connection; raises websocket.WebSocketBadStatusException when it is refused."""
    address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    opened: Any = websocket.create_connection(address, timeout=PATIENCE_S, cookie=cookie or None, **more)
    assert str(opened.recv()).startswith("0{")
    return opened


class RawPage(Page):
    """A Page without a client library. `refused`: the code with which the namespace was refused, if it was."""

    _auth: Any  # also what no client would send

    def __init__(self, url: str, namespace: str, cookie: str = "", auth: Any = None) -> None:
        self.namespace, self._url, self._cookie, self._auth = namespace, url, cookie, auth
        self.packets: list[tuple[str, Any]] = []
        self.frames: list[str] = []
        self.when: list[float] = []
        self.refused: str | None = None
        self.closed = False
        self._acks: dict[int, Any] = {}
        self._asked = 0
        self._joined = False
        self._news = threading.Condition()

    def __enter__(self) -> Self:
        """Connect and wait for the namespace's answer, whatever it is. Also once more."""
        self._forget()
        self.socket = self.open()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.send(f"40{self.namespace}," + ("" if self._auth is None else json.dumps(self._auth)))
        try:
            self._until(lambda: self._joined or self.refused is not None or self.closed)
        except AssertionError:
            self.__exit__()
            raise
        return self

    def _forget(self) -> None:
        self.closed, self._joined, self.refused = False, False, None

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self.socket.send_close()
        self._reader.join(timeout=5)
        self.socket.shutdown()

    def open(self) -> Any:
        return handshake(self._url, self._cookie)

    def send(self, frame: str | bytes) -> None:
        """As it is; a socket that the server has closed meanwhile is no error here."""
        opcode = websocket.ABNF.OPCODE_TEXT if isinstance(frame, str) else websocket.ABNF.OPCODE_BINARY
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self.socket.send(frame, opcode)

    def ask(self, event: str, data: Any = None) -> Any:
        return self.ask_raw(json.dumps([event, {} if data is None else data]))

    def ask_raw(self, body: str) -> Any:
        """Send an event whose JSON is `body` and return the acknowledgement; None if the server closed instead."""
        self._asked += 1
        number = self._asked
        self.send(f"42{self.namespace},{number}{body}")
        self._until(lambda: number in self._acks or self.closed)
        return self._acks.pop(number, None)

    def wait_closed(self) -> None:
        """The server must end the connection."""
        self._until(lambda: self.closed)

    def _until(self, done: Any) -> None:
        with self._news:
            assert self._news.wait_for(done, PATIENCE_S), f"nothing; last frames: {self.frames[-3:]}"

    def _read(self) -> None:
        while True:
            try:
                frame = self.socket.recv()
            except (OSError, websocket.WebSocketException):
                frame = ""
            if not frame:
                break
            assert isinstance(frame, str), frame
            if frame == "2":
                self.send("3")
            with self._news:
                self._take(frame)
                self._news.notify_all()
        with self._news:
            self.closed = True
            self._news.notify_all()

    def _take(self, frame: str) -> None:
        self.frames.append(frame)
        self.when.append(time.monotonic())
        prefix = f"{self.namespace},"
        kind, rest = frame[:2], frame[2:].removeprefix(prefix)
        if kind == "40":
            self._joined = True
        elif kind == "44":
            said = json.loads(rest)
            self.refused = said["message"] if isinstance(said, dict) else said
        elif kind == "42":
            event, *data = json.loads(rest)
            self.packets.append((event, data[0] if data else None))
        elif kind == "43":
            number, body = rest[: rest.index("[")], rest[rest.index("[") :]
            said = json.loads(body)
            self._acks[int(number)] = said[0] if said else None


AnyPage = TypeVar("AnyPage", bound=RawPage)
COMES_AGAIN = {"full", "later", "unavailable"}


def let_in(stack: ExitStack, page: AnyPage) -> AnyPage:
    """As our pages do: whoever is told to come again comes again, until there is a place."""
    until = time.monotonic() + PATIENCE_S
    while True:
        page.__enter__()
        if page.refused is None and not page.closed:
            stack.push(page)
            return page
        page.__exit__()
        assert time.monotonic() < until and page.refused in COMES_AGAIN, page.refused
        time.sleep(0.1)  # between two tries at a real server's door


class RawPhone(Phone, RawPage):
    """A fan's page, every byte of it."""

    def again(self) -> RawPhone:
        """The same fan in another tab."""
        other = RawPhone.__new__(RawPhone)
        other.fan_id, other.token = self.fan_id, self.token
        RawPage.__init__(other, self._url, "/fans", self._cookie, {**self._auth, "tab": "another"})
        return other


class RawScreen(Screen, RawPage):
    """A paired display, every byte of it."""


class RawDesk(Desk, RawPage):
    """A run desk, every byte of it."""
