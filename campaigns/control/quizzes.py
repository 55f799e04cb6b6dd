"""Quizzes as operators define them: a title and rules. Editing claims the version that was looked at, as with a rush."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from campaigns.bootstrap import Services
from campaigns.control.definitions import Edit, check_title, titles
from campaigns.control.edits import Note, What, claim, differing
from campaigns.db.audit import write_down
from campaigns.db.models import Activity
from campaigns.domain.activity import ActivityKind
from campaigns.domain.actor import HOUSE
from campaigns.domain.errors import NotFound
from campaigns.domain.question import Words
from campaigns.domain.quiz_rules import QuizRules


@dataclass(frozen=True, slots=True)
class QuizDraft:
    title: Words
    rules: QuizRules


@dataclass(frozen=True, slots=True)
class Quiz:
    id: int
    campaign_id: int
    version: int
    draft: QuizDraft


def create_quiz(services: Services, campaign_id: int, draft: QuizDraft, by: str = HOUSE) -> int:
    """Raises BadInput for a title that is none."""
    check_title(draft.title)
    now = services.now().at
    made = insert(Activity).values(campaign_id=campaign_id, created_at=now, **_columns(draft))
    with services.sql.begin() as sql:
        quiz_id: int = sql.execute(made.returning(Activity.id)).scalar_one()
        write_down(sql, campaign_id, now, by, "quiz_made", after={"quiz": quiz_id} | titles(draft.title))
    return quiz_id


def edit_quiz(services: Services, quiz_id: int, version: int, draft: QuizDraft, by: str = HOUSE) -> Edit:
    """Runs that exist keep the rules they were made with."""
    check_title(draft.title)
    changed = differing(_fields(quiz(services, quiz_id).draft), _fields(draft))
    with services.sql.begin() as sql:
        if not claim(sql, quiz_id, version, services.now().at, Note(by, What.FIELDS, changed)):
            return Edit.STALE
        sql.execute(update(Activity).where(Activity.id == quiz_id).values(_columns(draft)))
    return Edit.SAVED


def _fields(draft: QuizDraft) -> dict[str, Any]:
    """Flat, by the names of the form's fields; a gate is one of them."""
    rules = {name: value for name, value in draft.rules.to_dict().items() if name != "levels"}
    gates = {f"level_{n}": level.to_dict() for n, level in enumerate(draft.rules.levels, start=1)}
    return titles(draft.title) | rules | gates


def quiz(services: Services, quiz_id: int) -> Quiz:
    """Raises NotFound."""
    here = select(Activity).where(Activity.id == quiz_id, Activity.kind == ActivityKind.QUIZ)
    with services.reading() as sql:
        row = sql.execute(here).one_or_none()
    if row is None:
        raise NotFound(f"quiz {quiz_id}")
    return _quiz(row)


def quizzes_of(services: Services, campaign_id: int) -> list[Quiz]:
    """In the order they were made."""
    here = select(Activity).where(Activity.campaign_id == campaign_id, Activity.kind == ActivityKind.QUIZ)
    with services.reading() as sql:
        return [_quiz(row) for row in sql.execute(here.order_by(Activity.id))]


def _columns(draft: QuizDraft) -> dict[str, Any]:
    return {"kind": ActivityKind.QUIZ, "title": dict(draft.title), "rules": draft.rules.to_dict()}


def _quiz(row: Row[Any]) -> Quiz:
    return Quiz(row.id, row.campaign_id, row.version, QuizDraft(row.title, QuizRules.from_dict(row.rules)))
