"""Runs of a quiz: made, opened and closed, by an operator or by their hours.

A season has no rounds: fans play it each in their own time. It opens straight into `playing` (its lobby lasts no longer than
the transaction) and closes through the podium's state into `ended`, so that the one table of run states holds for it too.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from campaigns.bootstrap import Services
from campaigns.control import transitions
from campaigns.control.conduct import Moved
from campaigns.control.runs import CODE_LENGTH, SEED_BYTES
from campaigns.control.skipping import skipped
from campaigns.db.events import Transition
from campaigns.db.models import Activity, Campaign, Run
from campaigns.domain.activity import ActivityKind
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.run import RunEvent, RunState, Scene
from campaigns.domain.waves import first_opening, waves_from
from campaigns.identity.tokens import new_code

CLOCK = "clock"


def make_season(
    services: Services,
    quiz_id: int,
    *,
    actor: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    late_s: int | None = None,
) -> int:
    """A new run of the quiz with rules of its own from now on; open at once, or by itself at `starts_at`. BadInput, NotFound."""
    now = services.now()
    begins = starts_at or now.at
    if ends_at is not None and ends_at <= begins:
        raise BadInput("ends_at", ends_at.isoformat(), "a closing after the opening")
    with services.sql.begin() as sql:
        run_id = put_season(sql, quiz_id, now.at, starts_at, ends_at, late_s)
    with services.transition(run_id) as change:
        change.record(run_id, "season_scheduled", actor)
        if starts_at is None:
            _open(change, run_id, actor)
    return run_id


def put_season(
    sql: Connection,
    quiz_id: int,
    now: datetime,
    starts_at: datetime | None,
    ends_at: datetime | None,
    late_s: int | None = None,
) -> int:
    """The row of a season, in a transaction of the caller, who writes its first event. NotFound."""
    found = select(Activity, Campaign.rate).join(Campaign, Campaign.id == Activity.campaign_id)
    quiz = sql.execute(found.where(Activity.id == quiz_id, Activity.kind == ActivityKind.QUIZ)).one_or_none()
    if quiz is None:
        raise NotFound(f"quiz {quiz_id}")
    values = _values(quiz, now, starts_at, ends_at) | {"late_s": late_s}
    run_id: int = sql.execute(insert(Run).values(values).returning(Run.id)).scalar_one()
    return run_id


def open_season(services: Services, run_id: int, actor: str) -> Moved:
    """For all, now: a scheduled one, or one that only its first waves can play yet."""
    with services.transition(run_id) as change:
        opened = _open(change, run_id, actor)
        waits = update(Run).where(Run.id == run_id, Run.state == RunState.PLAYING, Run.starts_at > change.now.at)
        if change.sql.execute(waits.values(starts_at=change.now.at)).rowcount and not opened:
            change.record(run_id, "season_opened_to_all", actor)
            opened = True
        return Moved.MOVED if opened else Moved.STALE


def close_season(services: Services, run_id: int, actor: str) -> Moved:
    """No step is written any more; plays under way are ended by the workers, as if their fans had stopped."""
    with services.transition(run_id) as change:
        return Moved.MOVED if _close(change, run_id, actor) else Moved.STALE


def move_closing(services: Services, run_id: int, ends_at: datetime, actor: str) -> Moved:
    """Close it by itself at `ends_at` instead: later, earlier, or at all. BadInput; STALE: it has closed meanwhile."""
    with services.transition(run_id) as change:
        now = change.now.at
        run = change.sql.execute(select(Run).where(Run.id == run_id)).one()
        if not is_season(run):
            raise NotFound(f"season {run_id}")
        begins = max(now, run.starts_at or now)
        if ends_at <= begins:
            raise BadInput("ends_at", ends_at.isoformat(), "a closing after the opening")
        running = update(Run).where(Run.id == run_id, Run.state.in_((RunState.SCHEDULED, RunState.PLAYING)))
        here = running.where(Run.ends_at.is_(None) | (Run.ends_at > now))
        if change.sql.execute(here.values(ends_at=ends_at)).rowcount != 1:
            return Moved.STALE
        before = run.ends_at.isoformat() if run.ends_at else None
        change.record(run_id, "season_closing_moved", actor, ends_at=ends_at.isoformat(), before=before)
        return Moved.MOVED


def call_off(services: Services, run_id: int, actor: str) -> Moved:
    """A season that has not opened never will."""
    with services.transition(run_id) as change:
        waiting = {"scene": Scene.CANCELLED, "ended_at": change.now.at}
        scheduled = update(Run).where(Run.id == run_id, Run.state == RunState.SCHEDULED)
        if change.sql.execute(scheduled.values(state=RunState.CANCELLED, **waiting)).rowcount != 1:
            return Moved.STALE
        change.record(run_id, "cancelled", actor)
        return Moved.MOVED


def keep_season(change: Transition, run: Row[Any]) -> bool:
    """Open or close the season if its hour has come. Called with the campaign's lock."""
    if run.state == RunState.SCHEDULED and opens_by(run.waves, run.starts_at, change.now.at):
        first = first_opening(waves_from(run.waves), run.starts_at)
        return skipped(change, run, first, CLOCK) or _open(change, run.id, CLOCK)
    if run.state == RunState.PLAYING and run.ends_at is not None and run.ends_at <= change.now.at:
        return _close(change, run.id, CLOCK)
    return False


def opens_by(waves: list[dict[str, Any]], starts_at: datetime | None, at: datetime) -> bool:
    """Whether anybody may play at `at`: the first wave, or all."""
    return starts_at is not None and first_opening(waves_from(waves), starts_at) <= at


def _open(change: Transition, run_id: int, actor: str) -> bool:
    if not transitions.move_run(change, run_id, RunEvent.LOBBY_OPENED, RunState.LOBBY):
        return False
    begun = {"scene": Scene.OPEN, "started_at": change.now.at}
    if not transitions.move_run(change, run_id, RunEvent.STARTED, RunState.PLAYING, **begun):
        return False
    change.record(run_id, "season_opened", actor)
    return True


def _close(change: Transition, run_id: int, actor: str) -> bool:
    if not transitions.move_run(change, run_id, RunEvent.PODIUM_REACHED, RunState.PODIUM):
        return False
    ended = {"scene": Scene.FINAL, "ended_at": change.now.at}
    if not transitions.move_run(change, run_id, RunEvent.ENDED, RunState.ENDED, **ended):
        return False
    change.record(run_id, "season_closed", actor)
    change.enqueue("end_plays", run_id)
    return True


def _values(quiz: Any, now: datetime, starts_at: datetime | None, ends_at: datetime | None) -> dict[str, Any]:
    return {
        "campaign_id": quiz.campaign_id,
        "activity_id": quiz.id,
        "code": new_code(CODE_LENGTH),
        "state": RunState.SCHEDULED,
        "scene": Scene.SCHEDULED,
        "seed": secrets.token_bytes(SEED_BYTES),
        "rate": quiz.rate,
        "rules": QuizRules.from_dict(quiz.rules).to_dict(),
        "created_at": now,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }


def is_season(run: Row[Any]) -> bool:
    """Whether this run is a quiz's: its rules have levels."""
    return "levels" in run.rules
