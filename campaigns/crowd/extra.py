"""One simulated fan of a rehearsal: comes in, answers as its plan says, asks for its standing, drops out, comes back.

It behaves as the real page does, over a real connection; what it sees goes into the `Memory` that all share. It knows which
answer is right from whoever made it, never from the wire.
"""

from __future__ import annotations

import asyncio
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from campaigns.crowd.errors import CrowdError
from campaigns.crowd.pages import Address, ByHand, Page, Scene
from campaigns.crowd.tally import Tally
from campaigns.domain.rehearsal import Asked, Deed, Leaving, Plan, deed

OVER = ("final", "cancelled")
AGAIN_S, TRIES = 2.0, 5  # who is not let in knocks again
LOOK_S = 3.0  # how often a page that waits looks whether its connection is still there
PATIENT_S = 60.0  # how long it repeats itself, as pages do
JITTER_MS = 1_500  # pages ask for their standing within this time after a reveal


@dataclass
class Memory:
    """`rounds`: what is asked, by the round's id on the wire. `answered_s`: when each answer was acknowledged."""

    plan: Plan
    seed: str
    code: str
    lead_ms: int
    rounds: Mapping[str, Asked]
    tally: Tally = field(default_factory=Tally)
    let_in: int = 0
    answered_s: list[float] = field(default_factory=list)
    unserved: set[int] = field(default_factory=set)


