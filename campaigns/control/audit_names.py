"""What the audit log's rows are about, by name: the records hold ids, and ids say nothing to who reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from campaigns.db.models import Activity, Campaign, Participation, Question, QuestionVersion, Round
from campaigns.domain.question import Words

Told = tuple[str, Mapping[str, Any], Mapping[str, Any]]  # kind, before, after
ACTIVITIES = ("rush", "quiz", "activity", "like")
IN_ORDER = ("before", "after")  # rounds to come, of the running order


@dataclass(frozen=True, slots=True)
class Asked:
    """`n` below 0: skipped; `warm_up` above 0: without a number of its own."""

    n: int
    warm_up: int
    text: Words


@dataclass(frozen=True, slots=True)
class Names:
    """By id; who or what is gone has none."""

    rounds: Mapping[int, Asked] = field(default_factory=dict)
    fans: Mapping[int, str] = field(default_factory=dict)
    questions: Mapping[int, Words] = field(default_factory=dict)
    activities: Mapping[int, Words] = field(default_factory=dict)
    campaigns: Mapping[int, Words] = field(default_factory=dict)


def names_in(sql: Connection, campaign_id: int, deeds: Iterable[Told]) -> Names:
    """Of all deeds of a page, five queries at most."""
    found: dict[str, set[int]] = {name: set() for name in ("rounds", "fans", "questions", "activities", "campaigns")}
    for kind, *sides in deeds:
        for key, value in (pair for side in sides for pair in side.items()):
            where = _table_of(kind, key)
            if where:
                found[where] |= {each for each in _listed(value) if isinstance(each, int)}
    return Names(
        {row.id: Asked(row.n, row.warm_up, row.text) for row in _rows(sql, _rounds(), Round.id, found["rounds"])},
        {row.fan_id: row.nickname for row in _rows(sql, _fans(campaign_id), Participation.fan_id, found["fans"])},
        {row.id: row.text for row in _rows(sql, _questions(), Question.id, found["questions"])},
        {row.id: row.title for row in _rows(sql, select(Activity), Activity.id, found["activities"])},
        {row.id: row.title for row in _rows(sql, select(Campaign), Campaign.id, found["campaigns"])},
    )


def _table_of(kind: str, key: str) -> str:
    if key == "like":
        return "campaigns" if kind == "campaign_made" else "activities"
    if key in ("round", "again") or (key in IN_ORDER and kind.startswith("question_")):
        return "rounds"
    return {"fan": "fans", "question": "questions"}.get(key, "activities" if key in ACTIVITIES else "")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _rows(sql: Connection, chosen: Any, column: Any, ids: set[int]) -> list[Any]:
    return list(sql.execute(chosen.where(column.in_(ids)))) if ids else []


def _rounds() -> Any:
    columns = (Round.id, Round.n, Round.warm_up, QuestionVersion.body["text"].label("text"))
    return select(*columns).join(QuestionVersion, QuestionVersion.id == Round.question_version_id)


def _fans(campaign_id: int) -> Any:
    return select(Participation.fan_id, Participation.nickname).where(Participation.campaign_id == campaign_id)


def _questions() -> Any:
    newest = (QuestionVersion.question_id == Question.id) & (QuestionVersion.n == Question.n)
    return select(Question.id, QuestionVersion.body["text"].label("text")).join(QuestionVersion, newest)
