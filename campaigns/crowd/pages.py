"""A page connected by Socket.IO v4, spoken by hand over our own WebSocket, so that the load takes little from the server.

`open`, `ask` (an event and its acknowledgement, with the instants of both), `until` (a scene), `cut`. What carries it is a
`Line`; bench/library.py has another one, python-socketio's own client, which proves that the packets are standard.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from campaigns.crowd.errors import CrowdError
from campaigns.crowd.websocket import WebSocket, connect

PATIENCE_S = 15.0
PATH = "/socket.io/?EIO=4&transport=websocket"
Heard = Callable[[str, Any, float], None]  # event, data, when its bytes were read
Scene = dict[str, Any]


class Address(msgspec.Struct, frozen=True):
    """Where the server is."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


class Line(Protocol):
    """What carries a page's events."""

    async def open(self) -> None: ...
    def emit(self, event: str, data: Any, done: Callable[[Any, float], None]) -> None: ...
    def cut(self) -> None: ...
    def lost(self) -> bool: ...


class Makes(Protocol):
    """A kind of line."""

    def __call__(self, at: Address, namespace: str, cookie: str, auth: dict[str, Any], heard: Heard) -> Line: ...


class ByHand:
    """Engine.IO and Socket.IO v4 packets as text."""

    def __init__(self, at: Address, namespace: str, cookie: str, auth: dict[str, Any], heard: Heard) -> None:
        self._at, self._space, self._cookie, self._heard = at, namespace, cookie, heard
        self._auth = msgspec.json.encode(auth).decode()
        self._ids = itertools.count(1)
        self._waiting: dict[int, Callable[[Any, float], None]] = {}
        self._socket: WebSocket | None = None
        self._connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def open(self) -> None:
        self._socket = await connect(self._at.host, self._at.port, PATH, self._cookie, self._take)
        await asyncio.wait_for(asyncio.shield(self._connected), PATIENCE_S)

    def emit(self, event: str, data: Any, done: Callable[[Any, float], None]) -> None:
        assert self._socket is not None
        number = next(self._ids)
        self._waiting[number] = done
        self._socket.send(f"42{self._space},{number}{msgspec.json.encode([event, data]).decode()}")

    def cut(self) -> None:
        if self._socket is not None:
            self._socket.abort()

    def lost(self) -> bool:
        """Whether the connection is gone, whoever ended it."""
        return self._socket is None or self._socket.gone.done()

    def _take(self, socket: WebSocket, text: str, read_s: float) -> None:
        kind = text[:2]
        if text == "2":
            socket.send("3")
        elif text.startswith("0"):
            socket.send(f"40{self._space},{self._auth}")
        elif kind == "40" and not self._connected.done():
            self._connected.set_result(None)
        elif kind == "44" and not self._connected.done():
            self._connected.set_exception(CrowdError(f"refused: {text}"))
        elif kind in ("42", "43"):
            number, data = _split(text[2 + len(self._space) + 1 :])
            self._deliver(kind, number, data, read_s)

    def _deliver(self, kind: str, number: int | None, data: Any, read_s: float) -> None:
        if kind == "42":
            self._heard(data[0], data[1] if len(data) > 1 else None, read_s)
        elif number is not None and number in self._waiting:
            self._waiting.pop(number)(data[0] if data else None, read_s)


def _split(text: str) -> tuple[int | None, Any]:
    """`17[…]` → (17, […])."""
    start = text.index("[")
    return int(text[:start]) if start else None, msgspec.json.decode(text[start:])


class Said(msgspec.Struct, frozen=True):
    """An acknowledgement, how long it took, and how often the page had to repeat itself."""

    data: dict[str, Any]
    took_ms: float
    repeats: int


class Page:
    """What both kinds of line have in common: the newest scene, who waits for which, the snapshot."""

    def __init__(self, line: Makes, at: Address, namespace: str, watch: Heard) -> None:
        self._kind, self._at, self._space, self._watch = line, at, namespace, watch
        self._line: Line | None = None
        self._lines = 0  # what an older line still delivers is not heard
        self._waiting: list[tuple[Callable[[Scene], bool], asyncio.Future[Scene]]] = []
        self.scene: Scene | None = None
        self.snapshot: dict[str, Any] | None = None
        self.removed: str | None = None

    async def open(self, cookie: str, auth: dict[str, Any]) -> None:
        """Connect, and wait for the first scene. Raises CrowdError, also for who is not let in."""
        self.scene = self.snapshot = self.removed = None
        self._lines += 1
        mine = self._lines

        def heard(event: str, data: Any, read_s: float) -> None:
            if mine == self._lines:
                self._hear(event, data, read_s)

        self._line = self._kind(self._at, self._space, cookie, auth, heard)
        try:
            await self._line.open()
        except (OSError, TimeoutError) as error:
            raise CrowdError(f"{self._space}: no connection: {error}") from error
        await self.until(lambda scene: True, "the first scene")

    def emit(self, event: str, data: Any) -> asyncio.Future[tuple[Any, float]]:
        """Send; the future holds (acknowledgement, when it was read)."""
        answered: asyncio.Future[tuple[Any, float]] = asyncio.get_running_loop().create_future()

        def done(answer: Any, read_s: float) -> None:
            if not answered.done():
                answered.set_result((answer, read_s))

        assert self._line is not None
        self._line.emit(event, data, done)
        return answered

    async def ask(self, event: str, data: Any, patience_s: float = PATIENCE_S) -> Said:
        """Send until it is acknowledged, as the real page does: again after 1, 2, 4, 4 … s, always the same content."""
        began_s, wait_s, repeats = time.monotonic(), 1.0, 0
        while time.monotonic() - began_s < patience_s:
            sent_s = time.monotonic()
            try:
                answer, read_s = await asyncio.wait_for(self.emit(event, data), max(wait_s, 2.0))
            except TimeoutError:
                repeats, wait_s = repeats + 1, min(4.0, wait_s * 2)
                continue
            if isinstance(answer, dict):
                return Said(answer, (read_s - sent_s) * 1000, repeats)
        raise CrowdError(f"{self._space}: {event} was not acknowledged within {patience_s} s")

    @property
    def lost(self) -> bool:
        return self._line is None or self._line.lost()

    async def until(self, wanted: Callable[[Scene], bool], what: str, patience_s: float = PATIENCE_S) -> Scene:
        """The newest scene if it is `wanted`, else the next that is. Raises CrowdError."""
        if self.scene is not None and wanted(self.scene):
            return self.scene
        found: asyncio.Future[Scene] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, found))
        try:
            return await asyncio.wait_for(found, patience_s)
        except TimeoutError:
            shown = (self.scene or {}).get("scene")
            raise CrowdError(f"{self._space}: {what} did not come within {patience_s} s (shown: {shown})") from None
        finally:
            self._waiting = [entry for entry in self._waiting if entry[1] is not found]

    def cut(self) -> None:
        self._lines += 1
        if self._line is not None:
            self._line.cut()
            self._line = None

    def _hear(self, event: str, data: Any, read_s: float) -> None:
        if event == "removed":
            self.removed = data["reason"]
        if event == "snapshot":
            self.snapshot = data
        scene = data if event == "scene" else data.get("scene") if event in ("snapshot", "desk") else None
        if scene is None or (self.scene is not None and scene["seq"] < self.scene["seq"]):
            return
        self.scene = scene
        self._watch(event, data, read_s)
        for wanted, found in self._waiting:
            if not found.done() and wanted(scene):
                found.set_result(scene)
