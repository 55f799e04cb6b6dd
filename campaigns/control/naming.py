"""A fan's name, changed or hidden by an operator, at once on every face; and the fan's own given back.

Hidden means called by a number, as all are while all names are hidden. Either way the name is a name like any other: unique
in the campaign, tagged where it looks like another's, refused for what is refused to fans. So no page needs to know of it.
While an operator holds a name, joining again does not change it. Rejected: a mark beside the name, which the next page that
shows names would forget.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from campaigns.bootstrap import Services
from campaigns.db.events import Transition
from campaigns.db.models import Fan, Operator, Participation, Run, RunFan
from campaigns.db.naming import HeldName
from campaigns.domain.nickname import NameRefusal, check, look, tag, with_tag
from campaigns.domain.run import RunState
from campaigns.play.names import number_of

TRIES = 12
TAG = " · "


class Named(StrEnum):
    MOVED = "moved"
    STALE = "stale"
    UNKNOWN = "unknown"
    EMPTY = "name_empty"
    BLOCKED = "name_blocked"
    RESERVED = "name_reserved"


def rename(services: Services, run_id: int, public: str, typed: str, actor: str) -> Named:
    """By the rules for fans: no operator's name, nothing blocked."""
    with services.reading() as sql:
        staff = list(sql.scalars(select(Operator.name)))
    name = check(typed, staff)
    if isinstance(name, NameRefusal):
        return Named(f"name_{name}")
    with services.transition(run_id) as change:
        place = _place(change, run_id, public)
        if place is None:
            return Named.UNKNOWN
        if _bare(place.nickname) == name:
            return Named.STALE
        return _call(change, run_id, place, name, "renamed", actor, own=place.own or place.nickname)


def hide_name(services: Services, run_id: int, public: str, actor: str, *, hidden: bool) -> Named:
    """Not hidden: the fan's own name, whatever had been put in its place."""
    with services.transition(run_id) as change:
        place = _place(change, run_id, public)
        if place is None:
            return Named.UNKNOWN
        number = f"#{number_of(place.seed)}"
        if not hidden:
            if place.own is None:
                return Named.STALE
            return _call(change, run_id, place, _bare(place.own), "name_given_back", actor, own=None)
        if _bare(place.nickname) == number:
            return Named.STALE
        return _call(change, run_id, place, number, "name_hidden", actor, own=place.own or place.nickname)


def _place(change: Transition, run_id: int, public: str) -> Row[Any] | None:
    held = (HeldName.campaign_id == Participation.campaign_id) & (HeldName.fan_id == Participation.fan_id)
    here = (RunFan.fan_id == Participation.fan_id) & (RunFan.run_id == run_id)
    found: Any = select(Participation.fan_id, Participation.nickname, HeldName.own, RunFan.seed)
    found = found.join(Fan, Fan.id == Participation.fan_id).join(RunFan, here).outerjoin(HeldName, held)
    own = found.where(Participation.campaign_id == change.campaign_id, Fan.public == public[:32])
    row: Row[Any] | None = change.sql.execute(own).one_or_none()
    return row


def _bare(shown: str) -> str:
    """Without its tag."""
    name, dot, signs = shown.rpartition(TAG)
    return name if dot and signs.isalnum() else shown


def _call(
    change: Transition, run_id: int, place: Row[Any], name: str, kind: str, actor: str, *, own: str | None
) -> Named:
    shown = _take(change, place.fan_id, name)
    held = {"campaign_id": change.campaign_id, "fan_id": place.fan_id, "own": own}
    made = insert(HeldName).values(held)
    change.sql.execute(made.on_conflict_do_update(index_elements=["campaign_id", "fan_id"], set_={"own": own}))
    told = {"fan": place.fan_id, "before": {"name": place.nickname}, "name": shown}
    for each in (*_elsewhere(change, run_id, place.fan_id), run_id):
        change.record(each, kind, actor, **told)
    return Named.MOVED


def _take(change: Transition, fan_id: int, name: str) -> str:
    """The first of its tagged forms that nobody has."""
    own = update(Participation).where(Participation.campaign_id == change.campaign_id, Participation.fan_id == fan_id)
    for signs in _tags(fan_id):
        shown = with_tag(name, signs)
        try:
            with change.sql.begin_nested():
                change.sql.execute(own.values(nickname=shown, skeleton=look(name, signs)))
            return shown
        except IntegrityError:  # somebody has this name, or one that looks like it
            continue
    raise RuntimeError(f"no free tag for {name!r} in campaign {change.campaign_id}")


def _tags(fan_id: int) -> Iterator[str]:
    yield ""
    for attempt in range(TRIES):
        yield tag(str(fan_id), attempt)
    for attempt in range(TRIES):
        yield tag(str(fan_id), attempt) + tag(f"{fan_id}:{attempt}")


def _elsewhere(change: Transition, run_id: int, fan_id: int) -> list[int]:
    """The campaign's other runs that show this fan and are not over: their faces are told too."""
    seats = select(Run.id).join(RunFan, RunFan.run_id == Run.id).where(Run.campaign_id == change.campaign_id)
    mine = seats.where(RunFan.fan_id == fan_id, Run.id != run_id)
    return list(change.sql.scalars(mine.where(Run.state.not_in((RunState.ENDED, RunState.CANCELLED)))))
