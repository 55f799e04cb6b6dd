"""Fans on the road: each plays on and on over a socket of its own, thinking a little before every tap.

The load is open as far as it can be: a tap has its moment, and what the server makes it wait counts as latency, not as rest.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from bench.errors import CrowdError
from bench.pages import Address, ByHand, Page
from bench.road_stock import token

PLACES = 4


@dataclass
class Laps:
    """What was measured while `open`: the time from each tap's moment to its acknowledgement, by kind of action."""

    open: bool = False
    replies_ms: list[float] = field(default_factory=list)
    asks_ms: list[float] = field(default_factory=list)
    plays: int = 0
    acknowledged: int = 0  # replies, whether measured or not
    failures: list[str] = field(default_factory=list)

    def done(self, event: str, took_ms: float) -> None:
        self.acknowledged += event == "reply"
        if self.open and event in ("ask", "reply"):
            (self.replies_ms if event == "reply" else self.asks_ms).append(took_ms)


class Runner:
    """Fan number `n`. `think_s`: the mean pause before a tap."""

    def __init__(self, n: int, at: Address, code: str, laps: Laps, think_s: float) -> None:
        self._n, self._code, self._laps, self._think_s = n, code, laps, think_s
        self._random = random.Random(n)
        self.page = Page(ByHand, at, "/fans", lambda event, data, read_s: None)

    async def enter(self) -> None:
        await self.page.open(f"fan={token(self._n)}", {"run": self._code})

    async def run(self, until_s: float) -> None:
        """Play until then. What goes wrong is kept; the others play on."""
        try:
            play = await self._do("play", {})
            while time.monotonic() < until_s:
                event, data = self._next(play)
                play = await self._do(event, data, pause=event in ("ask", "reply"))
        except CrowdError as error:
            self._laps.failures.append(f"fan {self._n}: {error}")

    def leave(self) -> None:
        self.page.cut()

    def _next(self, play: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """What this fan does in this state: guesses, banks or dares by the toss of a coin, tries again where it may."""
        step = {"play": play["id"], "n": play["n"]}
        state = play["state"]
        if state == "ended":
            self._laps.plays += 1
            return "play", {}
        if state == "asked":
            return "reply", step | {"places": [self._random.randrange(PLACES)]}
        if state == "passed":
            return "decide", step | {"dare": self._random.random() < 0.5}
        return ("retry" if state == "failed" else "ask"), step

    async def _do(self, event: str, data: dict[str, Any], *, pause: bool = False) -> dict[str, Any]:
        moment_s = time.monotonic()
        if pause:
            moment_s += self._random.uniform(0.5, 1.5) * self._think_s
            await asyncio.sleep(moment_s - time.monotonic())
        said = await self.page.ask(event, data)
        answer = said.data
        play: dict[str, Any] | None = answer.get("play")
        if play is None:
            raise CrowdError(f"{event} {data} brought {answer}")
        self._laps.done(event, (time.monotonic() - moment_s) * 1000)
        return play
