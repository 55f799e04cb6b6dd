"""Repeating: an activity is given a rule, and each of its occurrences becomes an ordinary scheduled run, some days ahead.

Stopping makes no more of them; those that are made already are called off too if the operator wants so. A schedule is not
changed but stopped and made anew: what was announced by it stays as it was announced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from campaigns.bootstrap import Services
from campaigns.control.conduct import Moved, cancel
from campaigns.control.recurrence import Recurrence
from campaigns.control.schedule import SHAPE
from campaigns.control.seasons import call_off
from campaigns.db.audit import write_down
from campaigns.db.models import Activity, Run
from campaigns.db.schedules import Occurrence, Schedule
from campaigns.domain.activity import ActivityKind
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.run import RunState

MOST_AHEAD_DAYS = 90
MOST_GOING = 20


@dataclass(frozen=True, slots=True)
class Repeated:
    """What an operator asks for. `late_s`: None opens however late; `lasts_s`: None closes by hand (quizzes only)."""

    recurrence: Recurrence
    ahead_days: int
    late_s: int | None
    lasts_s: int | None = None


@dataclass(frozen=True, slots=True)
class Repeating:
    """A schedule that goes on. `next_at`: the first occurrence without a run."""

    id: int
    activity_id: int
    kind: ActivityKind
    what: Repeated
    next_at: datetime | None


def repeat(services: Services, activity_id: int, wanted: Repeated, actor: str) -> int:
    """Raises BadInput, NotFound. The first runs are made by the sweeper within seconds."""
    now = services.now().at
    if not 1 <= wanted.ahead_days <= MOST_AHEAD_DAYS:
        raise BadInput("ahead_days", wanted.ahead_days, f"a whole number from 1 to {MOST_AHEAD_DAYS}")
    if len(schedules_of(services, activity_id)) >= MOST_GOING:
        raise BadInput("rule", wanted.recurrence.rule, f"at most {MOST_GOING} repetitions at a time")
    values = {
        "rule": wanted.recurrence.rule,
        "first": wanted.recurrence.first.strftime(SHAPE),
        "zone": wanted.recurrence.zone.key,
        "late_s": wanted.late_s,
        "lasts_s": wanted.lasts_s,
        "ahead_days": wanted.ahead_days,
        "next_at": wanted.recurrence.next_after(now),
    }
    with services.sql.begin() as sql:
        campaign_id = sql.scalar(select(Activity.campaign_id).where(Activity.id == activity_id))
        if campaign_id is None:
            raise NotFound(f"activity {activity_id}")
        made = insert(Schedule).values(activity_id=activity_id, made_by=actor, created_at=now, **values)
        schedule_id: int = sql.execute(made.returning(Schedule.id)).scalar_one()
        told = {"schedule": schedule_id, "activity": activity_id} | {
            name: values[name] for name in ("rule", "first", "zone")
        }
        write_down(sql, campaign_id, now, actor, "schedule_made", after=told)
    return schedule_id


def schedules_of(services: Services, activity_id: int) -> list[Repeating]:
    """Those that go on, the oldest first."""
    return [each for each in going(services) if each.activity_id == activity_id]


def going(services: Services) -> list[Repeating]:
    """Of all activities."""
    joined = select(Schedule, Activity.kind).join(Activity, Activity.id == Schedule.activity_id)
    live = joined.where(Schedule.stopped_at.is_(None), Schedule.next_at.is_not(None))
    with services.reading() as sql:
        return [repeating(row) for row in sql.execute(live.order_by(Schedule.id))]


def repeating(row: Any) -> Repeating:
    recurrence = Recurrence(row.rule, datetime.strptime(row.first, SHAPE), ZoneInfo(row.zone))
    what = Repeated(recurrence, row.ahead_days, row.late_s, row.lasts_s)
    return Repeating(row.id, row.activity_id, ActivityKind(row.kind), what, row.next_at)


def stop(services: Services, schedule_id: int, actor: str, *, with_runs: bool = False) -> bool:
    """No more runs by this schedule; `with_runs`: those that wait for their hour are called off. False: stopped already."""
    going_on = update(Schedule).where(Schedule.id == schedule_id, Schedule.stopped_at.is_(None))
    now = services.now().at
    with services.sql.begin() as sql:
        row = sql.execute(going_on.values(stopped_at=now).returning(Schedule.activity_id, Schedule.rule)).one_or_none()
        stopped = row is not None
        if row is not None:
            campaign_id = sql.scalar(select(Activity.campaign_id).where(Activity.id == row.activity_id))
            told = {"schedule": schedule_id, "activity": row.activity_id, "rule": row.rule}
            write_down(sql, campaign_id, now, actor, "schedule_stopped", before=told)
    if not stopped or not with_runs:
        return stopped
    here = select(Run.id, Activity.kind).join(Occurrence, Occurrence.run_id == Run.id)
    here = here.join(Activity, Activity.id == Run.activity_id).where(Occurrence.schedule_id == schedule_id)
    with services.reading() as sql:
        waiting = list(sql.execute(here.where(Run.state == RunState.SCHEDULED)))
    by_kind: dict[str, Callable[[Services, int, str], Moved]] = {ActivityKind.RUSH: cancel, ActivityKind.QUIZ: call_off}
    for run in waiting:
        by_kind[run.kind](services, run.id, actor)
    return True