class Extra:
    """`answered`: rounds it has answered before this process began. `looks`: also fetches each question's picture."""

    def __init__(
        self, n: int, at: Address, cookie: str, memory: Memory, leaving: Leaving | None, answered: Collection[str] = ()
    ) -> None:
        self.n, self._at, self._cookie, self._memory, self._leaving = n, at, cookie, memory, leaving
        self._page = Page(ByHand, at, "/fans", self._heard)
        self._tabs = 0
        self._done = set(answered)  # rounds answered, or kept silent in
        self._timed: set[tuple[str, str]] = set()
        self.standing: tuple[str, int] | None = None  # (round, score) as told last
        self.looks = n == 0

    async def enter(self) -> bool:
        """False: not let in, also after several tries."""
        tally, why = self._memory.tally, ""
        for turn in range(TRIES):
            began_s = time.monotonic()
            try:
                await self._connect()
            except CrowdError as error:
                why = str(error)
                await asyncio.sleep(AGAIN_S * (turn + 1))
                continue
            tally.join_ms.append((time.monotonic() - began_s) * 1000)
            self._memory.let_in += 1
            return True
        tally.fail(f"fan {self.n + 1}: {why}")
        return False

    async def play(self) -> None:
        """To the last scene, or until it leaves for good."""
        while True:
            scene = await self._wait(lambda s: s["scene"] in OVER or self._is_new(s))
            if scene["scene"] in OVER or self._page.removed is not None:
                return
            if not await self._round(scene):
                return

    def leave(self) -> None:
        self._page.cut()

    def _is_new(self, scene: Scene) -> bool:
        return scene["scene"] == "open" and scene["pause"] is None and scene["round"]["id"] not in self._done

    async def _round(self, scene: Scene) -> bool:
        """False: gone for good."""
        number, asked = scene["round"]["id"], self._asked(scene)
        if self.looks and scene["round"]["image"]:
            await self._look_at(scene)
        planned, leaving = deed(self._memory.plan, asked, self._memory.seed, self.n), self._leaving
        leaves = leaving is not None and asked.n >= leaving.n
        if leaving is not None and leaves and not leaving.answers_first:
            return await self._out(leaving)
        self._done.add(number)
        if planned is not None:
            await self._answer(scene, planned)
        if leaving is not None and leaves:
            return await self._out(leaving)
        seen = await self._wait(lambda s: s["scene"] in OVER or self._is_new(s) or _revealed(s, number))
        if _revealed(seen, number):
            await self._own_standing()
        return True

    def _asked(self, scene: Scene) -> Asked:
        """As planned; of a round that was put in since, what everybody sees of it."""
        shown = scene["round"]
        low, high = float(shown["low"] or 0), float(shown["high"] or 100)
        several, many = shown["kind"] == "multiple", len(shown["choices"] or ())
        unknown = Asked(
            shown["n"] or 0, many, several, None, low, high, None, 1.0, shown["seconds"], shown["kind"] == "buzzer"
        )
        return self._memory.rounds.get(shown["id"], unknown)

    async def _answer(self, scene: Scene, planned: Deed) -> None:
        tap_s = scene["round"]["opens_ms"] / 1000 + planned.after_ms / 1000
        await asyncio.sleep(max(0.0, tap_s - time.monotonic()))
        shown = self._page.scene or {}
        if shown.get("scene") != "open" or shown["round"]["id"] != scene["round"]["id"]:
            return  # closed before it could tap: nothing is left to be tapped
        await asyncio.sleep(planned.delay_ms / 1000)
        said: dict[str, Any] = {"round": scene["round"]["id"]}
        said |= {"places": list(planned.places)} if planned.value is None else {"value": planned.value}
        try:
            self._heard_back(scene["round"], await self._send(said))
        except CrowdError as error:
            if not self._page.lost:
                self._memory.tally.fail(f"fan {self.n + 1}: {error}")

    async def _send(self, said: dict[str, Any]) -> dict[str, Any]:
        """The stand that the server takes: `busy` and `paused` mean again."""
        tally = self._memory.tally
        while True:
            answer = await self._page.ask("answer", said, PATIENT_S)
            tally.counts["sent"] += 1 + answer.repeats
            tally.counts["repeats"] += answer.repeats
            tally.ack_ms.append(answer.took_ms)
            outcome = answer.data.get("outcome")
            if outcome == "duplicate" and answer.repeats:
                return {**answer.data, "outcome": "recorded"}
            if outcome not in ("busy", "paused"):
                return answer.data
            await asyncio.sleep(0.5)

    def _heard_back(self, shown: dict[str, Any], answer: dict[str, Any]) -> None:
        memory, outcome = self._memory, answer.get("outcome")
        if outcome == "recorded":
            memory.tally.recorded.add((shown["id"], self.n))
            memory.answered_s.append(time.monotonic())
        elif outcome == "too_late":
            memory.tally.counts["late"] += 1
        elif outcome != "not_open" or (self._page.scene or {}).get("scene") == "open":
            memory.tally.fail(f"fan {self.n + 1}, question {shown['n']}: {answer}")

    async def _own_standing(self) -> None:
        await asyncio.sleep((self.n * 7919 % JITTER_MS) / 1000)
        try:
            own = (await self._page.ask("standing", {}, PATIENT_S)).data
        except CrowdError as error:
            if not self._page.lost:
                self._memory.tally.fail(f"fan {self.n + 1}: {error}")
            return
        if "score" in own and own.get("round"):
            self.standing = (own["round"], own["score"])
        elif own.get("error") == "unavailable":
            self._memory.tally.counts["unavailable"] += 1

    async def _out(self, leaving: Leaving) -> bool:
        """Gone without a word, like a phone in a tunnel; perhaps back later. False: not."""
        counts, self._leaving = self._memory.tally.counts, None
        counts["left"] += 1
        self._page.cut()
        if leaving.back_s is None:
            return False
        await asyncio.sleep(leaving.back_s)
        await self._connect()
        counts["reloads"] += 1
        return True

    async def _connect(self) -> None:
        self._tabs += 1
        await self._page.open(f"fan={self._cookie}", {"run": self._memory.code, "tab": f"extra-{self.n}-{self._tabs}"})

    async def _wait(self, wanted: Any) -> Scene:
        """However long; whoever loses the connection meanwhile comes back, as pages do."""
        while True:
            try:
                return await self._page.until(wanted, "the show", LOOK_S + self.n % 100 / 100)
            except CrowdError:
                if self._page.removed is not None:
                    return {"scene": OVER[0]}
                if self._page.lost:
                    await self._back()

    async def _back(self) -> None:
        self._memory.tally.counts["lost"] += 1
        for turn in range(TRIES):
            await asyncio.sleep(AGAIN_S * (turn + self.n % 10 / 10))
            try:
                return await self._connect()
            except CrowdError:
                continue  # the next try waits longer
        raise CrowdError(f"fan {self.n + 1}: the connection was lost, and does not come back")

    async def _look_at(self, scene: Scene) -> None:
        shown = scene["round"]
        if not await asyncio.to_thread(_served, self._at.url + shown["image"]):
            self._memory.unserved.add(shown["n"])

    def _heard(self, event: str, scene: Any, read_s: float) -> None:
        """Time what was pushed to everybody; a snapshot is an answer, not a push."""
        shown = scene.get("round") if event == "scene" else None
        if shown is None or (shown["id"], scene["scene"]) in self._timed:
            return
        self._timed.add((shown["id"], scene["scene"]))
        tally = self._memory.tally
        if scene["scene"] == "open":
            tally.push_ms.append(read_s * 1000 - (shown["opens_ms"] - self._memory.lead_ms))
            tally.counts["arrived_after_opening"] += read_s * 1000 > shown["opens_ms"]
        elif scene["scene"] == "reveal" and not shown["sealed"]:
            tally.reveal_ms.append(read_s * 1000 - shown["closes_ms"])


def _revealed(scene: Scene, number: str) -> bool:
    return scene["reveal"] is not None and scene["round"] is not None and scene["round"]["id"] == number


def _served(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            kind = answer.headers.get_content_maintype()
            return bool(answer.status == 200 and kind == "image" and answer.read())
    except (urllib.error.URLError, OSError):
        return False
