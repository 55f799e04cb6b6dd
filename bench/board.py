"""`make bench-board`: a million people answer two questions; timed is the second, from the operator's close to its reveal.

Stores and a worker of its own. Seats and answers are written in sets, as many as a night's last batch would have left; then the
operator closes, the worker that runs settles (it finds a round before this one, with streaks and totals), and reveals. Timed:
until the packet for everybody is built from what stands in SQL, with its size; the first page of the board; one own rank; and
when the board stands in Redis. Then the record is judged again. The last line is one object; the status is 1 when a number is
wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from redis import RedisError
from sqlalchemy import select, text

from bench.award import peak_kib, worker_program
from bench.ground import Ground, ground, services_of
from bench.night_show import press
from bench.road_stock import FANS
from bench.rows import Rows
from bench.show import RATE, single, words
from campaigns.bootstrap import Services
from campaigns.control.boards import board_of
from campaigns.control.definitions import CampaignDraft, RushDraft, create_campaign, create_rush, rush
from campaigns.control.questions import add_questions
from campaigns.control.runs import make_run
from campaigns.db.editions import board_edition
from campaigns.db.models import QuestionVersion, Round, Run
from campaigns.db.records import Settlement, Standing
from campaigns.domain.round import RoundState
from campaigns.domain.run import Scene, Step
from campaigns.domain.rush import judge
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.live.leaderboards import size_of
from campaigns.play.scene import load_scene
from campaigns.play.seat import Seat
from campaigns.play.standing import own_standing
from campaigns.settle.due import keep_time
from campaigns.settle.projections import score_row
from campaigns.settle.record import judgement
from deploy.program import Server
from realtime.wire_json import dumps

ROUNDS, SECONDS = 2, 20
MOST_BYTES = 4096
PATIENCE_S = 600.0
CHUNK = 10_000
LONG = "SET LOCAL statement_timeout = 0"
# One in fifty stays silent; the others take half a second to sixteen, and know it or do not. They lie as they arrived (column 6).
ANSWERS = text("""
INSERT INTO answer (round_id, fan_id, question_version_id, places, opened_ns, received_ns, allowance_ns, boot_id,
                    received_at, receipt)
SELECT r.id, f.fan_id, r.question_version_id, ARRAY[(f.fan_id * 7 + r.n * 13) % 4]::smallint[], r.opens_ns,
       r.opens_ns + 8250000000 + hashint8(f.fan_id * 31 + r.n)::bigint % 15500 * 500000, 20000000, r.boot_id,
       now(), 'M83H-YECM'
FROM run_fan f JOIN round r ON r.id = :round WHERE f.run_id = r.run_id AND f.fan_id % 50 <> 0 ORDER BY 6
""")
OVERDUE = text("""
UPDATE round SET opens_ns = opens_ns - 20000000000, closes_ns = closes_ns - 20000000000,
       closes_at = closes_at - interval '20 seconds' WHERE id = :round
