"""Making runs: everything a run depends on is frozen here, so that later edits of the rush cannot change a record."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from campaigns.bootstrap import Services
from campaigns.control.review import is_reviewed
from campaigns.db.cohorts import Cohort, is_hall
from campaigns.db.models import Activity, ActivityQuestion, Campaign, QuestionVersion, Round, Run, RunFan
from campaigns.db.question_rows import question_from
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.question import choice_order
from campaigns.domain.round import RoundState
from campaigns.domain.run import RunState, Scene
from campaigns.domain.rush_rules import VERSION, RushRules
from campaigns.identity.tokens import new_code

CODE_LENGTH = 6
SEED_BYTES = 16


@dataclass(frozen=True, slots=True)
class RunSummary:
    id: int
    campaign_id: int
    activity_id: int
    code: str
    state: RunState
    starts_at: datetime | None
    created_at: datetime
    ended_at: datetime | None
    joined: int
    prizes: int = 0
    rehearsal: bool = False
    cohorts: int = 0  # for viewers of streams, that follow it
    of_run_id: int | None = None  # the hall's, of a cohort's


def make_run(
    services: Services, activity_id: int, *, actor: str, starts_at: datetime | None = None, late_s: int | None = None
) -> int:
    """A new run of the activity with its own code, seed and rounds; its lobby opens at once, or by itself at `starts_at`
    (at most `late_s` late: None means however late)."""
    with services.sql.begin() as sql:
        run_id = put_run(sql, activity_id, services.now().at, starts_at, late_s)
        if not sql.scalar(select(Round.id).where(Round.run_id == run_id).limit(1)):
            raise BadInput("questions", 0, "at least one question before the rush can be run")
        if starts_at is not None and not is_reviewed(sql, activity_id):
            raise BadInput("review", "draft", "a rush that is reviewed as it stands: only then it may open by itself")
    with services.transition(run_id) as change:
        kind = "run_scheduled" if starts_at else "lobby_opened"
        change.record(run_id, kind, actor, starts_at=starts_at.isoformat() if starts_at else None)
    return run_id


def put_run(
    sql: Connection, activity_id: int, now: datetime, starts_at: datetime | None, late_s: int | None = None
) -> int:
    """The rows of a run, in a transaction of the caller, who writes its first event. NotFound."""
    found = select(Activity, Campaign.rate).join(Campaign, Campaign.id == Activity.campaign_id)
    activity = sql.execute(found.where(Activity.id == activity_id)).one_or_none()
    if activity is None:
        raise NotFound(f"activity {activity_id}")
    values = _run_values(activity, starts_at, now) | {"late_s": late_s}
    run_id: int = sql.execute(insert(Run).values(values).returning(Run.id)).scalar_one()
    questions = _newest_versions(sql, activity_id)
    if questions:
        sql.execute(insert(Round), [round_values(run_id, n, version) for n, version in enumerate(questions, start=1)])
    return run_id


def _newest_versions(sql: Connection, activity_id: int) -> list[Row[Any]]:
    newest = select(QuestionVersion.question_id, func.max(QuestionVersion.n).label("n"))
    best = newest.group_by(QuestionVersion.question_id).subquery()
    ordered = select(QuestionVersion).join(
        ActivityQuestion, ActivityQuestion.question_id == QuestionVersion.question_id
    )
    same = (best.c.question_id == QuestionVersion.question_id) & (best.c.n == QuestionVersion.n)
    rows = ordered.join(best, same).where(ActivityQuestion.activity_id == activity_id).order_by(ActivityQuestion.place)
    return list(sql.execute(rows))


def _run_values(activity: Any, starts_at: datetime | None, now: datetime) -> dict[str, Any]:
    return {
        "campaign_id": activity.campaign_id,
        "activity_id": activity.id,
        "code": new_code(CODE_LENGTH),
        "state": RunState.SCHEDULED if starts_at else RunState.LOBBY,
        "scene": Scene.SCHEDULED if starts_at else Scene.LOBBY,
        "seed": secrets.token_bytes(SEED_BYTES),
        "rate": activity.rate,
        "prizes": activity.prizes,
        "rules": replace(RushRules.from_dict(activity.rules), version=VERSION).to_dict(),
        "auto_reveal": activity.auto_reveal,
        "close_when_all": activity.close_when_all,
        "created_at": now,
        "starts_at": starts_at,
    }


def round_values(run_id: int, n: int, version: Row[Any]) -> dict[str, Any]:
    question = question_from(version.body, version.key)
    return {
        "run_id": run_id,
        "n": n,
        "question_version_id": version.id,
        "state": RoundState.SCHEDULED,
        "choice_order": list(choice_order(question, secrets.randbits(32))),
        "seconds": question.seconds,
        "media_name": secrets.token_urlsafe(24) if version.media_id else None,
    }


def copied_round(row: Row[Any]) -> dict[str, Any]:
    """The same question in the same turn and order of choices, as it was before it was asked; `row` holds its `body` too."""
    question = question_from(row.body, None)
    same = {name: getattr(row, name) for name in ("n", "warm_up", "question_version_id", "choice_order")}
    picture = secrets.token_urlsafe(24) if row.media_name else None
    return same | {"state": RoundState.SCHEDULED, "seconds": question.seconds, "media_name": picture}


def runs_of(services: Services, activity_id: int) -> list[RunSummary]:
    """Newest first; cohorts (control/cohorts.py) stand with the run that they follow."""
    with services.sql.connect() as sql:
        rows = sql.execute(_summaries().where(Run.activity_id == activity_id, is_hall()).order_by(Run.id.desc()))
        return [_summary(row) for row in rows]


def run_summary(services: Services, run_id: int) -> RunSummary:
    with services.sql.connect() as sql:
        row = sql.execute(_summaries().where(Run.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(f"run {run_id}")
    return _summary(row)


def _summaries() -> Any:
    joined = (
        select(func.count())
        .where(RunFan.run_id == Run.id, RunFan.kicked_at.is_(None))
        .scalar_subquery()
        .label("joined")
    )
    columns = (
        Run.id,
        Run.campaign_id,
        Run.activity_id,
        Run.code,
        Run.state,
        Run.starts_at,
        Run.created_at,
        Run.ended_at,
        func.jsonb_array_length(Run.prizes).label("prizes"),
        Run.rehearsal,
    )
    followers = select(func.count()).where(Cohort.of_run_id == Run.id).correlate(Run).scalar_subquery()
    of_run_id = select(Cohort.of_run_id).where(Cohort.run_id == Run.id).correlate(Run).scalar_subquery()
    return select(*columns, joined, followers.label("cohorts"), of_run_id.label("of_run_id"))


def _summary(row: Row[Any]) -> RunSummary:
    who = (row.id, row.campaign_id, row.activity_id, row.code, RunState(row.state))
    times, of = (row.starts_at, row.created_at, row.ended_at), (row.cohorts, row.of_run_id)
    return RunSummary(*who, *times, row.joined, row.prizes, row.rehearsal, *of)
