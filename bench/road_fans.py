"""Fans on the road: each plays on and on over a socket of its own, thinking a little before every tap.

The load is open: every tap has its moment, the mean pause after the moment of the tap before it, whatever the server did in
between. A tap that could not be made at its moment, because the last one was still unanswered, waits, and its wait counts.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from bench.road_stock import token
from campaigns.crowd.errors import CrowdError
from campaigns.crowd.pages import Address, ByHand, Page

PLACES = 4
LEAVES = 0.1  # of those who are told a verdict give up the play: plays end and begin at all times, not all at once


@dataclass
class Laps:
    """What was measured while `open`: the time from each tap's moment to its acknowledgement, by kind of action."""

    open: bool = False
    replies_ms: list[float] = field(default_factory=list)
    asks_ms: list[float] = field(default_factory=list)
    begins_ms: list[float] = field(default_factory=list)
    acknowledged: int = 0  # replies, whether measured or not
    failures: list[str] = field(default_factory=list)

    def done(self, event: str, took_ms: float) -> None:
        self.acknowledged += event == "reply"
        times = {"reply": self.replies_ms, "ask": self.asks_ms, "play": self.begins_ms}.get(event)
        if self.open and times is not None:
            times.append(took_ms)


class Runner:
    """Fan number `n`. `think_s`: the mean pause before a tap."""

    def __init__(self, n: int, at: Address, code: str, laps: Laps, think_s: float) -> None:
        self._n, self._code, self._laps, self._think_s = n, code, laps, think_s
        self._random = random.Random(n)
        self._play: dict[str, Any] = {}
        self.page = Page(ByHand, at, "/fans", lambda event, data, read_s: None)

    async def enter(self) -> None:
        """Connect, and begin a play: what everybody does once is no part of the measurement."""
        await self.page.open(f"fan={token(self._n)}", {"run": self._code})
        self._play = await self._tap("play", {}, time.monotonic())

    async def run(self, until_s: float) -> None:
        """Play until then. What goes wrong is kept; the others play on."""
        moment_s = time.monotonic() + self._random.random() * self._think_s
        try:
            while moment_s < until_s:
                await asyncio.sleep(moment_s - time.monotonic())
                self._play = await self._tap(*self._next(self._play), moment_s)
                moment_s += self._random.uniform(0.5, 1.5) * self._think_s
        except CrowdError as error:
            self._laps.failures.append(f"fan {self._n}: {error}")

    def leave(self) -> None:
        self.page.cut()

    def _next(self, play: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """What this fan does in this state: guesses, banks or dares by the toss of a coin, tries again where it may."""
        step = {"play": play["id"], "n": play["n"]}
        state = play["state"]
        if state == "ended":
            return "play", {}
        if state == "asked":
            return "reply", step | {"places": [self._random.randrange(PLACES)]}
        if state == "passed":
            return "decide", step | {"dare": self._random.random() < 0.5}
        if state == "verdict" and self._random.random() < LEAVES:
            return "stop", step
        return ("retry" if state == "failed" else "ask"), step

    async def _tap(self, event: str, data: dict[str, Any], moment_s: float) -> dict[str, Any]:
        answer = (await self.page.ask(event, data)).data
        play: dict[str, Any] | None = answer.get("play")
        if play is None:
            raise CrowdError(f"{event} {data} brought {answer}")
        self._laps.done(event, (time.monotonic() - moment_s) * 1000)
        return play
