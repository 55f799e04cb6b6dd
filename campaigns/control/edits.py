"""Edits of definitions, by version: claimed by one conditional UPDATE, and written down with who changed what.

Whoever saves second is told (`STALE`), with the lines of those who came between; nothing of the first is lost. Rejected:
locks while somebody edits (a laptop that is closed keeps them), merging field by field (two halves of two ideas).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from campaigns.bootstrap import Services
from campaigns.db.editing import Editing
from campaigns.db.models import Activity, Campaign, Operator
from campaigns.domain.actor import operator_id

MOST_TOLD = 5


class What(StrEnum):
    FIELDS = "fields"
    QUESTIONS_ADDED = "questions_added"
    QUESTION_CHANGED = "question_changed"
    QUESTION_REMOVED = "question_removed"
    QUESTION_MOVED = "question_moved"


@dataclass(frozen=True, slots=True)
class Note:
    """`fields`: name → [before, after]; `n`: how many questions, or which one in the order."""

    by: str
    what: What
    fields: Mapping[str, list[Any]] | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class EditLine:
    """`name` of the operator; empty: the house itself, or somebody who is gone."""

    at: datetime
    name: str
    what: What
    fields: Mapping[str, list[Any]]
    n: int


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Of two flat definitions."""
    names = [*before, *(name for name in after if name not in before)]
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}


def claim(sql: Connection, activity_id: int, version: int, at: datetime, note: Note) -> bool:
    """Whether `version` is still the newest; if so it is now one higher, and this transaction holds the row."""
    newest = update(Activity).where(Activity.id == activity_id, Activity.version == version)
    return _claimed(sql, newest.values(version=version + 1), {"activity_id": activity_id}, version, at, note)


def claim_campaign(sql: Connection, campaign_id: int, version: int, at: datetime, note: Note) -> bool:
    newest = update(Campaign).where(Campaign.id == campaign_id, Campaign.version == version)
    return _claimed(sql, newest.values(version=version + 1), {"campaign_id": campaign_id}, version, at, note)


def _claimed(sql: Connection, newest: Any, of: dict[str, int], version: int, at: datetime, note: Note) -> bool:
    if sql.execute(newest).rowcount != 1:
        return False
    told = {"by": note.by, "what": note.what, "fields": dict(note.fields or {}), "n": note.n}
    sql.execute(insert(Editing).values(**of, version=version + 1, at=at, **told))
    return True


def edits_since(
    services: Services, version: int, *, activity_id: int | None = None, campaign_id: int | None = None
) -> list[EditLine]:
    """What made the versions after `version`, the newest first."""
    of = Editing.activity_id == activity_id if activity_id is not None else Editing.campaign_id == campaign_id
    lines = select(Editing).where(of, Editing.version > version).order_by(Editing.version.desc()).limit(MOST_TOLD)
    with services.reading() as sql:
        rows = list(sql.execute(lines))
        names = names_of_operators(sql, {row.by for row in rows})
    return [EditLine(row.at, names.get(row.by, ""), What(row.what), row.fields, row.n) for row in rows]


def names_of_operators(sql: Connection, actors: set[str]) -> dict[str, str]:
    """By actor: "operator:7" → the name of operator 7."""
    ids = {actor: number for actor in actors if (number := operator_id(actor)) is not None}
    rows = sql.execute(select(Operator.id, Operator.name).where(Operator.id.in_(ids.values())))
    names = {row.id: row.name for row in rows}
    return {actor: names[number] for actor, number in ids.items() if number in names}
