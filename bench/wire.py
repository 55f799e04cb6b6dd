"""`make bench-wire`: what a delivery and an answer cost, ours beside stock Flask-SocketIO, Node's socket.io and a bare `send()`.

All four get the same pages, the same packet and the same answers on the same machine, in turn, several rounds after a warm-up of
pushes and bursts (Node compiles what runs often); the figures are medians of the rounds. Where there are two cores the server has
one and the pages the other. Ours does the real thing: gate, commit, receipt; web, PostgreSQL and Redis are counted apart and
summed. The others acknowledge and store nothing. What a server costs while nobody does anything is taken off, of each its own.
Raw rows come as JSON lines (and are kept: bench/rows.py), then a table, and in the last line one object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from math import inf
from pathlib import Path
from statistics import median
from typing import Any

from bench.rows import Rows
from bench.wire_load import Crowd, enter
from bench.wire_servers import PARTS, SERVERS, Running, running
from bench.wire_table import Row, Times, middle, summed_up, table, times

KNOWN = (*SERVERS, *(f"ours:{part}" for part in PARTS))
Answered = tuple[float | None, dict[str, float], float | None, Times | None]
SCENE = b'42/fans,["scene"'


def main(argv: Sequence[str]) -> int:
    given = _arguments(argv)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    kept, rows = Rows("wire", argv, given.rows), list[Row]()
    whole = os.sched_getaffinity(0)
    cores = sorted(whole)
    for sockets in given.sockets:
        for lap in range(given.rounds):
            for name in given.servers:
                with running(name, sockets, cores[0] if len(cores) > 1 else None) as server:
                    os.sched_setaffinity(
                        0, cores[1:] or cores
                    )  # the pages; children that come later are set free again
                    try:
                        rows.append(asyncio.run(_measured(server, sockets, given)))
                    finally:
                        os.sched_setaffinity(0, whole)
                kept.add({"round": lap + 1, **asdict(rows[-1])})
    print(table(rows))
    summary = summed_up(rows, given.sockets)
    kept.end(summary)
    return 1 if summary["missing"] else 0


async def _measured(server: Running, sockets: int, given: argparse.Namespace) -> Row:
    before_kib = server.rss_kib()
    crowd = await enter(server.port, sockets, SCENE, server.auth, server.cookie)
    await asyncio.sleep(1.0)  # what entering left to be done
    held_kib = (server.rss_kib() - before_kib) / sockets
    here = Bench(server, crowd, 30 + sockets * 0.04, given.idle)
    await here.say(f"payload {packet()}")
    await here.push(given.warm_up)
    first_ms = [(await here.burst())[1][3] for _ in range(given.warm_bursts)] if server.answers else []
    here.idle = await here.silence()
    load_s, began_s = time.process_time(), time.monotonic()
    delivery_us, per_s, arrival_ms = await here.deliveries(given.pushes)
    answered: Answered = await here.answers(given.bursts) if server.answers else (None, {}, None, None)
    open_ms = await here.paced(given.rate) if server.answers else None
    load_cores = (time.process_time() - load_s) / (time.monotonic() - began_s)
    await crowd.leave()
    answer_us, parts_us, answers_per_s, ack_ms = answered
    told: dict[str, Any] = {"delivery_us": delivery_us, "deliveries_per_s": per_s, "arrival_ms": arrival_ms}
    told |= {"answer_us": answer_us, "parts_us": parts_us, "answers_per_s": answers_per_s, "ack_ms": ack_ms}
    told |= {"open_ms": open_ms, "first_burst_ms": first_ms[0] if first_ms else None, "load_cores": load_cores}
    told |= {"joined_per_s": crowd.joined_per_s, "rss_kib_per_conn": held_kib, "missing": here.missing}
    return Row(server.name, sockets, **told)


def packet() -> str:
    """The packet that is pushed: a question as it opens, in both languages."""
    choice = {"zh": "选项 甲：小米 11 Ultra", "en": "Choice A: the Mi 11 Ultra"}
    round_ = {
        "id": "81",
        "n": 3,
        "of": 6,
        "kind": "single",
        "text": {"zh": "哪一款更重？", "en": "Which one is heavier?"},
    }
    round_ |= {"opens_ms": 123456.0, "closes_ms": 143456.0, "choices": [choice] * 4}
    scene = {"seq": 41, "scene": "open", "round": round_}
    return "/fans," + json.dumps(["scene", scene], ensure_ascii=False, separators=(",", ":"))


@dataclass
class Bench:
    """One server with its crowd. `idle`: microseconds of CPU per second that it costs while nobody does anything, by part."""

    server: Running
    crowd: Crowd
    gap_ms: float
    idle_s: float = 2.0
    idle: dict[str, float] = field(default_factory=dict)
    missing: int = 0

    async def say(self, line: str) -> list[float]:
        return await asyncio.get_running_loop().run_in_executor(None, self.server.tell, line)

    async def push(self, times: int) -> list[float]:
        """To everybody, so often; returns the instants."""
        self.crowd.seen.clear()
        pushed = await self.say(f"push {times} {self.gap_ms}")
        wanted = times * len(self.crowd.pages)
        with suppress(TimeoutError):  # what is missing is counted
            await self.crowd.receive(wanted)
        self.missing += wanted - len(self.crowd.seen.arrivals_s)
        return pushed

    async def silence(self) -> dict[str, float]:
        before, began_s = self.server.cpu_us(), time.monotonic()
        await asyncio.sleep(self.idle_s)
        seconds = time.monotonic() - began_s
        return {part: (spent - before[part]) / seconds for part, spent in self.server.cpu_us().items()}

    async def deliveries(self, pushes: int) -> tuple[float, float, Times]:
        """(CPU of one delivery, deliveries a second while a push is under way, when they arrive)."""
        spent = self._spending()
        pushed = await self.push(pushes)
        cost = sum(spent().values()) / (pushes * len(self.crowd.pages))
        arrivals = sorted(self.crowd.seen.arrivals_s)
        ends = [*pushed[1:], inf]
        waves = [[at - since for at in arrivals if since <= at < end] for since, end in zip(pushed, ends, strict=True)]
        whole = [wave for wave in waves if wave]
        return cost, median(len(wave) / wave[-1] for wave in whole), middle([times(wave) for wave in whole])

    async def answers(self, bursts: int) -> tuple[float, dict[str, float], float, Times]:
        """(CPU of one answer, the same by part, answers a second, when they are acknowledged), everybody tapping at once."""
        measured = [await self.burst() for _ in range(bursts)]
        pages = len(self.crowd.pages)
        parts = {part: median(cost[part] for cost, _ in measured) / pages for part in measured[0][0]}
        every = middle([took for _, took in measured])
        return sum(parts.values()), parts, pages / every[3] * 1000, every

    async def burst(self, per_s: float = inf) -> tuple[dict[str, float], Times]:
        """One question, answered by everybody: what that cost by part, and how long the acknowledgements took."""
        body = await asyncio.get_running_loop().run_in_executor(None, self.server.opens)
        self.crowd.seen.clear()
        spent = self._spending()
        await self.crowd.tap(body, per_s)
        cost = spent()
        self.missing += len(self.crowd.seen.refused)
        self.crowd.seen.refused.clear()
        return cost, times(sorted(self.crowd.seen.acks_s))

    async def paced(self, per_s: float) -> Times:
        """At a steady rate, whatever comes back: nobody waits for anybody's acknowledgement."""
        return (await self.burst(per_s))[1]

    def _spending(self) -> Callable[[], dict[str, float]]:
        """From now on: what it costs, without what it would have cost anyhow."""
        before, began_s = self.server.cpu_us(), time.monotonic()

        def spent() -> dict[str, float]:
            seconds = time.monotonic() - began_s
            now = self.server.cpu_us()
            return {part: max(0.0, now[part] - before[part] - self.idle.get(part, 0.0) * seconds) for part in now}

        return spent


def _some(text: str) -> int:
    """At least one. ValueError."""
    if (number := int(text)) < 1:
        raise ValueError(text)
    return number


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.wire", description=__doc__)
    parser.add_argument("--sockets", type=int, nargs="+", default=[2_000, 5_000], help="sizes of the crowd (2000 5000)")
    parser.add_argument("--rounds", type=_some, default=3, help="how often each server has its turn (3)")
    parser.add_argument("--servers", nargs="+", default=list(SERVERS), choices=KNOWN, help="which, in turn")
    parser.add_argument("--warm-up", type=int, default=5, help="pushes that are not measured (5)")
    parser.add_argument("--warm-bursts", type=int, default=4, help="and bursts (4)")
    parser.add_argument("--pushes", type=int, default=20, help="and that are (20)")
    parser.add_argument("--bursts", type=int, default=5, help="questions that everybody answers at once (5)")
    parser.add_argument(
        "--rate", type=float, default=3_000, help="answers a second when they come at a steady rate (3000)"
    )
    parser.add_argument("--idle", type=float, default=2.0, help="seconds in which nobody does anything (2)")
    parser.add_argument("--rows", type=Path, help="where raw rows are kept (.bench/rows)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
