"""Whose questions are in a bank: the name to say where one is played, and the fact the badge 命题人 is given for."""

from __future__ import annotations

from sqlalchemy import Connection, and_, select

from campaigns.db.models import Participation, Question, QuestionVersion
from campaigns.domain.bank import BankState


def author_names(sql: Connection, campaign_id: int) -> dict[int, str]:
    """By question version: the author's nickname here. Who is banned, or not in the campaign, is not named."""
    here = and_(Participation.fan_id == Question.author_fan_id, Participation.campaign_id == Question.campaign_id)
    named = (
        select(QuestionVersion.id, Participation.nickname)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Participation, here)
        .where(Question.campaign_id == campaign_id, Question.author_fan_id.is_not(None))
        .where(Question.state != BankState.DRAFT, Participation.banned_at.is_(None))
    )
    return {row.id: row.nickname for row in sql.execute(named)}
