"""The people around the two photographed phones: real joins, real Socket.IO, seeded answers.

While the crowd is held, some three in five answer and the others wait for `go`: so a picture of an open question shows it
half answered. They know the keys from the demo's own file, as people in a hall know phones.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.door import Browser
from campaigns.crowd.errors import CrowdError
from campaigns.crowd.pages import Address, ByHand, Page, Scene

QUESTIONS = Path(__file__).resolve().parent.parent / "demo" / "questions.json"
SEED = 7
LOOK_S = 0.1
EAGER, KNOWING = 0.6, 0.65  # shares of the crowd
GUESS = 4099.0  # what people say to a sealed price, more or less
Key = tuple[list[int], float | None]


def right_value(value: float, n: int) -> int:
    """Near it, as somebody would say it."""
    return round(value) + n


class Crowd:
    def __init__(self, at: Address, code: str, size: int) -> None:
        self._at, self._code, self._size = at, code, size
        self._dice = random.Random(SEED)
        self._held = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._scenes: dict[int, Scene] = {}
        questions = json.loads(QUESTIONS.read_text(encoding="utf-8"))["questions"]
        self._questions = {question["text"]["zh"]: question for question in questions}
        self.rounds = 0

    async def __aenter__(self) -> Self:
        """Everybody in, one after the other, as names pop into the lobby."""
        for index in range(self._size):
            browser = Browser(self._at, "zh-CN" if index % 3 else "en")
            await asyncio.to_thread(browser.join, self._code)
            page = Page(ByHand, self._at, "/fans", self._heard)
            await page.open(browser.cookie, {"run": self._code, "tab": f"crowd-{index}"})
            self.rounds = (page.scene or {})["run"]["rounds"]
            self._tasks.append(asyncio.create_task(self._play(page, random.Random(SEED * 1000 + index))))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hold(self) -> None:
        self._held.clear()

    def go(self) -> None:
        self._held.set()

    def key(self, n: int) -> Key:
        """The right places, or the value, of question n as it is open now."""
        return self._key(self._scenes[n])

    def _heard(self, event: str, scene: Any, read_s: float) -> None:
        shown = scene.get("scene") if isinstance(scene.get("scene"), dict) else scene
        if shown.get("scene") == "open":
            self._scenes[shown["round"]["n"]] = shown

    def _key(self, scene: Scene) -> Key:
        asked = scene["round"]
        question = self._questions[asked["text"]["zh"]]
        if asked["kind"] == "estimate":
            return [], question["key"]["value"] if question["key"] else GUESS
        if asked["kind"] == "truefalse":
            right = {"对"} if "true" in question["key"] else {"错"}
        else:
            right = {choice["text"]["zh"] for choice in question["choices"] if choice["id"] in question["key"]}
        return [place for place, words in enumerate(asked["choices"]) if words["zh"] in right], None

    async def _play(self, page: Page, dice: random.Random) -> None:
        """One fan, for the whole show: look, think, answer."""
        eager, knowing = dice.random() < EAGER, dice.uniform(KNOWING - 0.3, KNOWING + 0.3)
        done = ""
        while True:
            await asyncio.sleep(LOOK_S)
            scene = page.scene
            if scene is None or scene["scene"] != "open" or scene["round"]["id"] == done:
                continue
            done = scene["round"]["id"]
            await asyncio.sleep(max(0.0, scene["round"]["opens_ms"] / 1000 - time.monotonic()) + dice.uniform(0.6, 2.6))
            if not eager:
                await self._held.wait()
                await asyncio.sleep(dice.uniform(0.1, 0.8))
            try:
                await page.ask("answer", {"round": done, **self._said(scene, dice, knowing)})
            except CrowdError as error:
                print(f"  a fan of the crowd: {error}", flush=True)

    def _said(self, scene: Scene, dice: random.Random, knowing: float) -> dict[str, object]:
        places, value = self._key(scene)
        if value is not None:
            asked = scene["round"]
            guess = dice.gauss(value, (asked["high"] - asked["low"]) / 14)
            return {"value": round(min(asked["high"], max(asked["low"], guess)))}
        if dice.random() < knowing:
            return {"places": places}
        return {"places": [dice.randrange(len(scene["round"]["choices"]))]}
