"""`make bench-award`: millions of finished plays become points, badges and boards by the workers' job, once and not twice.

Stores and a worker of its own; nothing of an installation is touched. Timed is the job as a worker does it, from the hint to
the last board. Then: the job again, every page of every board, own ranks, and midnight. The last line is one JSON object;
the exit status is 1 when a sum does not come out.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from bench.award_stock import Stock, stock
from bench.ground import Ground, ground, services_of
from campaigns.bootstrap import Services
from campaigns.crowd.tally import p99
from campaigns.domain.moment import Moment
from campaigns.play.quiz.boards import Measure, board_view, names, own_place
from campaigns.play.quiz.season import Season, Seasons
from campaigns.play.seat import Seat
from campaigns.settle.plays import settle_plays
from deploy.program import Program, Server, at_once

RANKS = 100  # fans whose rank is asked for, on every board
COUNTS = ("ledger_entry", "ledger_batch", "badge_grant", "award", "board_row", "board_bucket", "tally")
SUMS = {
    "points in the ledger are the balances": "SELECT (SELECT sum(amount) FROM ledger_entry) = (SELECT sum(points) FROM balance)",
    "points are the floor of each total": "SELECT bool_and(granted = floor(total * 0.1)) FROM tally",
    "tallies hold every play but challenges": """SELECT (SELECT (sum(plays)::bigint, sum(total)::bigint) FROM tally)
        = (SELECT (count(*), sum(score)::bigint) FROM play_result WHERE challenge_id IS NULL)""",
    "the season's board is the tallies": """SELECT (SELECT (count(*), sum(total), sum(best)) FROM tally)
        = (SELECT (count(*), sum(r.total), sum(r.best)) FROM board_row r JOIN board b ON b.id = r.board_id
            WHERE b.name LIKE 'season:%')""",
    "buckets count the rows of every live board": """SELECT NOT EXISTS (
        SELECT FROM (SELECT board_id, count(*) AS n FROM board_row GROUP BY 1) r JOIN board b ON b.id = r.board_id
          JOIN (SELECT board_id, measure, sum(fans) AS n FROM board_bucket WHERE measure > 0 GROUP BY 1, 2) k
            ON k.board_id = b.id WHERE b.final_at IS NULL AND k.n <> r.n)""",
    "days hold every play once": """SELECT (SELECT sum(score * fans) FROM board_bucket k JOIN board b ON b.id = k.board_id
          WHERE b.name LIKE 'day:%' AND measure = 0) = (SELECT sum(total) FROM tally)""",
}


def main(argv: Sequence[str]) -> int:
    given = _arguments(argv)
    with ground(workers=False) as here, services_of(here) as services:
        made = stock(services, given.plays, given.people)
        with Server(worker_program(here)) as worker:
            assert worker.pid is not None
            sql_s = here.cpu_s("sql")
            seconds = _settled(services, made)
            sql_s = here.cpu_s("sql") - sql_s
            peak_mib = peak_kib(worker.pid) / 1024
        wrong = [said for said, holds in _checked(services).items() if not holds]
        before = _rows(services)
        settle_plays(services)
        added = sum(abs(_rows(services)[name] - n) for name, n in before.items())
        boards_ms, ranks_ms = _read(services, made)
        midnight_s = _midnight(services)
    for claim in wrong:
        print(f"WRONG: {claim}", file=sys.stderr)
    said: dict[str, float] = {"plays": made.plays, "participants": made.people, "seconds": round(seconds, 1)}
    said |= {
        "sql_cpu_s": round(sql_s, 1),
        "peak_rss_mib": round(peak_mib),
        "rerun_added": added,
        "board_ms": round(max(boards_ms), 1),
    }
    said |= {"rank_ms": round(max(ranks_ms), 1), "rank_p99_ms": round(p99(ranks_ms) or 0.0, 1)}
    print(json.dumps(said | {"rollover_s": round(midnight_s, 1), "wrong": len(wrong)}), flush=True)
    return 1 if wrong or added else 0


def worker_program(here: Ground) -> Program:
    environ = here.settings.environ_for_children(os.environ)
    return Program("worker", (sys.executable, "-m", "workers"), environ, ready=at_once, log=Path(os.devnull))


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-award", description=__doc__)
    parser.add_argument("--plays", type=int, default=18_000_000)
    parser.add_argument("--people", type=int, default=1_000_000)
    return parser.parse_args(argv)


def _settled(services: Services, made: Stock) -> float:
    """Give the hint and wait until the window is closed and no board is to be made any more."""
    done = text("""
SELECT upto IS NULL AND until > '0' AND NOT EXISTS (SELECT FROM board WHERE stale)
   AND EXISTS (SELECT FROM tally) FROM play_window
""")
    began = time.monotonic()
    services.enqueue("settle_plays", made.run_id)
    with services.reading() as sql:
        while not sql.scalar(done) or _busy(services):
            time.sleep(0.05)  # between two looks at what is settled
    return time.monotonic() - began


def _busy(services: Services) -> bool:
    queue = services.queue
    return bool(len(queue) or queue.started_job_registry.get_job_ids())


def peak_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


@contextmanager
def _patient(services: Services) -> Iterator[Connection]:
    with services.sql.begin() as sql:
        sql.execute(text("SET LOCAL statement_timeout = 0"))
        yield sql


def _checked(services: Services) -> dict[str, bool]:
    with _patient(services) as sql:
        return {said: bool(sql.scalar(text(query))) for said, query in SUMS.items()}


def _rows(services: Services) -> dict[str, int]:
    with _patient(services) as sql:
        return {name: sql.scalar(text(f"SELECT count(*) FROM {name}")) for name in COUNTS}


def _read(services: Services, made: Stock) -> tuple[list[float], list[float]]:
    """Milliseconds of each board's page, own place and neighbours included; and of own places alone."""
    now = services.now()
    season = Seasons(services).season(made.run_id, now)
    boards_ms, ranks_ms = [], []
    every = max(1, made.people // RANKS)
    for name in names(len(season.rules.levels)):
        for measure in Measure:
            boards_ms.append(_ms(services, season, _seat(made, made.lowest), name, measure, now))
    for n in range(RANKS):
        seat = _seat(made, made.lowest + n * every)
        for name in ("season", "day", "week", "level:1", "level:5"):
            ranks_ms += [_rank_ms(services, season, seat, name, measure, now) for measure in Measure]
    return boards_ms, ranks_ms


def _seat(made: Stock, fan: int) -> Seat:
    return Seat(made.run_id, made.campaign_id, fan, "", "", 0)


def _ms(services: Services, season: Season, seat: Seat, name: str, measure: Measure, now: Moment) -> float:
    began = time.perf_counter()
    board_view(services, season, seat, name, measure, now)
    return (time.perf_counter() - began) * 1000


def _rank_ms(services: Services, season: Season, seat: Seat, name: str, measure: Measure, now: Moment) -> float:
    began = time.perf_counter()
    own_place(services, season, seat, name, measure, now)
    return (time.perf_counter() - began) * 1000


def _midnight(services: Services) -> float:
    """The day after tomorrow: every period's board that is over by then is closed, its first ten get their badge."""
    then = services.now().at + timedelta(days=2)
    began = time.monotonic()
    settle_plays(replace(services, now=lambda: Moment(then, time.monotonic_ns(), "bench")))
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
