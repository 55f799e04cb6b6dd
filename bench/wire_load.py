"""Thousands of pages in one process: connect, count what arrives and when, tap all at once. Packets are encoded by hand.

picows does the frames in C, so that the load generator is not what is measured; what it took all the same is said with the
figures. Every instant is one of this process's monotonic clock.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

TEXT = WSMsgType.TEXT
ENTERING = 50  # pages that connect at the same time
PATIENCE_S = 60.0
FLOCK = 50
AGAIN_S = 1.0
CONNECTED, EVENT, ACK, PING, PONG = b"40/fans", b"42/fans", b"43/fans", b"2", b"3"


@dataclass
class Seen:
    """What all pages together have received since it was cleared. `arrivals_s`: instants; `acks_s`: how long each took."""

    arrivals_s: list[float] = field(default_factory=list)
    acks_s: list[float] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    lost: int = 0  # connections that ended

    def clear(self) -> None:
        self.arrivals_s.clear()
        self.acks_s.clear()


class Page(WSListener):
    """One fan's page. `counts`: the beginning of the packets that are counted as deliveries."""

    def __init__(self, seen: Seen, counts: bytes, auth: bytes) -> None:
        super().__init__()
        self.seen, self.counts, self._auth = seen, counts, auth
        self.entered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: WSTransport | None = None
        self.due_s = 0.0  # when the last tap was meant to be
        self._asked = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        transport.send(TEXT, CONNECTED + b"," + self._auth)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != TEXT:
            return
        payload = frame.get_payload_as_bytes()
        if payload.startswith(self.counts):
            self.seen.arrivals_s.append(time.monotonic())
        elif payload.startswith(ACK):
            self.seen.acks_s.append(time.monotonic() - self.due_s)
            if b'"recorded"' not in payload:
                self.seen.refused.append(payload)
        elif payload == PING:
            transport.send(TEXT, PONG)
        elif payload.startswith(CONNECTED) and not self.entered.done():
            self.entered.set_result(None)
        elif payload.startswith(b"44/fans"):  # asked to come again
            asyncio.get_running_loop().call_later(AGAIN_S, self.on_ws_connected, transport)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.seen.lost += 1
        if not self.entered.done():
            self.entered.set_exception(ConnectionError("closed before it was let in"))

    def tap(self, body: bytes, due_s: float) -> None:
        assert self.transport is not None
        self._asked += 1
        self.due_s = due_s
        self.transport.send(TEXT, EVENT + b",%d" % self._asked + body)


@dataclass(frozen=True)
class Crowd:
    """Everybody who has come in."""

    pages: list[Page]
    seen: Seen
    joined_per_s: float

    async def receive(self, deliveries: int) -> None:
        """Until so many have arrived, or nothing more comes."""
        await _until(lambda: len(self.seen.arrivals_s) >= deliveries)

    async def tap(self, body: bytes, per_s: float) -> None:
        """Everybody, so many a second whatever comes back; until all are acknowledged. TimeoutError."""
        began_s = time.monotonic()
        for n, page in enumerate(self.pages):
            due_s = began_s + n / per_s
            if (early_s := due_s - time.monotonic()) > 0:
                await asyncio.sleep(early_s)
            elif n % FLOCK == FLOCK - 1 and per_s < inf:
                await asyncio.sleep(0)  # behind already: what has come back is read all the same
            page.tap(body, due_s)
        await _until(lambda: len(self.seen.acks_s) >= len(self.pages))

    async def leave(self) -> None:
        for page in self.pages:
            assert page.transport is not None
            page.transport.disconnect(graceful=False)
        await _until(lambda: self.seen.lost >= len(self.pages))


async def enter(port: int, pages: int, counts: bytes, auth: bytes, cookie: Callable[[int], str]) -> Crowd:
    """`pages` sockets, each let into its namespace. ConnectionError."""
    seen, url = Seen(), f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    began_s, came = time.monotonic(), []

    async def one(n: int) -> Page:
        headers = {"Cookie": cookie(n)}
        made = ws_connect(
            lambda: Page(seen, counts, auth), url, extra_headers=headers, websocket_handshake_timeout=PATIENCE_S
        )
        _, page = await made
        assert isinstance(page, Page)
        await asyncio.wait_for(page.entered, PATIENCE_S)
        return page

    for first in range(1, pages + 1, ENTERING):
        came += await asyncio.gather(*(one(n) for n in range(first, min(first + ENTERING, pages + 1))))
    return Crowd(came, seen, pages / (time.monotonic() - began_s))


async def _until(done: Callable[[], bool]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > until_s:
            raise TimeoutError("it did not come to that")
        await asyncio.sleep(0.002)
