"""Plays the show: fans come in, every round is asked, answered, closed, revealed, perhaps corrected; then the awards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from bench.desk import Desk, new_session
from bench.fan import Fan
from bench.library import ByLibrary
from bench.plan import KICKED, deed
from bench.show import VALUE, Act, Closing, Key, make_show
from campaigns.bootstrap import Services
from campaigns.crowd.errors import CrowdError
from campaigns.crowd.pages import PATIENCE_S, Address, ByHand
from campaigns.crowd.tally import Tally
from campaigns.db.models import Run
from campaigns.db.records import Settlement
from campaigns.domain.run import Step

DOORS = 8  # fans who come in at the same time
LIBRARY_PAGES = 20
ENDING = (Step.PODIUM, *(Step.PODIUM_STEP,) * 3, Step.END)


@dataclass
class Record:
    """What was played, and what the crowd knows of it."""

    acts: list[Act]
    fans: list[Fan]
    tally: Tally
    told: dict[int, dict[int, dict[str, int]]]  # run id → fan index → its awards
    took_s: float


async def perform(services: Services, at: Address, fans: int, quick: bool) -> Record:
    """The whole show with so many fans. Raises CrowdError when it cannot go on."""
    began_s, tally = time.monotonic(), Tally()
    session = await asyncio.to_thread(new_session, services)  # first: she is to own the show
    acts = await asyncio.to_thread(make_show, services, fans, quick)
    by_library = min(LIBRARY_PAGES, max(1, fans // 10))
    spread_s = 0.1 if quick else 1.0
    crowd = [Fan(n, at, ByLibrary if n < by_library else ByHand, tally, spread_s) for n in range(fans)]
    told = {}
    for act in acts:
        async with Desk(at, session, act.run_id) as desk:
            told[act.run_id] = await _Performance(services, act, crowd, desk, quick).play()
    return Record(acts, crowd, tally, told, round(time.monotonic() - began_s, 1))


@dataclass
class _Performance:
    services: Services
    act: Act
    crowd: Sequence[Fan]
    desk: Desk
    quick: bool

    @property
    def here(self) -> list[Fan]:
        return [fan for fan in self.crowd if not fan.gone]

    async def play(self) -> dict[int, dict[str, int]]:
        await self._enter()
        for n in range(1, len(self.act.asked) + 1):
            await self._round(n)
        for step in ENDING:
            await self.desk.press(step)
        await self._awards(1)
        await self._late_corrections()
        told = {fan.index: fan.told for fan in self.here}
        for fan in self.here:
            fan.leave()
        return told

    async def _enter(self) -> None:
        doors = asyncio.Semaphore(DOORS)

        async def enter(fan: Fan) -> None:
            async with doors:
                await fan.enter(self.act.code, self.act.rules.lead_ms)

        await asyncio.gather(*(enter(fan) for fan in self.crowd))

    async def _round(self, n: int) -> None:
        asked, deeds = self.act.asked[n - 1], {f.index: deed(self.act, n, f.index, self.quick) for f in self.here}
        playing = [asyncio.create_task(fan.play(n, deeds[fan.index])) for fan in self.here]
        late = [asyncio.create_task(f.come_late(n, deeds[f.index])) for f in self.here if deeds[f.index].late]
        await self.desk.press(Step.ASK)
        await asyncio.gather(*playing)
        if asked.closing is Closing.DESK:
            await self.desk.press(Step.CLOSE_NOW)
        await asyncio.gather(*late)
        if asked.key is Key.SEALED:
            scene = await self.desk.page.until(lambda s: s["scene"] == "closed", "the sealed round closed")
            await self.desk.say("key", round=scene["round"]["id"], value=VALUE, value_again=VALUE)
        await self._revealed(n, 1)
        if asked.key is Key.WRONG:
            await self._correct(n)
            await self._revealed(n, 2)
        if self.act.kicks and n == 1:
            await self._kick()
        await self.desk.press(Step.BOARD)

    async def _revealed(self, n: int, version: int) -> None:
        await asyncio.gather(*(fan.see_reveal(n, version) for fan in self.here))

    async def _correct(self, n: int) -> None:
        rounds = (await self.desk.page.ask("refresh", {})).data["rounds"]
        round_id, places = rounds[n - 1]["id"], list(self.act.truth(n))
        await self.desk.say("correct", round=round_id, places=places, places_again=places, why="the crowd's wrong key")

    async def _kick(self) -> None:
        """One fan is taken out in the middle; it hears so, and plays no further."""
        if len(self.crowd) <= KICKED:
            return
        fan = self.crowd[KICKED]
        assert fan.page.snapshot is not None
        await self.desk.say("kick", fan=fan.page.snapshot["you"]["fan"])
        fan.gone = True
        until_s = time.monotonic() + PATIENCE_S
        while fan.page.removed is None and time.monotonic() < until_s:
            await asyncio.sleep(0.02)
        if fan.page.removed != "kicked":
            raise CrowdError(f"a kicked fan was told {fan.page.removed}")
        fan.leave()

    async def _late_corrections(self) -> None:
        wrong = [n for n, asked in enumerate(self.act.asked, start=1) if asked.key is Key.WRONG_TO_THE_END]
        for version, n in enumerate(wrong, start=2):
            await self._correct(n)
            await self._awards(version)

    async def _awards(self, version: int) -> None:
        """Until the workers have written this version of the awards and every page has fetched its own."""
        until_s = time.monotonic() + PATIENCE_S
        while (seq := await asyncio.to_thread(self._awarded_at, version)) is None:
            if time.monotonic() > until_s:
                raise CrowdError(
                    f"awards version {version} of run {self.act.run_id} did not come: is a worker running?"
                )
            await asyncio.sleep(0.1)
        await asyncio.gather(*(fan.see_awards(seq) for fan in self.here))

    def _awarded_at(self, version: int) -> int | None:
        """The run's newest event, once nothing is left to do for it."""
        with self.services.sql.connect() as sql:
            run = sql.execute(select(Run.seq, Run.awarded_version).where(Run.id == self.act.run_id)).one()
            owed = select(func.count()).where(Settlement.settled_at.is_(None), Settlement.round_id == Run.round_id)
            pending = sql.scalar(owed.where(Run.id == self.act.run_id))
        return run.seq if run.awarded_version >= version and not pending else None
