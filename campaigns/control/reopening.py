"""A run that was ended by mistake goes back to its podium, for a minute.

What its end has given stays until the next end, which gives the difference (campaigns/settle/awards.py): nothing, if nothing
has changed since. Nothing is given while it stands open: awards are of runs that have ended.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, select

from campaigns.bootstrap import Services
from campaigns.control import transitions
from campaigns.db.events import Transition
from campaigns.db.models import Activity, Run
from campaigns.domain.activity import ActivityKind
from campaigns.domain.run import RunEvent, RunState, Scene

WITHIN = timedelta(seconds=60)


def reopen(services: Services, run_id: int, actor: str) -> bool:
    """False: it has not ended, or too long ago, or is a quiz's season, which closes by its calendar."""
    with services.transition(run_id) as change:
        rush = exists().where(Run.id == run_id, Activity.id == Run.activity_id, Activity.kind == ActivityKind.RUSH)
        run: Any = change.sql.execute(select(Run, rush.label("rush")).where(Run.id == run_id)).one()
        if not run.rush or time_left(run, change.now.at) <= timedelta(0):
            return False
        return to_podium(change, run_id, actor)


def to_podium(change: Transition, run_id: int, actor: str) -> bool:
    values = {"scene": Scene.PODIUM, "ended_at": None}
    if not transitions.move_run(change, run_id, RunEvent.REOPENED, RunState.PODIUM, **values):
        return False
    change.record(run_id, "reopened", actor)
    return True


def time_left(run: Row[Any], now: datetime) -> timedelta:
    """For how long it can still be reopened. A rehearsal never: its simulated fans have gone home."""
    if run.rehearsal or run.state != RunState.ENDED or run.ended_at is None:
        return timedelta(0)
    ended_at: datetime = run.ended_at
    return max(timedelta(0), ended_at + WITHIN - now)
