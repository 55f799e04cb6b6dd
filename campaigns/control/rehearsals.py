"""Rehearsals: a run of a rush with simulated fans, which leaves its report and nothing else.

A rehearsal is a run like any other, so every face, clock and judgement of it is the real one; it pays nothing, and when it is
over the workers take its fans, names, answers and scores away (campaigns/settle/rehearsal). Rejected: a copy of the campaign
to rehearse in, which the paired screens would not follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from campaigns.bootstrap import Services
from campaigns.control.runs import put_run
from campaigns.db.models import Round, Run
from campaigns.db.rehearsals import Rehearsal
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.rehearsal import Plan
from campaigns.domain.run import RunState
from campaigns.settle.rehearsal.clearing import clear_rehearsal

OVER = (RunState.ENDED, RunState.CANCELLED)


@dataclass(frozen=True, slots=True)
class RehearsalView:
    """`report` None: still going on, or its fans are not done with counting."""

    run_id: int
    campaign_id: int
    activity_id: int
    code: str
    state: RunState
    plan: Plan
    made_at: datetime
    report: dict[str, Any] | None
    cleared_at: datetime | None

    @property
    def over(self) -> bool:
        return self.state in OVER


def start_rehearsal(services: Services, rush_id: int, plan: Plan, actor: str) -> int | None:
    """The id of the new run, its lobby open; None while another rehearsal is under way. Raises BadInput, NotFound."""
    clear_last(services)
    at = services.now().at
    try:
        with services.sql.begin() as sql:
            run_id = put_run(sql, rush_id, at, None)
            if not sql.scalar(select(exists().where(Round.run_id == run_id))):
                raise BadInput("questions", 0, "at least one question before the rush can be run")
            changed: dict[str, Any] = {"rehearsal": True, "prizes": []}
            changed |= {"close_when_all": True} if plan.by_itself else {}
            sql.execute(update(Run).where(Run.id == run_id).values(changed))
            values = {"run_id": run_id, "plan": plan.to_dict(), "actor": actor, "made_at": at}
            sql.execute(insert(Rehearsal).values(values))
    except IntegrityError:  # only one row may be under way
        return None
    with services.transition(run_id) as change:
        change.record(run_id, "rehearsal_started", actor, plan=plan.to_dict())
        change.enqueue("rehearse", run_id)
    return run_id


def clear_last(services: Services) -> None:
    """The one that is over and has reported need not keep its people until the sweeper comes by."""
    over = _views().where(Rehearsal.cleared_at.is_(None), Run.state.in_(OVER), Rehearsal.report.is_not(None))
    with services.reading() as sql:
        run_ids = [row.run_id for row in sql.execute(over)]
    for run_id in run_ids:
        clear_rehearsal(services, run_id)


def rehearsal(services: Services, run_id: int) -> RehearsalView:
    """Raises NotFound, also for a run that is none."""
    with services.reading() as sql:
        row = sql.execute(_views().where(Rehearsal.run_id == run_id)).one_or_none()
    if row is None:
        raise NotFound(f"rehearsal {run_id}")
    return _view(row)


def under_way(services: Services) -> RehearsalView | None:
    """The one that nobody may start another one beside."""
    with services.reading() as sql:
        row = sql.execute(_views().where(Rehearsal.cleared_at.is_(None))).one_or_none()
    found = _view(row) if row is not None else None
    return None if found is None or (found.over and found.report is not None) else found


def _views() -> Any:
    columns = (Run.campaign_id, Run.activity_id, Run.code, Run.state)
    return select(Rehearsal, *columns).join(Run, Run.id == Rehearsal.run_id)


def _view(row: Row[Any]) -> RehearsalView:
    where = (row.run_id, row.campaign_id, row.activity_id, row.code, RunState(row.state))
    return RehearsalView(*where, Plan.from_dict(row.plan), row.made_at, row.report, row.cleared_at)
