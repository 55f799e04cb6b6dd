"""A rehearsal from its first fan to its report: the process that `workers rehearsal` runs, one per rehearsal.

Its fans are real connections to the web process over loopback, so that what is measured is what the night will be. It keeps no
state of its own: if it dies, the next one takes the same seats and goes on with whatever scene is shown. That it is alive
is a lock in SQL that dies with it.
"""

from __future__ import annotations

import asyncio
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from campaigns.bootstrap import Services
from campaigns.control.conduct import cancel
from campaigns.control.rehearsals import OVER, RehearsalView, rehearsal
from campaigns.crowd.errors import CrowdError
from campaigns.crowd.extra import Extra, Memory
from campaigns.crowd.pages import Address
from campaigns.db.models import Run
from campaigns.domain.rehearsal import leavers
from campaigns.domain.run import RunState
from campaigns.settle.rehearsal.asked import answered_in, asked_in
from campaigns.settle.rehearsal.autopilot import ACTOR, Autopilot
from campaigns.settle.rehearsal.clearing import LOCK
from campaigns.settle.rehearsal.reporting import report, report_broken
from campaigns.settle.rehearsal.seats import cast_of, seat, token_of

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("fanfare.rehearsal")
CHUNK = 20  # fans who come in at the same time
LOOK_S = 0.25
REACHED_WITHIN_S = 20.0
LONGEST_S = 3 * 3600.0  # then it is called off: somebody forgot it
FAREWELL_S = 3.0  # for pages to see the last scene


class Abandoned(CrowdError):
    """Whoever started this process is gone; another one takes over."""


def play_rehearsal(
    services: Services, run_id: int, at: Address, sockets: int | None, wanted: Callable[[], bool]
) -> bool:
    """False: another process plays it. `wanted` is asked again and again; False ends it without a report. Raises Abandoned."""
    with _alone(services, run_id) as mine:
        found = rehearsal(services, run_id)
        if not mine or found.report is not None:
            return False
        began_s = time.monotonic()
        try:
            memory, cast, extras = asyncio.run(_Show(services, found, at, wanted).play())
            report(services, found, memory, cast, extras, sockets, took_s=time.monotonic() - began_s)
        except (Abandoned, SQLAlchemyError):
            raise  # another process begins again
        except Exception as error:  # whatever broke it, the operator who waits for a report gets one that says so
            log.exception("rehearsal %s broke off", run_id)
            report_broken(services, found, error)
        return True


@contextmanager
def _alone(services: Services, run_id: int) -> Iterator[bool]:
    """Whether the lock is ours; held by a connection of its own, which sees no time-outs: it says nothing."""
    with services.sql.connect().execution_options(isolation_level="AUTOCOMMIT") as sql:
        lock = {"class": LOCK, "run": run_id}
        mine = bool(sql.scalar(text("SELECT pg_try_advisory_lock(:class, :run)"), lock))
        try:
            yield mine
        finally:
            if mine:
                sql.execute(text("SELECT pg_advisory_unlock(:class, :run)"), lock)


class _Show:
    def __init__(self, services: Services, found: RehearsalView, at: Address, wanted: Callable[[], bool]) -> None:
        self._services, self._found, self._at, self._wanted = services, found, at, wanted
        self._until_s = time.monotonic() + LONGEST_S
        self._tasks: list[asyncio.Task[None]] = []

    async def play(self) -> tuple[Memory | None, dict[int, int], list[Extra]]:
        """(None, …): the web process was not reached."""
        services, found = self._services, self._found
        if not await self._reached():
            return None, {}, []
        cast = await asyncio.to_thread(cast_of, services, found.plan.fans)
        memory = await asyncio.to_thread(self._memory)
        leaving = leavers(found.plan, len(memory.rounds), memory.seed)
        tokens = {n: token_of(services.secret, n) for n in cast}
        before = await asyncio.to_thread(answered_in, services, found.run_id, cast)
        memory.tally.recorded |= {(number, n) for n, rounds in before.items() for number in rounds}
        extras = [Extra(n, self._at, tokens[n], memory, leaving.get(n), before[n]) for n in sorted(cast)]
        try:
            await self._enter(extras)
            await self._watch(Autopilot(services, found.run_id, found.plan.pace_ms) if found.plan.by_itself else None)
            await asyncio.wait(self._tasks, timeout=FAREWELL_S) if self._tasks else None
        finally:
            await self._home(extras, memory)
        return memory, cast, extras

    def _memory(self) -> Memory:
        rules = select(Run.rules).where(Run.id == self._found.run_id)
        with self._services.reading() as sql:
            lead_ms = int(sql.execute(rules).scalar_one()["lead_ms"])
        rounds = asked_in(self._services, self._found.run_id)
        return Memory(self._found.plan, str(self._found.run_id), self._found.code, lead_ms, rounds)

    async def _reached(self) -> bool:
        until_s = time.monotonic() + REACHED_WITHIN_S
        while time.monotonic() < until_s:
            if await asyncio.to_thread(_answers, self._at.url):
                return True
            await asyncio.sleep(LOOK_S)
        return False

    async def _enter(self, extras: list[Extra]) -> None:
        """In small groups, so that names pop in on the screens; who is in begins to play."""
        where = (self._found.run_id, self._found.campaign_id)
        for start in range(0, len(extras), CHUNK):
            if await self._over():
                return
            group = extras[start : start + CHUNK]
            await asyncio.to_thread(seat, self._services, *where, [each.n for each in group])
            let_in = await asyncio.gather(*(each.enter() for each in group))
            self._tasks += [asyncio.create_task(e.play()) for e, is_in in zip(group, let_in, strict=True) if is_in]

    async def _watch(self, autopilot: Autopilot | None) -> None:
        while not await self._over():
            if autopilot is not None:
                await asyncio.to_thread(autopilot.look)
            if time.monotonic() > self._until_s:
                await asyncio.to_thread(cancel, self._services, self._found.run_id, ACTOR)
            await asyncio.sleep(LOOK_S)

    async def _over(self) -> bool:
        if not self._wanted():
            raise Abandoned(f"rehearsal {self._found.run_id}: nobody wants it any more")
        return await asyncio.to_thread(self._state) in OVER

    def _state(self) -> RunState:
        with self._services.reading() as sql:
            return RunState(sql.execute(select(Run.state).where(Run.id == self._found.run_id)).scalar_one())

    async def _home(self, extras: list[Extra], memory: Memory) -> None:
        for task in self._tasks:
            task.cancel()
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, CrowdError):
                memory.tally.fail(str(ended))
            elif isinstance(ended, Exception):
                raise ended
        for extra in extras:
            extra.leave()


def _answers(url: str) -> bool:
    with suppress(OSError):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return True
        except urllib.error.HTTPError:
            return True  # degraded, but there
    return False
