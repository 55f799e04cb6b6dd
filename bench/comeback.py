"""`python -m bench.comeback`: the web process is killed while everybody is connected; how long until everybody is back?

Pages come back as ours do (static/js/shared/socket.js): after 0.4, 0.8, 1.6 … s, half as much up or down, 2 s at most, and when
they are told `retry_in_ms`, then. All have answered before the kill: what was acknowledged must stand in SQL, and in the
snapshot that the page gets when it is back. The last line is one JSON object; `seconds` runs from the kill, the start of the
new process included.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from sqlalchemy import text

from bench.ground import Ground, ground, tree_cpu_s
from bench.road_stock import FANS, token
from bench.show import single, words
from campaigns.bootstrap import Services, build_services
from campaigns.control.conduct import press_next
from campaigns.control.definitions import CampaignDraft, RushDraft, create_campaign, create_rush
from campaigns.control.desk import desk_view
from campaigns.control.questions import add_questions
from campaigns.control.runs import make_run, run_summary
from campaigns.domain.round import RoundState
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.identity.tokens import token_hash

OPENING_S, ENTERING = 8.0, 100  # as the page's `timeout`; how many come in at the same time before the kill
FIRST_S, MOST_S, SPREAD = 0.4, 2.0, 0.5
PATIENCE_S = 120.0


@dataclass
class House:
    """What all pages know together."""

    url: str
    auth: bytes
    told: Counter[str] = field(default_factory=Counter)
    seated_s: dict[int, float] = field(default_factory=dict)
    receipts: dict[int, str] = field(default_factory=dict)
    again: dict[int, str | None] = field(default_factory=dict)  # what the newest snapshot says was answered


class Socket(WSListener):
    def __init__(self, house: House, n: int) -> None:
        super().__init__()
        self.house, self.n = house, n
        self.ended: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()
        self.transport: WSTransport | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        transport.send(WSMsgType.TEXT, b"40/fans," + self.house.auth)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        payload = frame.get_payload_as_bytes()
        if payload == b"2":
            transport.send(WSMsgType.TEXT, b"3")
        elif payload.startswith(b'42/fans,["snapshot"'):
            answered = json.loads(payload[8:])[1]["you"]["answered"]
            self.house.again[self.n] = answered and answered["receipt"]
            self.house.seated_s[self.n] = time.monotonic()
        elif payload.startswith(b"43/fans,"):
            said = json.loads(payload[payload.index(b"[") :])[0]
            self.house.told[str(said.get("outcome") or said.get("error"))] += 1
            if said.get("outcome") == "recorded":
                self.house.receipts[self.n] = said["receipt"]
        elif payload.startswith(b"44/fans,"):
            said = json.loads(payload[8:])
            self.house.told[said["message"]] += 1
            self._end(said.get("data", {}).get("retry_in_ms", 1000 + random.random() * 1000) / 1000)
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._end(None)

    def _end(self, wait_s: float | None) -> None:
        if not self.ended.done():
            self.ended.set_result(wait_s)


@dataclass
class Page:
    """Comes back by itself, for ever."""

    house: House
    n: int
    socket: Socket | None = None

    async def live(self) -> None:
        tries = 0
        while True:
            wait_s = await self._once()
            tries = 0 if self.n in self.house.seated_s and wait_s is None and self.socket is not None else tries + 1
            self.socket = None
            usual_s = min(MOST_S, FIRST_S * 2**tries * (1 + SPREAD * random.uniform(-1, 1)))
            await asyncio.sleep(usual_s if wait_s is None else wait_s)

    async def _once(self) -> float | None:
        """One connection, from its beginning to its end; how long the server said to wait, if it did."""
        headers = {"Cookie": f"fan={token(self.n)}"}
        try:
            opening = ws_connect(
                lambda: Socket(self.house, self.n),
                self.house.url,
                extra_headers=headers,
                websocket_handshake_timeout=OPENING_S,
            )
            _, socket = await asyncio.wait_for(opening, OPENING_S)
        except Exception as error:  # picows raises its own for an HTTP refusal
            self.house.told[type(error).__name__] += 1
            return None
        assert isinstance(socket, Socket)
        self.socket = socket
        return await socket.ended


def main(argv: Sequence[str]) -> int:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--sockets", type=int, default=2000)
    sockets = given.parse_args(argv).sockets
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ground() as here:
        services = build_services(here.settings)
        run_id, code = _run(services, sockets)
        said = asyncio.run(_night(here, services, run_id, code, sockets))
    print(json.dumps(said), flush=True)
    return 1 if said["lost"] or said["back"] < sockets else 0


@dataclass
class Night:
    """The web process with everybody who comes to it."""

    here: Ground
    services: Services
    house: House
    pages: list[Page]
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def cpu_s(self) -> float:
        return tree_cpu_s(self.here.servers["web"].pid)

    async def come(self) -> dict[str, object]:
        """Everybody in, some at a time."""
        began_s, began_cpu_s = time.monotonic(), self.cpu_s
        for first in range(0, len(self.pages), ENTERING):
            self.tasks += [asyncio.create_task(page.live()) for page in self.pages[first : first + ENTERING]]
            await self.seated(len(self.tasks))
        seconds, cpu_s = time.monotonic() - began_s, self.cpu_s - began_cpu_s
        number = len(self.pages)
        print(json.dumps({"came": len(self.house.seated_s), "in_s": round(seconds, 1)}), flush=True)
        return {"joined_per_s": round(number / seconds), "first_join_cpu_us": round(cpu_s / number * 1e6)}

    async def answer(self, round_id: int) -> None:
        for page in self.pages:
            assert page.socket is not None and page.socket.transport is not None
            body = b'42/fans,1["answer",{"round":"%d","places":[2]}]' % round_id
            page.socket.transport.send(WSMsgType.TEXT, body)
        await _until(lambda: self.house.told["recorded"] >= len(self.pages))

    async def die(self) -> dict[str, object]:
        """Killed, started again; until everybody has a seat again."""
        self.house.seated_s.clear()
        self.house.told.clear()
        killed_s, web = time.monotonic(), self.here.servers["web"]
        await asyncio.to_thread(web.kill)
        await asyncio.to_thread(web.start)
        started_s, start_cpu_s, early = time.monotonic(), self.cpu_s, len(self.house.seated_s)
        print(json.dumps({"started": round(started_s - killed_s, 2)}), flush=True)
        await self.seated(len(self.pages))
        seconds = sorted(at - killed_s for at in self.house.seated_s.values()) or [float("inf")]
        cpu_us = (self.cpu_s - start_cpu_s) * 1e6 / max(1, len(self.pages) - early)
        took = {"seconds": round(seconds[-1], 2), "half_s": round(seconds[len(seconds) // 2], 2)}
        took |= {"start_s": round(started_s - killed_s, 2), "join_cpu_us": round(cpu_us)}
        return took | {"back": len(self.house.seated_s), "told": dict(self.house.told)}

    async def seated(self, number: int) -> None:
        await _until(lambda: len(self.house.seated_s) >= number)


async def _night(here: Ground, services: Services, run_id: int, code: str, sockets: int) -> dict[str, Any]:
    url = f"ws://127.0.0.1:{here.settings.port}/socket.io/?EIO=4&transport=websocket"
    house = House(url, json.dumps({"run": code, "tab": "bench"}).encode())
    night = Night(here, services, house, [Page(house, n) for n in range(1, sockets + 1)])
    came = await night.come()
    round_id = await asyncio.to_thread(_open, services, run_id)
    await night.answer(round_id)
    died = await night.die()
    for task in night.tasks:
        task.cancel()
    stored = _stored(services, round_id, sockets)
    receipts = house.receipts.items()
    lost = [n for n, receipt in receipts if not receipt == stored.get(n) == house.again.get(n)]
    load = {"load": [round(each, 1) for each in os.getloadavg()]}
    return {"sockets": sockets, **died, "acknowledged": len(receipts), "lost": len(lost), **came, **load}


def _run(services: Services, fans: int) -> tuple[int, str]:
    rules = RushRules(Rule.SPEED, lead_ms=300, reading_min_ms=0, reading_max_ms=300)
    campaign = create_campaign(services, CampaignDraft(words("压测", "Bench"), "Asia/Shanghai", Decimal(1)))
    rush = create_rush(services, campaign, RushDraft(words("压测", "Bench"), rules))
    add_questions(services, rush, 1, [replace(single().question, seconds=120)])
    run_id = make_run(services, rush, actor="bench")
    with services.sql.begin() as sql:
        sql.execute(FANS, {"campaign": campaign, "run": run_id, "fans": fans})
    return run_id, run_summary(services, run_id).code


def _open(services: Services, run_id: int) -> int:
    """The round, once it takes answers."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        now = desk_view(services, run_id)
        if now.round is not None and now.round.state == RoundState.OPEN:
            time.sleep(0.6)  # announced so much ahead
            return int(now.round.id)
        press_next(services, run_id, now.next.seq, "bench")
        time.sleep(0.05)  # the clock runs
    raise TimeoutError("no round opened")


def _stored(services: Services, round_id: int, fans: int) -> dict[int, str]:
    """Receipts in SQL by page: the hash of a page's token is what SQL knows."""
    rows = text(
        "SELECT fan.secret_hash, answer.receipt FROM answer JOIN fan ON fan.id = fan_id WHERE round_id = :round"
    )
    with services.sql.connect() as sql:
        known = {bytes(row.secret_hash): str(row.receipt) for row in sql.execute(rows, {"round": round_id})}
    hashes = {n: token_hash(token(n)) for n in range(1, fans + 1)}
    return {n: known[digest] for n, digest in hashes.items() if digest in known}


async def _until(done: Callable[[], bool]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not done() and time.monotonic() < until_s:
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
