"""The audit log of a campaign: what operators did, the newest first, read from the three records that hold it.

Events of runs, edits of definitions, and everything else (campaigns/db/audit.py): each deed was written down once, in its own
transaction, by the record that it belongs to. Rejected: a second copy of all of them in one table, which could differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Row, String, cast, func, literal, null, or_, select, union_all
from sqlalchemy.dialects.postgresql import JSONB

from campaigns.bootstrap import Services
from campaigns.control.audit_names import Names, names_in
from campaigns.control.edits import names_of_operators
from campaigns.db.audit import Audit
from campaigns.db.editing import Editing
from campaigns.db.models import Activity, Run
from campaigns.db.records import Event
from campaigns.domain.actor import HOUSE, OPERATOR
from campaigns.domain.question import Words

PAGE = 50
BEFORE = "before"  # what stood before, in the payload of an event that tells it


@dataclass(frozen=True, slots=True)
class Wish:
    """ "" means any."""

    actor: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """`name` of the operator; empty: the house itself. `code` of the run, `title` of the activity it was done to."""

    at: datetime
    actor: str
    name: str
    kind: str
    code: str | None
    title: Words | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Log:
    """`actors`: by their word, with their names; `kinds`: all that occur; `names`: of what the deeds are about."""

    deeds: list[Deed]
    more: bool
    actors: Mapping[str, str]
    kinds: list[str]
    names: Names


def log_of(services: Services, campaign_id: int, wish: Wish, page: int = 1) -> Log:
    """Pages are counted from 1."""
    done = _done(campaign_id)
    found = select(done, Run.code, Activity.title).outerjoin(Run, Run.id == done.c.run_id)
    found = found.outerjoin(Activity, Activity.id == func.coalesce(done.c.activity_id, Run.activity_id))
    for column, wanted in ((done.c.actor, wish.actor), (done.c.kind, wish.kind)):
        if wanted:
            found = found.where(column == wanted)
    found = found.order_by(done.c.at.desc(), done.c.record, done.c.n.desc())
    with services.reading() as sql:
        rows = sql.execute(found.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
        seen = sql.execute(select(done.c.actor, done.c.kind).distinct()).all()
        names = names_of_operators(sql, {row.actor for row in seen})
        actors = {actor: names.get(actor, "") for actor in sorted({row.actor for row in seen})}
        deeds = [_deed(row, actors.get(row.actor, "")) for row in rows[:PAGE]]
        about = names_in(sql, campaign_id, [(deed.kind, deed.before, deed.after) for deed in deeds])
    return Log(deeds, len(rows) > PAGE, actors, sorted({row.kind for row in seen}), about)


def _done(campaign_id: int) -> CTE:
    """Columns: at, actor, kind, run_id, activity_id, before, after, record, n. Of an edit `after` holds both sides."""
    nothing, none = cast(literal("{}", String), JSONB), cast(null(), Run.id.type)
    activity = select(Activity.campaign_id).where(Activity.id == Editing.activity_id).scalar_subquery()
    events = select(
        Event.at,
        Event.actor,
        Event.kind,
        Event.run_id,
        none.label("activity_id"),
        nothing.label("before"),
        Event.payload.label("after"),
        literal("event").label("record"),
        Event.seq.label("n"),
    ).where(Event.campaign_id == campaign_id, _by_somebody(Event.actor))
    edits = select(
        Editing.at,
        Editing.by,
        literal("edit_").concat(Editing.what),
        none,
        Editing.activity_id,
        nothing,
        func.jsonb_build_object("fields", Editing.fields, "n", Editing.n),
        literal("editing"),
        Editing.id,
    ).where(func.coalesce(Editing.campaign_id, activity) == campaign_id, _by_somebody(Editing.by))
    others = select(
        Audit.at, Audit.actor, Audit.kind, none, none, Audit.before, Audit.after, literal("audit"), Audit.id
    ).where(Audit.campaign_id == campaign_id, _by_somebody(Audit.actor))
    return union_all(events, edits, others).cte("done")


def _by_somebody(actor: Any) -> Any:
    """Not by a clock, a worker or fans."""
    return or_(actor.startswith(OPERATOR), actor == HOUSE)


def _deed(row: Row[Any], name: str) -> Deed:
    before, after = row.before, row.after
    if row.record == "editing":
        before, after = ({field: sides[n] for field, sides in row.after["fields"].items()} for n in (0, 1))
        after |= {"n": row.after["n"]} if row.after["n"] else {}
    elif row.record == "event" and BEFORE in after:
        before = after[BEFORE] if isinstance(after[BEFORE], dict) else {BEFORE: after[BEFORE]}
        after = {field: value for field, value in after.items() if field != BEFORE}
    return Deed(row.at, row.actor, name, row.kind, row.code, row.title, before, after)
