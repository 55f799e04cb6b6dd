"""Occurrences become runs: the sweeper's part of repeating. Exactly once, whoever else does it at the same time.

One transaction an occurrence: `next_at` moves on by compare-and-set, and only who moved it makes the run. After a long
sleep of the server nothing is lost: each occurrence of that time becomes a run too, which then opens late or is skipped
with its reason like any other. One that is not ready (no question, not reviewed) waits for its readiness until it is too late.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from campaigns.bootstrap import Services
from campaigns.control.review import is_reviewed
from campaigns.control.runs import put_run
from campaigns.control.schedules import MOST_AHEAD_DAYS, Repeating, repeating
from campaigns.control.seasons import put_season
from campaigns.control.skipping import Reason, skip
from campaigns.db.events import lock_campaign
from campaigns.db.models import Activity, ActivityQuestion
from campaigns.db.schedules import Occurrence, Schedule
from campaigns.domain.activity import ActivityKind
from campaigns.domain.recurrence import Fate, fate, makes_by

AT_ONCE = 50  # occurrences made by one job


def schedules_due(services: Services) -> list[int]:
    """Those with an occurrence to make: within their days ahead."""
    now = services.now().at
    near = select(Schedule.id, Schedule.next_at, Schedule.ahead_days).where(Schedule.stopped_at.is_(None))
    with services.reading() as sql:
        rows = list(
            sql.execute(near.where(Schedule.next_at <= makes_by(now, MOST_AHEAD_DAYS)).order_by(Schedule.next_at))
        )
    return [row.id for row in rows if row.next_at <= makes_by(now, row.ahead_days)]


def make_occurrences(services: Services, schedule_id: int) -> bool:
    """Make what is due by this schedule. False: nothing was, or others have done it."""
    made = 0
    while made < AT_ONCE and make_next(services, schedule_id):
        made += 1
    return made > 0


def make_next(services: Services, schedule_id: int) -> bool:
    """Decide about the schedule's next occurrence, if it is due: a run, or a skipped one."""
    now = services.now().at
    joined = select(Schedule, Activity.kind).join(Activity, Activity.id == Schedule.activity_id)
    with services.sql.begin() as sql:
        row = sql.execute(joined.where(Schedule.id == schedule_id, Schedule.stopped_at.is_(None))).one_or_none()
        if row is None or row.next_at is None or row.next_at > makes_by(now, row.ahead_days):
            return False
        one = repeating(row)
        lacks = _lacks(sql, one)
        if lacks is not None and fate(row.next_at, one.what.late_s, now) is not Fate.SKIP:
            return False
        if not claim(sql, one):
            return False
        run_id = _run(sql, one, row.next_at, now)
        change = None if run_id is None else lock_campaign(sql, run_id, services.now)
        if change is not None and run_id is not None:
            kind = "run_scheduled" if one.kind is ActivityKind.RUSH else "season_scheduled"
            change.record(run_id, kind, f"schedule:{one.id}", starts_at=row.next_at.isoformat())
            if lacks is not None:
                skip(change, run_id, row.next_at, lacks, f"schedule:{one.id}")
    if change is not None:
        services.tell(change)
    return True


def claim(sql: Connection, one: Repeating) -> bool:
    """Move the schedule on to its following occurrence; False: somebody else has."""
    assert one.next_at is not None
    here = update(Schedule).where(Schedule.id == one.id, Schedule.next_at == one.next_at, Schedule.stopped_at.is_(None))
    return sql.execute(here.values(next_at=one.what.recurrence.next_after(one.next_at))).rowcount == 1


def _run(sql: Connection, one: Repeating, at: datetime, now: datetime) -> int | None:
    """None: the activity has a run for this instant, by another schedule."""
    row = insert(Occurrence).values(activity_id=one.activity_id, at=at, schedule_id=one.id).on_conflict_do_nothing()
    if sql.scalar(row.returning(Occurrence.at)) is None:
        return None
    if one.kind is ActivityKind.QUIZ:
        ends_at = at + timedelta(seconds=one.what.lasts_s) if one.what.lasts_s else None
        run_id = put_season(sql, one.activity_id, now, at, ends_at, one.what.late_s)
    else:
        run_id = put_run(sql, one.activity_id, now, at, one.what.late_s)
    this = update(Occurrence).where(Occurrence.activity_id == one.activity_id, Occurrence.at == at)
    sql.execute(this.values(run_id=run_id))
    return run_id


def _lacks(sql: Connection, one: Repeating) -> Reason | None:
    """What keeps the activity from being run."""
    asked = select(ActivityQuestion.place).where(ActivityQuestion.activity_id == one.activity_id).limit(1)
    if one.kind is ActivityKind.RUSH and sql.scalar(asked) is None:
        return Reason.NO_QUESTIONS
    if one.kind is ActivityKind.RUSH and not is_reviewed(sql, one.activity_id):
        return Reason.NOT_REVIEWED
    return None
