"""Stands between a page and the wire: lets it through, or says what a house says that restarts or has too many at its door."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from itertools import pairwise

from playwright.sync_api import Page, WebSocketRoute

PATIENCE_S = 60.0
RESTARTS, WORD_MS = 1012, 400  # the word has its time before the end, as realtime/drain.py gives it
OPEN = {"sid": "door", "upgrades": [], "pingInterval": 15000, "pingTimeout": 15000, "maxPayload": 8192}


class Doorkeeper:
    """Made before the page opens its wire. `came_s`: when it came."""

    def __init__(self, page: Page) -> None:
        self.came_s: list[float] = []
        self._page, self._later_ms, self._inside = page, 0, False
        self._ends: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/socket.io/"), self._comes)

    def sends_away(self, away_ms: int, later_ms: int) -> list[float]:
        """A restart, and at its door a refusal: how long the page stayed away, each time, in ms."""
        self._until(lambda: self._inside)
        page, house = self._ends
        page.send("42/fans," + json.dumps(["reconnect", {"from_ms": away_ms, "within_ms": away_ms}]))
        self._page.wait_for_timeout(WORD_MS)
        self.came_s, self._later_ms, self._inside = [time.monotonic()], later_ms, False
        page.close(code=RESTARTS)
        house.close()
        self._until(lambda: self._inside)
        return [1000 * (later - before) for before, later in pairwise(self.came_s)]

    def _until(self, done: Callable[[], bool]) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not done() and time.monotonic() < until_s:
            self._page.wait_for_timeout(50)

    def _comes(self, wire: WebSocketRoute) -> None:
        self.came_s.append(time.monotonic())
        later_ms, self._later_ms = self._later_ms, 0
        if later_ms:
            refusal = {"message": "later", "data": {"retry_in_ms": later_ms}}
            wire.on_message(lambda _: wire.send("44/fans," + json.dumps(refusal)))
            wire.send("0" + json.dumps(OPEN))
            return
        house = wire.connect_to_server()
        self._ends = [wire, house]
        house.on_message(lambda word: self._passes(wire, word))

    def _passes(self, wire: WebSocketRoute, word: str | bytes) -> None:
        wire.send(word)
        self._inside = self._inside or str(word).startswith("40/fans")
