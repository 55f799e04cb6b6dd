"""Freezing the boards of a season at an instant, and revealing them: an operator's word, written down like any other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.seasons import is_season
from campaigns.db.models import Run
from campaigns.domain.errors import NotFound
from campaigns.settle.quiz.freeze import set_freeze


def freeze(services: Services, run_id: int, at: datetime, actor: str) -> None:
    """From `at` on (now, or later) the boards are shown as they stood. NotFound."""
    _set(services, run_id, at, actor)


def reveal(services: Services, run_id: int, actor: str) -> None:
    """The boards are live again, or will not be frozen; those whose period is over are closed, with their badges."""
    _set(services, run_id, None, actor)


def _set(services: Services, run_id: int, at: datetime | None, actor: str) -> None:
    with services.transition(run_id) as change:
        run = change.sql.execute(select(Run).where(Run.id == run_id)).one()
        if not is_season(run):
            raise NotFound(f"season {run_id}")
        set_freeze(change.sql, run_id, at, change.now.at)
        kind = "boards_revealed" if at is None else "boards_freeze_set"
        before, after = (stood.isoformat() if stood is not None else None for stood in (run.freeze_at, at))
        change.record(run_id, kind, actor, before={"at": before}, at=after)
        change.enqueue("settle_plays", run_id)
