"""Duplicates: a rush, a quiz or a whole campaign again, everything but runs, records and people. A copy begins as a draft.

Within its campaign a copied rush asks the same questions of the bank; a copied campaign has a bank of its own: the newest
version of each question, its picture included. Any campaign can so be the pattern of the next one. Rejected: templates as a
kind of their own, which would have to be edited, previewed and rehearsed like campaigns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from campaigns.bootstrap import Services
from campaigns.control.definitions import MAX_TITLE, CampaignDraft, put_campaign, titles
from campaigns.control.themes import wear
from campaigns.db.audit import write_down
from campaigns.db.models import Activity, ActivityQuestion, Campaign, Media, Question, QuestionVersion
from campaigns.db.themes import ThemeRow
from campaigns.domain.actor import HOUSE
from campaigns.domain.errors import NotFound
from campaigns.domain.question import Words
from campaigns.domain.theme import Theme

SUFFIX = {"zh": "（副本）", "en": " (copy)"}
KEPT = ("kind", "rules", "auto_reveal", "close_when_all", "prizes")  # of an activity
OF_QUESTION = ("state", "source", "kind", "tags", "difficulty", "norm", "twin")


def copied_title(title: Words) -> dict[str, str]:
    return {language: title[language][: MAX_TITLE - len(end)] + end for language, end in SUFFIX.items()}


def copy_activity(services: Services, activity_id: int, by: str = HOUSE) -> int:
    """A rush or a quiz again, in its campaign, under a name of its own. NotFound."""
    now = services.now().at
    with services.sql.begin() as sql:
        row = sql.execute(select(Activity).where(Activity.id == activity_id)).one_or_none()
        if row is None:
            raise NotFound(f"activity {activity_id}")
        copy = _activity(sql, row, row.campaign_id, copied_title(row.title), now)
        told = {row.kind: copy, "like": activity_id} | titles(copied_title(row.title))
        write_down(sql, row.campaign_id, now, by, f"{row.kind}_made", after=told)
    return copy


def copy_campaign(services: Services, campaign_id: int, draft: CampaignDraft, by: str = HOUSE) -> int:
    """Its bank, rushes and quizzes under a new name; its people stay behind, who copies owns the copy. NotFound."""
    now = services.now().at
    with services.sql.begin() as sql:
        if sql.scalar(select(Campaign.id).where(Campaign.id == campaign_id)) is None:
            raise NotFound(f"campaign {campaign_id}")
        copy = put_campaign(sql, draft, now, by, like=campaign_id)
        pictures = _pictures(sql, campaign_id, copy)
        questions = _bank(sql, campaign_id, copy, now, pictures)
        _dress(sql, campaign_id, copy, pictures)
        rows = sql.execute(select(Activity).where(Activity.campaign_id == campaign_id).order_by(Activity.id))
        for row in rows.all():
            _activity(sql, row, copy, row.title, now, questions)
    return copy


def _activity(
    sql: Connection, row: Any, campaign_id: int, title: Words, now: datetime, questions: dict[int, int] | None = None
) -> int:
    """`questions`: what stands for each in the other campaign; None: themselves."""
    values = {name: getattr(row, name) for name in KEPT} | {"title": dict(title), "created_at": now}
    made = insert(Activity).values(campaign_id=campaign_id, **values).returning(Activity.id)
    activity_id: int = sql.execute(made).scalar_one()
    placed = select(ActivityQuestion.place, ActivityQuestion.question_id).where(ActivityQuestion.activity_id == row.id)
    listed = [
        (place, question if questions is None else questions[question]) for place, question in sql.execute(placed)
    ]
    if listed:
        rows = [{"activity_id": activity_id, "place": place, "question_id": question} for place, question in listed]
        sql.execute(insert(ActivityQuestion), rows)
    return activity_id


def _bank(sql: Connection, campaign_id: int, copy: int, now: datetime, pictures: Mapping[int, int]) -> dict[int, int]:
    """Old question → new one. Fans' names stay with the campaign in which they proposed."""
    newest = (QuestionVersion.question_id == Question.id) & (QuestionVersion.n == Question.n)
    columns = [getattr(Question, name) for name in OF_QUESTION]
    found = select(Question.id, *columns, QuestionVersion.body, QuestionVersion.key, QuestionVersion.media_id)
    rows = sql.execute(found.join(QuestionVersion, newest).where(Question.campaign_id == campaign_id)).all()
    if not rows:
        return {}
    of_all = {"campaign_id": copy, "n": 1, "created_at": now}
    ids = _inserted(sql, Question, [{name: getattr(row, name) for name in OF_QUESTION} | of_all for row in rows])
    versions = [
        {"question_id": new, "n": 1, "body": row.body, "key": row.key, "created_at": now}
        | {"media_id": pictures.get(row.media_id)}
        for new, row in zip(ids, rows, strict=True)
    ]
    sql.execute(insert(QuestionVersion), versions)
    return {row.id: new for new, row in zip(ids, rows, strict=True)}


def _dress(sql: Connection, campaign_id: int, copy: int, pictures: Mapping[int, int]) -> None:
    """Its theme, with the logo's own copy."""
    look = sql.scalar(select(ThemeRow.look).where(ThemeRow.campaign_id == campaign_id))
    if look is not None:
        worn = Theme.from_dict(look)
        wear(sql, copy, replace(worn, logo=None if worn.logo is None else pictures.get(worn.logo)))


def _pictures(sql: Connection, campaign_id: int, copy: int) -> dict[int, int]:
    """Old picture → new one; their bytes do not leave the database."""
    columns = (Media.sha256, Media.content_type, Media.data)
    here = select(*columns).add_columns(Campaign.id).join(Campaign, Campaign.id == copy)
    into = insert(Media).from_select(
        ["sha256", "content_type", "data", "campaign_id"], here.where(Media.campaign_id == campaign_id)
    )
    sql.execute(into)
    both = select(Media.campaign_id, Media.id, Media.sha256).where(Media.campaign_id.in_((campaign_id, copy)))
    rows = sql.execute(both).all()
    new = {row.sha256: row.id for row in rows if row.campaign_id == copy}
    return {row.id: new[row.sha256] for row in rows if row.campaign_id == campaign_id}


def _inserted(sql: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> list[int]:
    """The new ids in the order of `rows`."""
    return list(sql.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), list(rows)))
