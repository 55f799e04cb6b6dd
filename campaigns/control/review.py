"""Draft → reviewed → scheduled: somebody has looked at a rush as it stands now, and only then may it open by itself.

A review names the version it saw; any edit makes another version and with it a draft again, so nothing has to be taken back.
A question that is changed in the bank, past the rush, counts as an edit too. What is opened by hand needs no review.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, select, update

from campaigns.bootstrap import Services
from campaigns.control.definitions import Edit
from campaigns.control.edits import names_of_operators
from campaigns.db.audit import write_down
from campaigns.db.models import Activity, ActivityQuestion, QuestionVersion
from campaigns.domain.activity import ActivityKind
from campaigns.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Review:
    """`name` of the operator; empty: the house itself."""

    name: str
    at: datetime


def review(services: Services, rush_id: int, version: int, by: str) -> Edit:
    """STALE: it has been changed since it was looked at. BadInput: there is nothing to look at."""
    here = update(Activity).where(
        Activity.id == rush_id, Activity.kind == ActivityKind.RUSH, Activity.version == version
    )
    now = services.now().at
    seen = {"reviewed_version": version, "reviewed_by": by, "reviewed_at": now}
    with services.sql.begin() as sql:
        if sql.scalar(select(ActivityQuestion.place).where(ActivityQuestion.activity_id == rush_id).limit(1)) is None:
            raise BadInput("questions", 0, "at least one question before the rush can be run")
        campaign_id = sql.scalar(here.values(seen).returning(Activity.campaign_id))
        if campaign_id is None:
            return Edit.STALE
        write_down(sql, campaign_id, now, by, "rush_reviewed", after={"rush": rush_id, "version": version})
    return Edit.SAVED


def review_of(services: Services, rush_id: int) -> Review | None:
    """None: a draft."""
    columns = select(Activity.reviewed_by, Activity.reviewed_at)
    with services.reading() as sql:
        row = sql.execute(columns.where(Activity.id == rush_id, stands())).one_or_none()
        if row is None or row.reviewed_by is None or row.reviewed_at is None:
            return None
        return Review(names_of_operators(sql, {row.reviewed_by}).get(row.reviewed_by, ""), row.reviewed_at)


def is_reviewed(sql: Connection, rush_id: int) -> bool:
    return sql.scalar(select(Activity.id).where(Activity.id == rush_id, stands())) is not None


def stands() -> ColumnElement[bool]:
    """That nothing of the activity has been changed since its review."""
    later = select(QuestionVersion.id).join(
        ActivityQuestion, ActivityQuestion.question_id == QuestionVersion.question_id
    )
    later = later.where(ActivityQuestion.activity_id == Activity.id, QuestionVersion.created_at > Activity.reviewed_at)
    return (Activity.reviewed_version == Activity.version) & ~exists(later.correlate(Activity))
