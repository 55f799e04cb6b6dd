"""The calendar: runs of all campaigns by their hours, those that were skipped with the reason, and openings still to be made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Row, func, select

from campaigns.bootstrap import Services
from campaigns.control.schedules import Repeating, going
from campaigns.control.skipping import SKIPPED, Reason
from campaigns.db.cohorts import is_hall
from campaigns.db.models import Activity, Campaign, Run
from campaigns.db.records import Event
from campaigns.domain.activity import ActivityKind
from campaigns.domain.question import Words
from campaigns.domain.run import RunState

MOST_PLANNED = 200  # of one schedule
A_MOMENT = timedelta(microseconds=1)


class Shown(StrEnum):
    PLANNED = "planned"  # its run is not made yet
    SCHEDULED = "scheduled"
    RUNNING = "running"
    OVER = "over"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


BY_STATE = {
    RunState.SCHEDULED: Shown.SCHEDULED,
    RunState.ENDED: Shown.OVER,
    RunState.CANCELLED: Shown.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """`why`, `late_s`: of a skipped one. `run_id`, `code`: None of a planned one."""

    at: datetime
    shown: Shown
    kind: ActivityKind
    activity_id: int
    title: Words
    campaign_id: int
    campaign: Words
    zone: str
    run_id: int | None = None
    code: str | None = None
    ends_at: datetime | None = None
    why: Reason | None = None
    late_s: int = 0


def calendar(services: Services, ids: Collection[int], since: datetime, until: datetime) -> list[Entry]:
    """What opens in [since, until) in these campaigns, by its hour; rehearsals are left out."""
    entries = _runs(services, ids, since, until) + _planned(services, ids, since, until)
    return sorted(entries, key=lambda entry: (entry.at, entry.activity_id))


def zones(services: Services, ids: Collection[int]) -> list[str]:
    """Of these campaigns, the most used first."""
    theirs = select(Campaign.zone).where(Campaign.id.in_(ids)).order_by(Campaign.id)
    with services.reading() as sql:
        return [zone for zone, _ in Counter(sql.scalars(theirs)).most_common()]


def _runs(services: Services, ids: Collection[int], since: datetime, until: datetime) -> list[Entry]:
    opens = func.coalesce(Run.starts_at, Run.started_at, Run.created_at)
    why = select(Event.payload).where(
        Event.campaign_id == Run.campaign_id, Event.run_id == Run.id, Event.kind == SKIPPED
    )
    columns = (
        Run.id,
        Run.code,
        Run.state,
        func.coalesce(Run.ended_at, Run.ends_at).label("ends_at"),
        opens.label("at"),
    )
    names = (Activity.id.label("activity_id"), Activity.kind, Activity.title, Campaign.id.label("campaign_id"))
    more = (Campaign.title.label("campaign"), Campaign.zone, why.limit(1).scalar_subquery().label("skip"))
    joined = select(*columns, *names, *more).join(Activity, Activity.id == Run.activity_id)
    joined = joined.join(Campaign, Campaign.id == Run.campaign_id)
    joined = joined.where(Campaign.id.in_(ids))
    with services.reading() as sql:
        rows = sql.execute(joined.where(opens >= since, opens < until, Run.rehearsal.is_(False), is_hall()))
        return [_entry(row) for row in rows]


def _entry(row: Row[Any]) -> Entry:
    shown = Shown.SKIPPED if row.skip else BY_STATE.get(RunState(row.state), Shown.RUNNING)
    return Entry(
        row.at,
        shown,
        ActivityKind(row.kind),
        row.activity_id,
        row.title,
        row.campaign_id,
        row.campaign,
        row.zone,
        row.id,
        row.code,
        row.ends_at if row.kind == ActivityKind.QUIZ else None,
        Reason(row.skip["reason"]) if row.skip else None,
        row.skip["late_s"] if row.skip else 0,
    )


def _planned(services: Services, ids: Collection[int], since: datetime, until: datetime) -> list[Entry]:
    names = select(Activity.id, Activity.title, Activity.campaign_id, Campaign.title.label("campaign"), Campaign.zone)
    listed = going(services)
    here = names.join(Campaign, Campaign.id == Activity.campaign_id).where(Campaign.id.in_(ids))
    with services.reading() as sql:
        rows = sql.execute(here.where(Activity.id.in_({one.activity_id for one in listed})))
        named = {row.id: row for row in rows}
    return [
        entry
        for one in listed
        if one.activity_id in named
        for entry in _coming(one, named[one.activity_id], since, until)
    ]


def _coming(one: Repeating, row: Row[Any], since: datetime, until: datetime) -> Iterator[Entry]:
    assert one.next_at is not None
    lasts = timedelta(seconds=one.what.lasts_s) if one.what.lasts_s else None
    for at in islice(one.what.recurrence.after(max(since, one.next_at) - A_MOMENT), MOST_PLANNED):
        if at >= until:
            return
        who = (one.activity_id, row.title, row.campaign_id, row.campaign, row.zone)
        yield Entry(at, Shown.PLANNED, one.kind, *who, ends_at=at + lasts if lasts else None)
