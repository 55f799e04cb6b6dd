"""`make bench-road`: 5,000 fans play a quiz at once, over 10,000 and then over 1,000,000 plays of the past.

Stores, web and workers of its own. The load generator runs in this process, on the same machine, and says what it took. CPU is
that of the whole process trees: web, worker and sweeper, PostgreSQL, Redis. The last line is one JSON object; the exit status is
1 when an acknowledged answer is not in the record.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text

from bench.ground import Ground, ground
from bench.road_fans import Laps, Runner
from bench.road_stock import Stock, add_plays, stock
from bench.tally import p99
from campaigns.bootstrap import Services, build_services
from campaigns.db.plays import Play, PlayStep
from campaigns.domain.step import StepKind

ENTERING = 40  # fans that connect at the same time


@dataclass(frozen=True)
class Lap:
    """One measurement over so many plays of the past."""

    plays_before: int
    answers: int
    seconds: float
    cpu_us: dict[str, float]  # per answer, by part
    p50_ms: float
    p99_ms: float
    ask_p99_ms: float
    load_cpu_s: float
    lost: int

    @property
    def cpu_us_per_answer(self) -> float:
        return sum(self.cpu_us.values())


def main(argv: Sequence[str]) -> int:
    given = _arguments(argv)
    _raise_files()
    with ground(sockets=given.fans + 100) as here:
        services = build_services(here.settings)
        made = stock(services, given.fans)
        laps = []
        before = 0
        for plays in (given.few, given.many):
            print(f"{plays} plays of the past …", file=sys.stderr)
            add_plays(services, made, before, plays)
            before = plays
            laps.append(asyncio.run(lap(here, services, made, plays, given)))
            print(json.dumps(laps[-1].__dict__), flush=True)
    print(json.dumps(_said(laps, given.fans)), flush=True)
    return 1 if any(each.lost for each in laps) else 0


def _said(laps: list[Lap], fans: int) -> dict[str, object]:
    few, many = laps
    return {
        "fans": fans,
        "answers_per_s": round(many.answers / many.seconds, 1),
        "cpu_us_per_answer": round(many.cpu_us_per_answer),
        "p50_ms": round(many.p50_ms, 1),
        "p99_ms": round(many.p99_ms, 1),
        "growth_ratio": round(many.cpu_us_per_answer / few.cpu_us_per_answer, 2),
        "plays_before": many.plays_before,
        "lost": sum(each.lost for each in laps),
    }


async def lap(here: Ground, services: Services, made: Stock, plays: int, given: argparse.Namespace) -> Lap:
    """Everybody in, a warm-up, then the measured seconds."""
    laps = Laps()
    fans = [Runner(n, here.at, made.code, laps, given.think) for n in range(1, given.fans + 1)]
    recorded = _recorded(services)
    for first in range(0, len(fans), ENTERING):
        await asyncio.gather(*(fan.enter() for fan in fans[first : first + ENTERING]))
    began_s = time.monotonic() + given.warm_up
    until_s = began_s + given.seconds
    playing = [asyncio.create_task(fan.run(until_s)) for fan in fans]
    await asyncio.sleep(given.warm_up)
    laps.open, before, load = True, {part: here.cpu_s(part) for part in here.servers}, time.process_time()
    await asyncio.sleep(max(0.0, until_s - time.monotonic()))
    laps.open, took_s = False, time.monotonic() - began_s
    answers, load_cpu_s = max(1, len(laps.replies_ms)), time.process_time() - load
    cpu_us = {part: (here.cpu_s(part) - spent) / answers * 1e6 for part, spent in before.items()}
    await asyncio.wait_for(asyncio.gather(*playing), given.think * 2 + 30)
    for fan in fans:
        fan.leave()
    for failure in laps.failures[:10]:
        print(failure, file=sys.stderr)
    lost = laps.acknowledged - (_recorded(services) - recorded)
    times = sorted(laps.replies_ms)
    half = times[len(times) // 2] if times else 0.0
    rounded = {part: round(cost, 1) for part, cost in cpu_us.items()}
    spans = (round(half, 2), p99(times) or 0.0, p99(laps.asks_ms) or 0.0)
    return Lap(plays, answers, round(took_s, 2), rounded, *spans, round(load_cpu_s, 1), lost)


def _recorded(services: Services) -> int:
    """Answers in the record of plays of this bench that are not of the past."""
    steps = select(func.count()).select_from(Play).join(PlayStep, PlayStep.play_id == Play.id)
    live = steps.where(PlayStep.kind == StepKind.ANSWERED, Play.begun_at > func.now() - text("interval '12 hours'"))
    with services.reading() as sql:
        return sql.scalar(live) or 0


def _raise_files() -> None:
    """A socket is a file, here and in the web process, which inherits the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.road", description=__doc__)
    parser.add_argument("--fans", type=int, default=5_000, help="how many play at once (5000)")
    parser.add_argument("--few", type=int, default=10_000, help="plays of the past in the first lap (10000)")
    parser.add_argument("--many", type=int, default=1_000_000, help="and in the second (1000000)")
    parser.add_argument("--think", type=float, default=6.0, help="seconds before a tap, in the mean (6)")
    parser.add_argument("--seconds", type=float, default=30.0, help="measured, after the warm-up (30)")
    parser.add_argument("--warm-up", type=float, default=15.0, help="not measured (15)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
