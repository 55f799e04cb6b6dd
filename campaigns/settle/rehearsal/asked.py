"""The rounds of a run as simulated fans' answers are planned from: with their keys, which never go over the wire."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select

from campaigns.bootstrap import Services
from campaigns.db.models import QuestionVersion, Round
from campaigns.db.question_rows import question_from
from campaigns.db.records import Answer
from campaigns.domain.question import ChoiceKey, Kind, ValueKey
from campaigns.domain.rehearsal import Asked


def asked_in(services: Services, run_id: int) -> dict[str, Asked]:
    """By the round's id on the wire."""
    rows = select(Round, QuestionVersion.body, QuestionVersion.key.label("authored"))
    rows = rows.join(QuestionVersion, QuestionVersion.id == Round.question_version_id).where(Round.run_id == run_id)
    with services.reading() as sql:
        return {str(row.id): _asked(row) for row in sql.execute(rows)}


def answered_in(services: Services, run_id: int, cast: Mapping[int, int]) -> dict[int, set[str]]:
    """n → rounds that this one of the cast has answered: not empty where an earlier process was interrupted."""
    names, found = {fan: n for n, fan in cast.items()}, defaultdict[int, set[str]](set)
    rows = select(Answer.round_id, Answer.fan_id).join(Round, Round.id == Answer.round_id)
    with services.reading() as sql:
        for row in sql.execute(rows.where(Round.run_id == run_id)):
            if row.fan_id in names:
                found[names[row.fan_id]].add(str(row.round_id))
    return found


def _asked(row: Row[Any]) -> Asked:
    question, order = question_from(row.body, row.authored), list(row.choice_order)
    key = question.key
    right = frozenset(map(order.index, key.right)) if isinstance(key, ChoiceKey) else None
    value, margin = (key.value, key.margin) if isinstance(key, ValueKey) else (None, question.margin or 1.0)
    low, high = float(question.low or 0), float(question.high or 100)
    several = question.kind is Kind.MULTIPLE
    return Asked(
        abs(row.n), len(order), several, right, low, high, value, margin, row.seconds, question.kind is Kind.BUZZER
    )