""")
JUDGED = (
    select(Round, QuestionVersion.body, Run.rules, Run.seed)
    .join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    .join(Run, Run.id == Round.run_id)
)
STORED = text("SELECT * FROM score WHERE round_id = :round AND version = 1 ORDER BY fan_id")
SUMS = {
    "somebody has no place": "SELECT count(*) = :people FROM standing WHERE run_id = :run",
    "totals are not the sums of scores": """SELECT NOT EXISTS (
        SELECT FROM standing t JOIN (SELECT fan_id, sum(score) AS wanted FROM score WHERE run_id = :run GROUP BY fan_id) s
            USING (fan_id) WHERE t.run_id = :run AND t.score <> s.wanted)""",
    "a rank is not the number of those ahead and one": """SELECT NOT EXISTS (
        SELECT FROM (SELECT rank, rank() OVER (ORDER BY score DESC, elapsed_ms) AS wanted
                       FROM standing WHERE run_id = :run) AS placed WHERE rank <> wanted)""",
}
SWEPT = ("fan", "participation", "run_fan", "answer", "score", "standing")


def main(argv: Sequence[str]) -> int:
    given = _arguments(argv)
    kept = Rows("board", argv, given.rows)
    with ground(workers=False) as here, services_of(here) as services:
        run_id, rounds = _stock(services, given.people)
        with Server(worker_program(here)) as worker:
            assert worker.pid is not None
            for n, round_id in enumerate(rounds):
                said = _round(here, services, run_id, round_id, given.people)
                kept.add({"round": n + 1, **said})
                press(services, run_id, Step.BOARD)
            peak_mib = peak_kib(worker.pid) / 1024
        wrong = _wrong(services, run_id, rounds[-1], given.people) + (
            ["the packet is too large"] if said["bytes"] > MOST_BYTES else []
        )
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    kept.end({"participants": given.people, **said, "peak_rss_mib": round(peak_mib), "wrong": len(wrong)})
    return 1 if wrong else 0


def _stock(services: Services, people: int) -> tuple[int, list[int]]:
    rules = RushRules(Rule.SPEED, streak=True, lead_ms=0, reading_min_ms=0, reading_max_ms=0)
    campaign = create_campaign(services, CampaignDraft(words("百万人", "A million"), "Asia/Shanghai", Decimal(RATE)))
    activity = create_rush(services, campaign, RushDraft(words("百万人", "A million"), rules, auto_reveal=True))
    questions = [replace(single().question, seconds=SECONDS)] * ROUNDS
    add_questions(services, activity, rush(services, activity).version, questions)
    run_id = make_run(services, activity, actor="bench")
    with services.sql.begin() as sql:
        sql.execute(text(LONG))
        sql.execute(FANS, {"campaign": campaign, "run": run_id, "fans": people})
        rounds = sql.scalars(select(Round.id).where(Round.run_id == run_id).order_by(Round.n)).all()
    return run_id, list(rounds)


def _round(here: Ground, services: Services, run_id: int, round_id: int, people: int) -> dict[str, float]:
    """Ask, answer, close; the spans from then on."""
    press(services, run_id, Step.ASK)
    _until(lambda: keep_time(services, run_id) or _state(services, round_id) == RoundState.OPEN)
    with services.sql.begin() as sql:
        sql.execute(text(LONG))
        sql.execute(OVERDUE, {"round": round_id})
        sql.execute(ANSWERS, {"round": round_id})
    _sweep(services)
    cpu_s, began_s = here.cpu_s("sql"), time.monotonic()
    press(services, run_id, Step.CLOSE_NOW)
    _until(lambda: _scene(services, run_id) == Scene.REVEAL)
    with services.reading() as sql:
        packet = dumps(load_scene(sql, run_id))
    seconds, sql_s = time.monotonic() - began_s, here.cpu_s("sql") - cpu_s
    said: dict[str, float] = {"seconds": round(seconds, 2), "sql_cpu_s": round(sql_s, 2), "bytes": len(packet.encode())}
    said |= {"top_ms": _ms(lambda: board_of(services, run_id)), "rank_ms": _rank_ms(services, run_id)}
    _until(lambda: _in_redis(services, run_id) == people)
    return said | {"in_redis_s": round(time.monotonic() - began_s, 2)}


def _in_redis(services: Services, run_id: int) -> int | None:
    try:
        return size_of(services.live, run_id, _edition(services, run_id))
    except RedisError:  # it gives the memory of the board before this one back, and answers nobody meanwhile
        return None


def _rank_ms(services: Services, run_id: int) -> float:
    with services.reading() as sql:
        seated = select(Run.campaign_id, Standing.fan_id).join(Run, Run.id == Standing.run_id)
        campaign, fan = sql.execute(seated.where(Run.id == run_id).limit(1)).one()
    return _ms(lambda: own_standing(services, Seat(run_id, campaign, fan, "", "", 0)))


def _ms(work: Callable[[], object]) -> float:
    began_s = time.monotonic()
    work()
    return round((time.monotonic() - began_s) * 1000, 1)


def _wrong(services: Services, run_id: int, round_id: int, people: int) -> list[str]:
    """What does not come out: the last round judged again in the domain, fan by fan; and the totals by sums of their own."""
    with services.sql.connect() as sql:
        sql.execute(text(LONG))
        row = sql.execute(JUDGED.where(Round.id == round_id)).one()
        order = sql.execute(select(Settlement).where(Settlement.round_id == round_id, Settlement.version == 1)).one()
        stored = sql.execute(STORED, {"round": round_id}).yield_per(CHUNK)
        again = iter(judge(**judgement(sql, row, order)))
        differ = sum(1 for held in stored if held._asdict() != score_row(row, 1, next(again)))
        claims = {f"{differ} scores are not what the record says": differ == 0}
        claims["a score is missing"] = next(again, None) is None
        claims |= {
            said: bool(sql.scalar(text(query), {"run": run_id, "people": people})) for said, query in SUMS.items()
        }
    return [said for said, holds in claims.items() if not holds]


def _state(services: Services, round_id: int) -> str:
    with services.reading() as sql:
        return sql.scalars(select(Round.state).where(Round.id == round_id)).one()


def _scene(services: Services, run_id: int) -> str:
    with services.reading() as sql:
        return sql.scalars(select(Run.scene).where(Run.id == run_id)).one()


def _edition(services: Services, run_id: int) -> int:
    with services.reading() as sql:
        return sql.scalar(select(board_edition(run_id))) or 0


def _sweep(services: Services) -> None:
    """As autovacuum would have by then: a house that has been running, not one that has just swallowed a million rows."""
    with services.sql.connect().execution_options(isolation_level="AUTOCOMMIT") as sql:
        sql.execute(text("SET statement_timeout = 0"))
        for table in SWEPT:
            sql.execute(text(f"VACUUM ANALYZE {table}"))
        sql.execute(text("CHECKPOINT"))


def _until(done: Callable[[], object]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > until_s:
            raise TimeoutError("the worker did not come to that")
        time.sleep(0.02)  # between two looks at what a worker does


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.board", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000, help="who have a seat (1000000)")
    parser.add_argument("--rows", type=Path, help="where raw rows are kept (.bench/rows)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
