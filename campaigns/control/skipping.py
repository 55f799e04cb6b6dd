"""Runs that do not open: the server was down at their hour and came back too late, or they were not ready.

A skipped run is a cancelled one whose event says why; the calendar shows it (campaigns/control/calendar.py). Rejected: a
state of its own, which every page of fans and screens would have to know and show as cancelled.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from campaigns.control import transitions
from campaigns.db.events import Transition
from campaigns.domain.recurrence import Fate, fate
from campaigns.domain.run import RunEvent, RunState, Scene

SKIPPED = "skipped"


class Reason(StrEnum):
    LATE = "late"
    NO_QUESTIONS = "no_questions"
    NOT_REVIEWED = "not_reviewed"


def skipped(change: Transition, run: Row[Any], due_at: datetime, actor: str) -> bool:
    """Whether it is too late to open this scheduled run, which was due at `due_at`; then it is over, and says so."""
    return fate(due_at, run.late_s, change.now.at) is Fate.SKIP and skip(change, run.id, due_at, Reason.LATE, actor)


def skip(change: Transition, run_id: int, due_at: datetime, why: Reason, actor: str) -> bool:
    """False: it is not scheduled any more."""
    over = {"scene": Scene.CANCELLED, "ended_at": change.now.at}
    if not transitions.move_run(change, run_id, RunEvent.CANCELLED, RunState.CANCELLED, **over):
        return False
    change.record(run_id, SKIPPED, actor, reason=why, late_s=int((change.now.at - due_at).total_seconds()))
    return True
