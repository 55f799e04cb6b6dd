"""A run and its current round, one read each: scene, gate and clock are made of the same two rows.

A web process reads them at every event while a whole hall talks to it; each statement there lets the hall go first, so
a statement less is milliseconds less until the choices are on the phones.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, exists, func, select

from campaigns.db.cohorts import Cohort
from campaigns.db.models import Activity, Campaign, QuestionVersion, Round, Run, RunFan
from campaigns.db.records import Settlement
from campaigns.domain.answer import RoundGate
from campaigns.domain.clock import RoundClock, Timing
from campaigns.domain.moment import Moment
from campaigns.domain.question import Kind
from campaigns.domain.round import TAKES_ANSWERS, RoundState


def run_row(sql: Connection, run_id: int) -> Row[Any]:
    """The run; beside it `title` (the campaign's), `activity` (its title), `kind`, `rounds` and `joined` (how many); of a
    cohort's run also `of_run_id`, `run_id`, `cohort` (its name), `delay_ms` and `followed`, else None."""
    names = (Campaign.title, Activity.title.label("activity"), Activity.kind)
    rounds = select(func.count()).where(Round.run_id == Run.id, Round.n > 0, Round.warm_up == 0).scalar_subquery()
    here = (RunFan.run_id == Run.id) & RunFan.kicked_at.is_(None)
    joined = select(func.count()).where(here).scalar_subquery()
    run = select(Run, *names, rounds.label("rounds"), joined.label("joined"))
    cohort = (Cohort.run_id, Cohort.of_run_id, Cohort.name.label("cohort"), Cohort.delay_ms, Cohort.followed)
    run = run.add_columns(*cohort).outerjoin(Cohort, Cohort.run_id == Run.id)
    run = run.join(Activity, Activity.id == Run.activity_id).join(Campaign, Campaign.id == Run.campaign_id)
    return sql.execute(run.where(Run.id == run_id)).one()


def round_row(sql: Connection, round_id: int | None) -> Row[Any] | None:
    """The round; beside it `body` and `media_id` of its question, and `ordered`: whether it is to be judged, by the key that
    stands in the settlement. None while no round has been asked."""
    if round_id is None:
        return None
    asked = (QuestionVersion.body, QuestionVersion.media_id)
    ordered = exists().where(Settlement.round_id == Round.id).label("ordered")
    joined = select(Round, *asked, ordered).join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    return sql.execute(joined.where(Round.id == round_id)).one()


def clock_of(row: Row[Any]) -> RoundClock | None:
    """None until the round has been announced."""
    if row.opens_ns is None or row.closes_ns is None:
        return None
    return RoundClock.standing(row.opens_ns, row.closes_ns, row.pauses)


def stands_still(row: Row[Any], now: Moment) -> bool:
    """In a pause, or before the instant announced as its end."""
    clock = clock_of(row)
    return clock is not None and row.boot_id == now.boot_id and clock.accepts(now.ns) is Timing.PAUSED


def gate_of(row: Row[Any] | None) -> RoundGate | None:
    """What an answer has to pass, kept in memory by the web process."""
    if row is None:
        return None
    clock = clock_of(row)
    taking = RoundState(row.state) in TAKES_ANSWERS
    return RoundGate(row.id, Kind(row.body["kind"]), len(row.choice_order), clock, taking)
