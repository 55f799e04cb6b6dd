"""What the night plays: halls of the same fans one after the other, each a run of a rush; and its operator, who closes early.

Seats are written in sets: filling in a form is not what is measured. Presses are the desk's own use case; each must mean the
step that is wanted, so a night out of step stops instead of going on somehow.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select, text

from bench.road_stock import FANS
from bench.show import RATE, single, words
from campaigns.bootstrap import Services
from campaigns.control.conduct import Moved, press_next
from campaigns.control.definitions import CampaignDraft, RushDraft, create_campaign, create_rush, rush
from campaigns.control.questions import add_questions
from campaigns.control.runs import make_run, run_summary
from campaigns.db.models import Round, Run
from campaigns.domain.run import Step
from campaigns.domain.rush_rules import Rule, RushRules

LONG_S = 120  # nobody waits for it: the operator closes
PATIENCE_S = 120.0
AGAIN_S = 0.01
ENDING = (Step.PODIUM, *(Step.PODIUM_STEP,) * 3, Step.END)
SEATS = text("""
INSERT INTO run_fan (run_id, fan_id, seed, joined_at)
SELECT :run, fan_id, seed, now() FROM run_fan WHERE run_id = :first
""")
SEATED = text(
    "SELECT substr(f.public, 6)::int, f.id FROM run_fan r JOIN fan f ON f.id = r.fan_id WHERE r.run_id = :run"
)


@dataclass(frozen=True)
class Hall:
    """One run. `rounds`: ids in their order."""

    run_id: int
    code: str
    rounds: list[int]


@dataclass(frozen=True)
class Night:
    """`fans`: the n-th fan's id at n, 0 where there is nobody."""

    halls: list[Hall]
    fans: list[int]


def make_night(services: Services, fans: int, halls: int, rounds: int, lead_ms: int) -> Night:
    """A campaign with so many runs of so many rounds, and everybody seated in all of them."""
    rules = RushRules(Rule.SPEED, streak=True, lead_ms=lead_ms, reading_min_ms=0, reading_max_ms=0)
    campaign = create_campaign(services, CampaignDraft(words("压测之夜", "The night"), "Asia/Shanghai", Decimal(RATE)))
    activity = create_rush(services, campaign, RushDraft(words("压测之夜", "The night"), rules, auto_reveal=True))
    questions = [replace(single().question, seconds=LONG_S)] * rounds
    add_questions(services, activity, rush(services, activity).version, questions)
    made = [_hall(services, activity) for _ in range(halls)]
    seats = [0] * (fans + 1)
    with services.sql.begin() as sql:
        sql.execute(text("SET LOCAL statement_timeout = '120s'"))
        sql.execute(FANS, {"campaign": campaign, "run": made[0].run_id, "fans": fans})
        for hall in made[1:]:
            sql.execute(SEATS, {"run": hall.run_id, "first": made[0].run_id})
        for n, fan in sql.execute(SEATED, {"run": made[0].run_id}):
            seats[n] = fan
    return Night(made, seats)


def _hall(services: Services, activity: int) -> Hall:
    run_id = make_run(services, activity, actor="bench")
    with services.sql.connect() as sql:
        rounds = sql.scalars(select(Round.id).where(Round.run_id == run_id).order_by(Round.n)).all()
    return Hall(run_id, run_summary(services, run_id).code, list(rounds))


def press(services: Services, run_id: int, wanted: Step) -> None:
    """*Next*, as soon as it means this step. TimeoutError."""
    until_s = time.monotonic() + PATIENCE_S
    said: Moved | None = None
    while time.monotonic() < until_s:
        with services.reading() as sql:
            seq = sql.scalar(select(Run.seq).where(Run.id == run_id)) or 0
        said = press_next(services, run_id, seq, "bench", frozenset({wanted}))
        if said is Moved.MOVED:
            return
        time.sleep(AGAIN_S)  # a worker judges, or the clock runs
    raise TimeoutError(f"next never did {wanted}: {said}")


def awarded(services: Services, night: Night) -> None:
    """Until the workers have written every run's awards. TimeoutError."""
    until_s = time.monotonic() + PATIENCE_S
    owed = select(Run.id).where(Run.id.in_([hall.run_id for hall in night.halls]), Run.awarded_version == 0)
    while time.monotonic() < until_s:
        with services.reading() as sql:
            if sql.execute(owed.limit(1)).first() is None:
                return
        time.sleep(0.1)  # between two looks
    raise TimeoutError("the awards were not written")
