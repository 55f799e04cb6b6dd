"""Writing a version of a question: the one place where it enters, so that what `question` says of its newest version is true."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from campaigns.db.models import Question, QuestionVersion
from campaigns.db.question_counts import show
from campaigns.db.question_rows import body_of, key_json
from campaigns.domain import question as domain
from campaigns.domain.bank import BankState
from campaigns.domain.importing.twins import norm, twin


def add_question(
    sql: Connection,
    campaign_id: int,
    question: domain.Question,
    now: datetime,
    *,
    media_id: int | None = None,
    state: BankState = BankState.REVIEWED,
    source: str = "",
) -> int:
    """A new question in its first version. Raises BadInput."""
    values = {"campaign_id": campaign_id, "state": state.value, "source": source, "created_at": now}
    sound = domain.validate(question)
    question_id = sql.execute(insert(Question).values(**values, **_known(sound)).returning(Question.id)).scalar_one()
    _insert(sql, question_id, 1, sound, media_id, now)
    return question_id


def write_version(
    sql: Connection, question_id: int, before: int, question: domain.Question, media_id: int | None, now: datetime
) -> bool:
    """The version after `before`; False when somebody else has written that already. Raises BadInput."""
    sound = domain.validate(question)
    claimed = update(Question).where(Question.id == question_id, Question.n == before)
    if sql.execute(claimed.values(n=before + 1, **_known(sound))).rowcount != 1:
        return False
    _insert(sql, question_id, before + 1, sound, media_id, now)
    show(sql, [question_id], now)  # a mended key begins anew
    return True


def _known(question: domain.Question) -> dict[str, Any]:
    asked = norm(question)
    seen = {"kind": question.kind.value, "tags": list(question.tags), "difficulty": question.difficulty}
    return seen | {"norm": asked, "twin": twin(question, asked)}


def _insert(
    sql: Connection, question_id: int, n: int, question: domain.Question, media_id: int | None, now: datetime
) -> None:
    values = {"question_id": question_id, "n": n, "body": body_of(question), "key": key_json(question.key)}
    sql.execute(insert(QuestionVersion).values(**values, media_id=media_id, created_at=now))
