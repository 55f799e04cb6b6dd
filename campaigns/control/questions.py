"""The questions of a rush: written, changed, moved, taken out, imported. A change makes a new version of the question.

Old versions stay for ever: the runs that asked them point there. Every function claims the activity's version first, so
two editors never mix their orders of questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select

from campaigns.bootstrap import Services
from campaigns.control.bank_writing import add_question, write_version
from campaigns.control.definitions import Edit
from campaigns.control.edits import Note, What, claim, differing
from campaigns.control.media import Picture, store
from campaigns.db.models import Activity, ActivityQuestion, Question, QuestionVersion
from campaigns.db.question_rows import question_from
from campaigns.domain import question as domain
from campaigns.domain.actor import HOUSE
from campaigns.domain.errors import NotFound

MAX_QUESTIONS = 1000


@dataclass(frozen=True, slots=True)
class Placed:
    """A question at its place (from 1) in a rush, in its newest version."""

    id: int
    place: int
    n: int  # of the version
    media_id: int | None
    question: domain.Question


def questions_of(services: Services, rush_id: int) -> list[Placed]:
    with services.sql.connect() as sql:
        return [_placed(row) for row in sql.execute(_newest(rush_id))]


def question_of(services: Services, rush_id: int, question_id: int) -> Placed:
    """Raises NotFound, also for a question of another rush."""
    with services.sql.connect() as sql:
        row = sql.execute(_newest(rush_id).where(ActivityQuestion.question_id == question_id)).one_or_none()
    if row is None:
        raise NotFound(f"question {question_id} in rush {rush_id}")
    return _placed(row)


def _newest(rush_id: int) -> Select[Any]:
    columns = (ActivityQuestion.question_id, ActivityQuestion.place, QuestionVersion.n, QuestionVersion.media_id)
    newest = (QuestionVersion.question_id == Question.id) & (QuestionVersion.n == Question.n)
    joined = (
        select(*columns, QuestionVersion.body, QuestionVersion.key)
        .join(Question, Question.id == ActivityQuestion.question_id)
        .join(QuestionVersion, newest)
    )
    here = joined.where(ActivityQuestion.activity_id == rush_id)
    return here.order_by(ActivityQuestion.place)


def _placed(row: Row[Any]) -> Placed:
    return Placed(row.question_id, row.place, row.n, row.media_id, question_from(row.body, row.key))


def add_questions(
    services: Services,
    rush_id: int,
    version: int,
    questions: Sequence[domain.Question],
    pictures: Mapping[str, Picture] | None = None,
    *,
    by: str = HOUSE,
) -> Edit:
    """Append; `pictures` by file name, matched with the questions' images. Raises BadInput, and then adds nothing."""
    now, given = services.now().at, pictures or {}
    with services.sql.begin() as sql:
        if not claim(sql, rush_id, version, now, Note(by, What.QUESTIONS_ADDED, n=len(questions))):
            return Edit.STALE
        campaign_id = sql.execute(select(Activity.campaign_id).where(Activity.id == rush_id)).scalar_one()
        order = _order(sql, rush_id)
        stored = {name: store(sql, campaign_id, picture) for name, picture in given.items()}
        for question in questions:
            media_id = stored.get(file_name(question.image))
            order.append(add_question(sql, campaign_id, question, now, media_id=media_id))
        _rewrite(sql, rush_id, order)
    return Edit.SAVED


def file_name(image: str | None) -> str:
    """By this name an image in an import finds its uploaded picture: folders do not matter."""
    return PurePosixPath(image).name if image else ""


def edit_question(
    services: Services,
    rush_id: int,
    version: int,
    question_id: int,
    question: domain.Question,
    picture: Picture | None = None,
    *,
    drop_picture: bool = False,
    by: str = HOUSE,
) -> Edit:
    """The question's next version; its picture stays unless another one comes or it is dropped. Raises NotFound."""
    before = question_of(services, rush_id, question_id)
    with services.sql.begin() as sql:
        told = {"version": [before.n, before.n + 1]} | differing(_worded(before.question), _worded(question))
        if not claim(sql, rush_id, version, services.now().at, Note(by, What.QUESTION_CHANGED, told, before.place)):
            return Edit.STALE
        campaign_id = sql.execute(select(Activity.campaign_id).where(Activity.id == rush_id)).scalar_one()
        media_id = None if drop_picture else before.media_id
        if picture is not None:
            media_id = store(sql, campaign_id, picture)
        if not write_version(sql, question_id, before.n, question, media_id, services.now().at):
            sql.rollback()  # the bank's editor was faster: give the rush's version back
            return Edit.STALE
    return Edit.SAVED


def _worded(question: domain.Question) -> dict[str, Any]:
    """As the audit log tells it: no key stands there."""
    return {"text": dict(question.text), "choices": [dict(each.text) for each in question.choices]}


def pick_questions(
    services: Services, rush_id: int, version: int, question_ids: Sequence[int], *, by: str = HOUSE
) -> Edit:
    """Questions of the campaign's bank, appended to the rush as they are; those that stand in it already are passed over."""
    with services.sql.begin() as sql:
        if not claim(sql, rush_id, version, services.now().at, Note(by, What.QUESTIONS_ADDED, n=len(question_ids))):
            return Edit.STALE
        campaign_id = sql.execute(select(Activity.campaign_id).where(Activity.id == rush_id)).scalar_one()
        order = _order(sql, rush_id)
        known = set(
            sql.scalars(select(Question.id).where(Question.id.in_(question_ids), Question.campaign_id == campaign_id))
        )
        added = [each for each in dict.fromkeys(question_ids) if each in known and each not in order]
        _rewrite(sql, rush_id, [*order, *added][:MAX_QUESTIONS])
    return Edit.SAVED


def remove_question(services: Services, rush_id: int, version: int, question_id: int, *, by: str = HOUSE) -> Edit:
    """Out of this rush; its versions stay for the runs that asked it."""
    with services.sql.begin() as sql:
        if not claim(sql, rush_id, version, services.now().at, Note(by, What.QUESTION_REMOVED, n=1)):
            return Edit.STALE
        _rewrite(sql, rush_id, [each for each in _order(sql, rush_id) if each != question_id])
    return Edit.SAVED


def move_question(
    services: Services, rush_id: int, version: int, question_id: int, place: int, *, by: str = HOUSE
) -> Edit:
    """To this place, from 1; places beyond the ends mean the ends. Raises NotFound."""
    with services.sql.begin() as sql:
        order = _order(sql, rush_id)
        told = {"n": [order.index(question_id) + 1, place]} if question_id in order else None
        if not claim(sql, rush_id, version, services.now().at, Note(by, What.QUESTION_MOVED, told, place)):
            return Edit.STALE
        if told is None:
            raise NotFound(f"question {question_id} in rush {rush_id}")
        order.remove(question_id)
        order.insert(max(0, min(len(order), place - 1)), question_id)
        _rewrite(sql, rush_id, order)
    return Edit.SAVED


def _order(sql: Connection, rush_id: int) -> list[int]:
    here = select(ActivityQuestion.question_id).where(ActivityQuestion.activity_id == rush_id)
    return list(sql.scalars(here.order_by(ActivityQuestion.place)))


def _rewrite(sql: Connection, rush_id: int, order: Sequence[int]) -> None:
    sql.execute(delete(ActivityQuestion).where(ActivityQuestion.activity_id == rush_id))
    rows = [{"activity_id": rush_id, "place": n, "question_id": each} for n, each in enumerate(order, start=1)]
    if rows:
        sql.execute(insert(ActivityQuestion), rows)
