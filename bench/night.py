"""`make bench-night`: ten thousand fans, 2.8 million joins and answers, one house on this machine, and the books afterwards.

Halls of twenty rounds, one after the other: everybody comes in, each question is answered by all at the instant it opens, the
operator closes early, workers settle, the result is revealed and the board shown, and at the end badges and points are given. The
load generator is this process. Then everything is held against the record: every acknowledged answer stands in SQL exactly once
with the receipt that was told, and boards, scores, ledger and a second judgement agree, by the check of `make crowd`
(bench/audit.py). Rows come as JSON lines and are kept; the last line is one object; the status is 1 unless all of it is true.
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
from math import ceil
from pathlib import Path

from bench.ground import Ground, ground, services_of
from bench.meter import Meter, Spent
from bench.night_books import checked
from bench.night_crowd import Crowd, Sheet
from bench.night_show import ENDING, Hall, Night, awarded, make_night, press
from bench.road_stock import token
from bench.rows import Rows, quantile
from campaigns.bootstrap import Services
from campaigns.domain.run import Step

INTERACTIONS = 2_800_000
ROUNDS = 20
MANY_FILES, MOST, FEWER = 24_000, 10_000, 9_000


@dataclass
class Played:
    """What the fans know, round by round of every hall, and what it cost."""

    crowd: Crowd
    sheets: list[list[Sheet]]
    seconds: float
    spent: Spent


def main(argv: Sequence[str]) -> int:
    given = _arguments(argv)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    fans = given.fans or (MOST if hard == resource.RLIM_INFINITY or hard >= MANY_FILES else FEWER)
    halls = given.halls or ceil(INTERACTIONS / (fans * (given.rounds + 1)))
    kept = Rows("night", argv, given.rows)
    with ground(sockets=fans + 100) as here, services_of(here) as services:
        night = make_night(services, fans, halls, given.rounds, given.lead)
        played = asyncio.run(_played(here, services, night, fans, kept, given.standing))
        complaints, lost, duplicated = checked(services, night, [each for hall in played.sheets for each in hall])
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    answers = sum(sheet.acked for hall in played.sheets for sheet in hall)
    joins, took_s = played.crowd.joins, [s for hall in played.sheets for sheet in hall for s in sheet.took_s]
    said: dict[str, object] = {"interactions": joins + answers, "seconds": round(played.seconds, 1)}
    said |= {"lost": lost, "duplicated": duplicated, "wrong": len(complaints), "sockets": fans}
    said |= {"rounds": halls * given.rounds, "halls": halls, "joins": joins, "answers": answers}
    said |= {"ack_p50_ms": _ms(took_s, 0.5), "ack_p99_ms": _ms(took_s, 0.99), "ack_max_ms": _ms(took_s, 1)}
    said |= {
        "refusals": played.crowd.refusals,
        "cuts": played.crowd.cuts,
        "others_cores": round(played.spent.others, 2),
    }
    kept.end(said | {"cores": played.spent.rounded(), "load_generator_cores": round(played.spent.load, 2)})
    return 1 if complaints or lost or duplicated else 0


async def _played(here: Ground, services: Services, night: Night, fans: int, kept: Rows, standing: float) -> Played:
    crowd = Crowd(here.at.port, lambda n: f"fan={token(n)}", standing)
    meter, began_s, sheets = Meter(here), time.monotonic(), []
    try:
        for hall in night.halls:
            sheets.append(await _hall(services, hall, crowd, fans, kept))
        await asyncio.to_thread(awarded, services, night)
        seconds, spent = time.monotonic() - began_s, meter.read()
    finally:
        await crowd.leave()
    return Played(crowd, sheets, seconds, spent)


async def _hall(services: Services, hall: Hall, crowd: Crowd, fans: int, kept: Rows) -> list[Sheet]:
    """One run from the door to the last badge."""

    async def next_is(step: Step) -> None:
        await asyncio.to_thread(press, services, hall.run_id, step)

    began_s = time.monotonic()
    await crowd.enter(fans, json.dumps({"run": hall.code, "tab": "bench"}).encode())
    joined_s, sheets, spans = time.monotonic() - began_s, [], []
    for round_id in hall.rounds:
        sheet, asked_s = Sheet(round_id, fans), time.monotonic()
        answered = asyncio.create_task(crowd.answered(sheet))
        await next_is(Step.ASK)
        await answered
        closed_s = time.monotonic()
        await next_is(Step.CLOSE_NOW)
        await crowd.sees("reveal")
        spans.append((round((closed_s - asked_s) * 1000), round((time.monotonic() - closed_s) * 1000)))
        await next_is(Step.BOARD)
        sheets.append(sheet)
    for step in ENDING:
        await next_is(step)
    told = {"hall": hall.code, "joined_s": round(joined_s, 2), "seconds": round(time.monotonic() - began_s, 2)}
    asked, closed = zip(*spans, strict=True)
    last = [_ms(sheet.took_s, 1) for sheet in sheets]
    kept.add(told | {"asked_to_answered_ms": asked, "closed_to_revealed_ms": closed, "last_ack_ms": last})
    return sheets


def _ms(took_s: Sequence[float], share: float) -> float:
    """The quantile by the nearest rank, in milliseconds."""
    return round(quantile(took_s, share) * 1000, 1)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.night", description=__doc__)
    parser.add_argument("--fans", type=int, help="sockets (10000, or 9000 where files are limited to 20,000)")
    parser.add_argument("--halls", type=int, help="runs (as many as make 2.8 million joins and answers)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of each run (20)")
    parser.add_argument("--lead", type=int, default=100, help="ms between telling a question and its opening (100)")
    parser.add_argument(
        "--standing", type=float, default=0.0, help="share of pages that ask for their own standing (0)"
    )
    parser.add_argument("--rows", type=Path, help="where raw rows are kept (.bench/rows)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
