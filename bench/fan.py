"""One fan of the crowd: in through the door, connected, and in every round what the plan says.

A fan checks what it is told: a duplicate brings the first receipt, a reload brings back round, clock and own answer,
and what comes too early or too late is refused. Whatever is wrong goes into the tally's failures; the show goes on.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from bench.door import Browser
from bench.plan import Deed, Reload, Twice
from campaigns.crowd.errors import CrowdError
from campaigns.crowd.pages import Address, Makes, Page, Said, Scene
from campaigns.crowd.tally import Tally

BUSY_S = 0.2
GONE_S = 0.1
MOST_TURNS = 6


class Fan:
    """`spread_s`: within this time after a reveal the pages ask for their own standing."""

    def __init__(self, index: int, at: Address, line: Makes, tally: Tally, spread_s: float) -> None:
        self.index, self._tally, self._jitter_s = index, tally, spread_s * (index * 7919 % 1000) / 1000
        self.browser = Browser(at)
        self.page = Page(line, at, "/fans", self._heard)
        self.gone = False  # kicked
        self.told: dict[str, Any] = {}  # the newest awards
        self._code, self._lead_ms, self._tabs = "", 0, 0
        self._seen: set[tuple[str, str]] = set()

    async def enter(self, code: str, lead_ms: int) -> None:
        """Join by HTTP and connect."""
        self._code, self._lead_ms, self.gone = code, lead_ms, False
        began_s = time.monotonic()
        await asyncio.to_thread(self.browser.join, code)
        self._tally.join_ms.append((time.monotonic() - began_s) * 1000)
        await self._connect()

    async def _connect(self) -> None:
        self._tabs += 1
        await self.page.open(self.browser.cookie, {"run": self._code, "tab": f"{self.index}-{self._tabs}"})

    def leave(self) -> None:
        self.page.cut()

    def _heard(self, event: str, scene: Any, read_s: float) -> None:
        """Time what was pushed to everybody; a snapshot is an answer, not a push."""
        current = scene.get("round") if event == "scene" else None
        if current is None or (current["id"], scene["scene"]) in self._seen:
            return
        self._seen.add((current["id"], scene["scene"]))
        if scene["scene"] == "open":
            self._tally.push_ms.append(read_s * 1000 - (current["opens_ms"] - self._lead_ms))
            self._tally.counts["arrived_after_opening"] += read_s * 1000 > current["opens_ms"]
        elif scene["scene"] == "reveal" and not current["sealed"]:
            self._tally.reveal_ms.append(read_s * 1000 - current["closes_ms"])

    async def play(self, n: int, deed: Deed) -> None:
        """Everything this fan does while round n is open."""
        try:
            scene = await self.page.until(lambda s: s["scene"] == "open" and s["round"]["n"] == n, f"round {n} open")
            if (
                deed.early
                and time.monotonic() * 1000 < scene["round"]["opens_ms"] - 50
                and await self._early(scene, deed)
            ):
                return
            if deed.reload is Reload.BEFORE:
                await self._reload(scene, None)
            if deed.late:
                return
            await asyncio.sleep(max(0.0, scene["round"]["opens_ms"] / 1000 - time.monotonic()) + deed.think_s)
            receipt = await self._answer(scene, deed)
            if deed.reload is Reload.AFTER:
                await self._reload(scene, receipt)
        except CrowdError as error:
            self._fail(n, str(error))

    async def _early(self, scene: Scene, deed: Deed) -> bool:
        """Answer before the opening, which is refused. True: it was under way so long that it came after it, and counts."""
        answer = await self._send(scene, deed.first)
        if answer.get("outcome") == "recorded" and time.monotonic() * 1000 > scene["round"]["opens_ms"]:
            self._recorded(scene, answer)
            return True
        self._expect(scene, answer, "not_open", "early")
        return False

    async def come_late(self, n: int, deed: Deed) -> None:
        """Answer when the round is over."""
        try:
            over = ("closed", "reveal")
            scene = await self.page.until(lambda s: s["scene"] in over and s["round"]["n"] == n, f"round {n} closed")
            self._expect(scene, await self._send(scene, deed.first), "too_late", "late")
        except CrowdError as error:
            self._fail(n, str(error))

    async def _answer(self, scene: Scene, deed: Deed) -> str:
        """The receipt of the answer that counts."""
        if deed.twice is Twice.AT_ONCE:
            first, again = await asyncio.gather(self._send(scene, deed.first), self._send(scene, deed.first))
            if first["outcome"] != "recorded":
                first, again = again, first
            self._recorded(scene, first)
            self._duplicate(first, again)
            return str(first.get("receipt"))
        first = await self._send(scene, deed.first)
        self._recorded(scene, first)
        if deed.twice is not Twice.NO:
            self._duplicate(first, await self._send(scene, deed.first if deed.twice is Twice.SAME else deed.second))
        return str(first.get("receipt"))

    async def _send(self, scene: Scene, said: dict[str, object]) -> dict[str, Any]:
        """Send until the server has taken a stand: `busy` means again."""
        while True:
            answer: Said = await self.page.ask("answer", {"round": scene["round"]["id"], **said})
            self._tally.counts["sent"] += 1 + answer.repeats
            self._tally.counts["repeats"] += answer.repeats
            self._tally.ack_ms.append(answer.took_ms)
            if answer.data.get("outcome") == "duplicate" and answer.repeats:
                return {**answer.data, "outcome": "recorded"}  # the repetition of what had been stored already
            if answer.data.get("outcome") != "busy":
                return answer.data
            await asyncio.sleep(BUSY_S)

    def _recorded(self, scene: Scene, answer: dict[str, Any]) -> None:
        if answer.get("outcome") == "recorded" and answer.get("receipt"):
            self._tally.recorded.add((scene["round"]["id"], self.index))
        else:
            self._fail(scene["round"]["n"], f"an answer in time brought {answer}")

    def _duplicate(self, first: dict[str, Any], again: dict[str, Any]) -> None:
        self._tally.counts["duplicates_tried"] += 1
        if again.get("outcome") != "duplicate" or again.get("receipt") != first.get("receipt"):
            self._tally.counts["duplicates_counted"] += 1
            self._tally.fail(f"fan {self.index}: the second answer brought {again}, the first {first}")

    def _expect(self, scene: Scene, answer: dict[str, Any], outcome: str, name: str) -> None:
        self._tally.counts[name] += 1
        if answer.get("outcome") != outcome:
            self._fail(scene["round"]["n"], f"wanted {outcome}, got {answer}")

    async def _reload(self, scene: Scene, receipt: str | None) -> None:
        """Gone without a word, back as a new tab: the picture is the same."""
        self.page.cut()
        await asyncio.sleep(GONE_S)
        await self._connect()
        self._tally.counts["reloads"] += 1
        back, snapshot = self.page.scene or {}, self.page.snapshot or {}
        answered = (snapshot.get("you") or {}).get("answered") or {}
        same = (back.get("round") or {}).get("id") == scene["round"]["id"]
        if not same or back["round"]["opens_ms"] != scene["round"]["opens_ms"] or answered.get("receipt") != receipt:
            self._fail(scene["round"]["n"], f"after a reload: {back.get('scene')}, answered {answered}")

    async def see_reveal(self, n: int, version: int) -> None:
        """Wait for the result and ask for the own standing, as pages do: each a little later than the others."""
        try:
            await self.page.until(
                lambda s: s["reveal"] is not None and s["round"]["n"] == n and s["reveal"]["version"] == version,
                f"the reveal of round {n}",
            )
            await asyncio.sleep(self._jitter_s)
            standing = await self._own("standing")
            if standing.get("version") != version:
                self._fail(n, f"a standing of version {version} was wanted, got {standing}")
        except CrowdError as error:
            self._fail(n, str(error))

    async def _own(self, event: str) -> dict[str, Any]:
        """What only this fan sees. A server that is out of breath says so; the page asks again, as the real one does."""
        for turn in range(1, MOST_TURNS + 1):
            own = (await self.page.ask(event, {})).data
            if own.get("error") != "unavailable":
                break
            self._tally.counts["unavailable"] += 1
            await asyncio.sleep(turn * (0.5 + self._jitter_s))
        return own

    async def see_awards(self, seq: int) -> None:
        """Wait for the awards as of event `seq`, and fetch the own."""
        try:
            ready = await self.page.until(
                lambda s: s["seq"] >= seq and bool((s["final"] or {}).get("awards")), "the awards"
            )
            await asyncio.sleep(self._jitter_s)
            self.told = await self._own("awards")
            if "points" not in self.told:
                self._fail(0, f"awards were said to be ready at {ready['seq']}, but: {self.told}")
        except CrowdError as error:
            self._fail(0, str(error))

    def _fail(self, n: int, what: str) -> None:
        self._tally.fail(f"fan {self.index}, round {n} of {self._code}: {what}")
