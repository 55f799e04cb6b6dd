"""The fans of the night: thousands of pages in one process, each answering once it knows the question and the time has come.

A page repeats an answer that is not acknowledged, comes in again when it is refused or cut off, and keeps nothing but what it
has been told. Packets are encoded by hand and read no further than needed, because this shares the machine with the server.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from zlib import crc32

from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

TEXT = WSMsgType.TEXT
CHOICES = 4
ENTERING = 64  # connections that are made at the same time
PATIENCE_S = 120.0
REPEAT_S = 8.0  # as the real page
CALM_S = 1.5  # as the real page: within this time after a reveal each asks for its own standing
CONNECTED, REFUSED, LEFT = b"40/fans", b"44/fans", b"41/fans"
SCENE, ACK, PING, PONG = b'42/fans,["scene",', b"43/fans,", b"2", b"3"
HEAD = re.compile(rb'"seq":(\d+),"scene":"(\w+)"')
RECEIPT = re.compile(rb'"receipt":"([^"]+)"')
RETRY = re.compile(rb'"retry_in_ms":(\d+)')
RECORDED, DUPLICATE = b'"recorded"', b'"duplicate"'


class Sheet:
    """One round as the fans know it: `acks[n]`: acknowledged to the n-th fan; `receipts` adds up what they were told;
    `again`: how often somebody was told "recorded" a second time."""

    def __init__(self, round_id: int, fans: int) -> None:
        self.bodies = [b'["answer",{"round":"%d","places":[%d]}]' % (round_id, place) for place in range(CHOICES)]
        self.acks = bytearray(fans + 1)
        self.took_s: list[float] = []
        self.opens_s = 0.0
        self.receipts = self.acked = self.again = 0


class Page(WSListener):
    """The n-th fan."""

    def __init__(self, hall: Crowd, n: int) -> None:
        super().__init__()
        self.hall, self.n = hall, n
        self.transport: WSTransport | None = None
        self.sheet: Sheet | None = None
        self.due_s = 0.0
        self._asked = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        self.enter()

    def enter(self) -> None:
        if self.transport is not None:
            self.transport.send(TEXT, CONNECTED + b"," + self.hall.auth)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != TEXT:
            return
        payload = frame.get_payload_as_bytes()
        if payload.startswith(ACK):
            self._acknowledged(payload)
        elif payload.startswith(SCENE):
            self.hall.told(self, payload)
        elif payload == PING:
            transport.send(TEXT, PONG)
        elif payload.startswith(CONNECTED):
            self.hall.came(self)
        elif payload.startswith(REFUSED):
            self.hall.refused(self, payload)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.transport = None
        self.hall.lost(self)

    def answer(self, sheet: Sheet, due_s: float) -> None:
        """Or the same again."""
        self.sheet, self.due_s = sheet, due_s
        self.ask(sheet.bodies[self.n % len(sheet.bodies)])

    def ask(self, body: bytes) -> None:
        self._asked += 1
        if self.transport is not None:
            self.transport.send(TEXT, b"42/fans,%d" % self._asked + body)

    def _acknowledged(self, payload: bytes) -> None:
        sheet, recorded = self.sheet, RECORDED in payload
        if sheet is None or not (recorded or DUPLICATE in payload):
            self.hall.others += 1  # the acknowledgement of a standing, or a refusal: whoever is missing answers again
            return
        if sheet.acks[self.n]:
            sheet.again += recorded
            return
        sheet.acks[self.n] = 1
        sheet.acked += 1
        sheet.took_s.append(time.monotonic() - self.due_s)
        if found := RECEIPT.search(payload):
            sheet.receipts += crc32(found[1])


@dataclass
class Crowd:
    """Everybody. `standing`: the share of pages that ask for their own standing after a reveal."""

    port: int
    cookie: Callable[[int], str]
    standing: float = 0.0
    pages: list[Page] = field(default_factory=list)
    auth: bytes = b""
    joins: int = 0
    refusals: int = 0
    cuts: int = 0
    others: int = 0
    scene: str = ""
    _seq: bytes = b""
    _sheet: Sheet | None = None
    _ready: list[Page] = field(default_factory=list)
    _inside: set[int] = field(default_factory=set)
    _reached: dict[str, int] = field(default_factory=dict)
    _draw: Random = field(default_factory=lambda: Random(1))
    _over: bool = False
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def enter(self, fans: int, auth: bytes) -> None:
        """Everybody into a run: the first time over a new connection, then over the one that is open. TimeoutError."""
        self.auth = auth
        self._inside.clear()
        if self.pages:
            for page in self.pages:
                if page.transport is not None:
                    page.transport.send(TEXT, LEFT + b",")
                page.enter()
                if page.n % ENTERING == 0:
                    await asyncio.sleep(0)
        else:
            self.pages = [Page(self, n) for n in range(1, fans + 1)]
            doors = asyncio.Semaphore(ENTERING)
            await asyncio.gather(*(self._open(page, doors) for page in self.pages))
        await self.until(lambda: len(self._inside) == fans, "everybody in")

    async def _open(self, page: Page, doors: asyncio.Semaphore | None = None) -> None:
        async with doors or asyncio.Semaphore():
            url = f"ws://127.0.0.1:{self.port}/socket.io/?EIO=4&transport=websocket"
            while not self._over:
                try:
                    cookie = {"Cookie": self.cookie(page.n)}
                    await ws_connect(lambda: page, url, extra_headers=cookie, websocket_handshake_timeout=PATIENCE_S)
                    return
                except (WSError, OSError):  # asked to come again, or nobody there
                    self.refusals += 1
                    await asyncio.sleep(0.5 + self._draw.random())

    def came(self, page: Page) -> None:
        self._inside.add(page.n)
        self.joins += 1

    def refused(self, page: Page, payload: bytes) -> None:
        """A moment later, or when the server says; not if the page has come in over another connection meanwhile."""
        self.refusals += 1
        wait, refused = RETRY.search(payload), page.transport

        def again() -> None:
            if page.transport is refused and page.n not in self._inside:
                page.enter()

        asyncio.get_running_loop().call_later(int(wait[1]) / 1000 if wait else 0.5 + self._draw.random(), again)

    def lost(self, page: Page) -> None:
        if self._over:
            return
        self.cuts += 1
        self._inside.discard(page.n)
        task = asyncio.get_running_loop().create_task(self._open(page))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def told(self, page: Page, payload: bytes) -> None:
        """Of a packet that went to everybody; the first one who has it reads it for all."""
        head = HEAD.search(payload, len(SCENE), len(SCENE) + 60)
        if head is None:
            return
        if head[1] != self._seq and int(head[1]) > int(self._seq or b"0"):
            self._seq, self.scene = head[1], head[2].decode()
            self._reached[self.scene] = 0
            if self.scene == "open" and self._sheet is not None:
                scene = json.loads(payload[len(SCENE) : -1])
                self._sheet.opens_s = scene["round"]["opens_ms"] / 1000
        if head[1] != self._seq:
            return
        self._reached[self.scene] += 1
        if self.scene == "open":
            self._ready.append(page)
        elif self.scene == "reveal" and self._draw.random() < self.standing:
            asyncio.get_running_loop().call_later(CALM_S * self._draw.random(), page.ask, b'["standing",{}]')

    async def answered(self, sheet: Sheet) -> None:
        """Who knows the question answers as soon as it is open, until everybody is acknowledged. TimeoutError."""
        self._sheet = sheet
        self._ready.clear()
        fans, again_s = len(self.pages), time.monotonic() + REPEAT_S
        until_s = time.monotonic() + PATIENCE_S
        while sheet.acked < fans:
            now_s = time.monotonic()
            if self._ready and now_s >= sheet.opens_s > 0:
                ready, self._ready = self._ready, []
                for page in ready:
                    page.answer(sheet, sheet.opens_s)
            if now_s > again_s:
                again_s = now_s + REPEAT_S
                for page in [each for each in self.pages if sheet.opens_s and not sheet.acks[each.n]]:
                    page.answer(sheet, sheet.opens_s)
            if now_s > until_s:
                raise TimeoutError(f"{fans - sheet.acked} of {fans} answers were not acknowledged")
            await asyncio.sleep(0.003)

    async def sees(self, scene: str) -> None:
        """Until everybody has this packet (who was cut off gets a snapshot instead). TimeoutError."""
        wanted = len(self.pages)
        await self.until(
            lambda: self.scene == scene and self._reached[scene] + (wanted - len(self._inside)) >= wanted, scene
        )

    async def until(self, done: Callable[[], bool], what: str) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not done():
            if time.monotonic() > until_s:
                raise TimeoutError(f"it did not come to this: {what}")
            await asyncio.sleep(0.003)

    async def leave(self) -> None:
        self._over = True
        for page in self.pages:
            if page.transport is not None:
                page.transport.disconnect(graceful=False)
        await self.until(lambda: all(page.transport is None for page in self.pages), "everybody gone")
        for task in self._tasks:
            task.cancel()
