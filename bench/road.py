"""`make bench-road`: 5,000 fans play a quiz at once, over 10,000 and then over 1,000,000 plays of the past.

Stores, web and workers of its own. Everybody connects and begins a play; then nobody taps for a while (what that costs is said as
`idle`); then all play: a warm-up, and the measured seconds. One *answer* is all that this cost, by the number of replies: the
question asked for, the reply, both acknowledgements, and a share of plays begun and ended, of settling them, of pings and of
everything that idles. CPU is that of web, PostgreSQL and Redis, read from /proc. The load generator runs in this process, on the
same machine, and says what it took. The last line is one JSON object; the exit status is 1 when an acknowledged answer is not in
the record.
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
from bench.meter import ANSWERING, Meter, Spent
from bench.road_fans import Laps, Runner
from bench.road_stock import Stock, add_plays, stock
from bench.rows import quantile
from campaigns.bootstrap import Services, build_services
from campaigns.db.plays import Play, PlayStep
from campaigns.domain.step import StepKind

ENTERING = 40  # fans that connect at the same time


@dataclass(frozen=True)
class Lap:
    """One measurement over so many plays of the past. `idle`: the same fans, connected and silent."""

    plays_before: int
    laps: Laps
    idle: Spent
    spent: Spent
    lost: int

    @property
    def answers(self) -> int:
        return max(1, len(self.laps.replies_ms))

    @property
    def cpu_us(self) -> float:
        """Of one answer."""
        return self.spent.answering * self.spent.seconds / self.answers * 1e6

    def said(self) -> dict[str, object]:
        parts = {part: round(self.spent.cores[part] * self.spent.seconds / self.answers * 1e6) for part in ANSWERING}
        laps = self.laps
        times = {"reply": laps.replies_ms, "ask": laps.asks_ms, "play": laps.begins_ms}
        return {
            "plays_before": self.plays_before,
            "answers_per_s": round(self.answers / self.spent.seconds, 1),
            "cpu_us_per_answer": round(self.cpu_us),
            "of_these_us": parts,
            "ms_p50_p99_max": {
                name: [round(quantile(each, q), 1) for q in (0.5, 0.99, 1)] for name, each in times.items()
            },
            "cores": self.spent.rounded(),
            "idle_cores": self.idle.rounded(),
            "load_generator_cores": round(self.spent.load, 3),
            "others_cores": round(self.spent.others, 3),
            "failures": len(laps.failures),
            "lost": self.lost,
        }


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
            print(json.dumps(laps[-1].said()), flush=True)
            if warning := laps[-1].spent.warning():
                print(warning, file=sys.stderr)
    print(json.dumps(_summary(laps, given.fans)), flush=True)
    return 1 if any(each.lost > 0 for each in laps) else 0


def _summary(laps: list[Lap], fans: int) -> dict[str, object]:
    few, many = laps
    return {
        "fans": fans,
        "answers_per_s": round(many.answers / many.spent.seconds, 1),
        "cpu_us_per_answer": round(many.cpu_us),
        "idle_us_per_answer": round(many.idle.answering * many.spent.seconds / many.answers * 1e6),
        "p50_ms": round(quantile(many.laps.replies_ms, 0.5), 1),
        "p99_ms": round(quantile(many.laps.replies_ms, 0.99), 1),
        "ask_p99_ms": round(quantile(many.laps.asks_ms, 0.99), 1),
        "growth_ratio": round(many.cpu_us / few.cpu_us, 2),
        "plays_before": many.plays_before,
        "lost": sum(each.lost for each in laps),
        "failures": sum(len(each.laps.failures) for each in laps),
        "quiet": all(each.spent.warning() is None for each in laps),
    }


async def lap(here: Ground, services: Services, made: Stock, plays: int, given: argparse.Namespace) -> Lap:
    """Everybody in, silence, a warm-up, then the measured seconds."""
    laps = Laps()
    recorded = _recorded(services)
    fans = [Runner(n, here.at, made.code, laps, given.think) for n in range(1, given.fans + 1)]
    for first in range(0, len(fans), ENTERING):
        await asyncio.gather(*(fan.enter() for fan in fans[first : first + ENTERING]))
    await asyncio.sleep(given.calm)  # what entering left to be done
    idle = Meter(here)
    await asyncio.sleep(given.idle)
    silence = idle.read()
    until_s = time.monotonic() + given.warm_up + given.seconds
    print(f"{given.fans} fans playing now …", file=sys.stderr)
    playing = [asyncio.create_task(fan.run(until_s)) for fan in fans]
    await asyncio.sleep(given.warm_up)
    laps.open, meter = True, Meter(here)
    await asyncio.sleep(max(0.0, until_s - time.monotonic()))
    laps.open, spent = False, meter.read()
    await asyncio.wait_for(asyncio.gather(*playing), given.think * 2 + 60)
    for fan in fans:
        fan.leave()
    for failure in laps.failures[:10]:
        print(failure, file=sys.stderr)
    return Lap(plays, laps, silence, spent, laps.acknowledged - (_recorded(services) - recorded))


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
    parser.add_argument("--think", type=float, default=5.0, help="seconds before a tap, in the mean (5)")
    parser.add_argument("--seconds", type=float, default=40.0, help="measured, after the warm-up (40)")
    parser.add_argument("--warm-up", type=float, default=20.0, help="not measured (20)")
    parser.add_argument("--idle", type=float, default=15.0, help="everybody connected, nobody taps (15)")
    parser.add_argument("--calm", type=float, default=5.0, help="after the last one has entered (5)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
