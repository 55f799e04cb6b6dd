"""Joining a run: from a code and a name to a place in the campaign and in the run.

A taken name is not refused, it gets a tag; so does one that only looks like it. The campaign's row need not be locked for
that, because (campaign, look of the name) is UNIQUE: whoever loses the race for a name tries again with another tag.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, Connection, Select, String, any_, bindparam, delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from campaigns.bootstrap import Services
from campaigns.db.cohorts import Cohort, family_of, seat_beside
from campaigns.db.models import Activity, Campaign, Fan, Operator, Participation, Run, RunFan
from campaigns.db.naming import HeldName
from campaigns.db.rehearsals import RehearsalGuest
from campaigns.db.themes import ThemeRow
from campaigns.domain.activity import ActivityKind
from campaigns.domain.moment import Moment
from campaigns.domain.nickname import NameRefusal, check, look, tag, with_tag
from campaigns.domain.question import Words
from campaigns.domain.run import RunState

LONGEST_CHANNEL = 40
NAME_TRIES = 8


class JoinRefusal(StrEnum):
    NO_RUN = "no_run"
    ENDED = "ended"
    KICKED = "kicked"
    BANNED = "banned"
    NAME_EMPTY = "name_empty"
    NAME_BLOCKED = "name_blocked"
    NAME_RESERVED = "name_reserved"
    SEATED = "seated"  # in the hall, or in another cohort of it


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run as its link shows it. `family`: the hall's run, where there are cohorts of it (campaigns/domain/cohort.py)."""

    id: int
    campaign_id: int
    code: str
    title: Words
    activity_title: Words
    state: RunState
    starts_at: datetime | None
    kind: ActivityKind = ActivityKind.RUSH
    look: Mapping[str, Any] | None = None  # its theme, as stored; None: the house's
    rehearsal: bool = False
    family: int | None = None
    delay_ms: int | None = None  # of a cohort


@dataclass(frozen=True, slots=True)
class Joined:
    run_id: int
    nickname: str


# Built once: every page of a joining hall asks this.
_CARD = (
    select(Run.id, Run.campaign_id, Run.code, Campaign.title, Activity.title.label("activity_title"))
    .add_columns(Run.state, Run.starts_at, Activity.kind, ThemeRow.look, Run.rehearsal)
    .join(Campaign, Campaign.id == Run.campaign_id)
    .join(Activity, Activity.id == Run.activity_id)
    .outerjoin(ThemeRow, ThemeRow.campaign_id == Run.campaign_id)
    .add_columns(family_of(Run.id).label("family"), Cohort.delay_ms)
    .outerjoin(Cohort, Cohort.run_id == Run.id)
    .where(Run.code == any_(bindparam("codes", type_=ARRAY(String))))
)


def find_run(services: Services, code: str) -> RunCard | None:
    """The run with this code, however it was typed (spaces, lower case)."""
    return find_runs(services, [code]).get(code)


def find_runs(services: Services, codes: Collection[str]) -> dict[str, RunCard]:
    """The same of many, by the code as it was typed, in one query; a code of no run is left out."""
    wanted = {code: "".join(code.split()).upper()[:20] for code in codes}
    with services.reading() as sql:
        found = {row.code: _card(row) for row in sql.execute(_CARD, {"codes": list(set(wanted.values()))})}
    return {typed: found[code] for typed, code in wanted.items() if code in found}


def _card(row: Any) -> RunCard:
    numbers = (row.id, row.campaign_id, row.code, row.title, row.activity_title)
    more: tuple[Any, ...] = (row.starts_at, ActivityKind(row.kind), row.look, row.rehearsal, row.family, row.delay_ms)
    return RunCard(*numbers, RunState(row.state), *more)


def has_joined(services: Services, run_id: int, fan_id: int) -> bool:
    here = select(RunFan.fan_id).where(RunFan.run_id == run_id, RunFan.fan_id == fan_id)
    with services.reading() as sql:
        return sql.scalar(here) is not None


def own_name(services: Services, campaign_id: int, fan_id: int) -> str | None:
    """The nickname this fan has in the campaign already."""
    with services.reading() as sql:
        return _participation_name(sql, campaign_id, fan_id)


def join(
    services: Services,
    code: str,
    fan_id: int,
    nickname: str,
    channel: str | None = None,
    inviter_public: str | None = None,
) -> Joined | JoinRefusal:
    """Take part in the run with this code under this name. Joining again changes nothing but the last channel.

    A rehearsal leaves no trace: it renames nobody, stores no channel and no inviter, and who is new is new afterwards too.
    """
    run, now = find_run(services, code), services.now()
    if run is None:
        return JoinRefusal.NO_RUN
    if run.state in (RunState.ENDED, RunState.CANCELLED):
        return JoinRefusal.ENDED
    with services.reading() as sql:
        refusal = shut_out(sql, run, fan_id)
        known = _participation_name(sql, run.campaign_id, fan_id)
        staff = list(sql.scalars(select(Operator.name)))
        if known is not None and sql.scalar(_held_name(run.campaign_id, fan_id)) is not None:
            nickname = known  # an operator has put it there
    if refusal is not None:
        return refusal
    channel = (channel or "").strip()[:LONGEST_CHANNEL] or None
    if run.rehearsal:
        channel, inviter_public, nickname = None, None, known or nickname
    elif known is not None:
        _here_for_good(services, run, fan_id, channel, inviter_public)
    if known is None or nickname.strip() != known:
        name = check(nickname, staff)
        if isinstance(name, NameRefusal):
            return JoinRefusal(f"name_{name}")
        known = _take_name(services, run, fan_id, name, channel, inviter_public, now)
    else:
        _seen_again(services, run, fan_id, channel)
    return _enter(services, run, fan_id) or Joined(run.id, known)


def shut_out(sql: Connection, run: RunCard, fan_id: int) -> JoinRefusal | None:
    """Why this fan may not be in this run, if so."""
    own = (Participation.campaign_id == run.campaign_id, Participation.fan_id == fan_id)
    if sql.scalar(select(Participation.banned_at).where(*own)) is not None:
        return JoinRefusal.BANNED
    kicked = select(RunFan.kicked_at).where(RunFan.run_id == run.id, RunFan.fan_id == fan_id)
    if sql.scalar(kicked) is not None:
        return JoinRefusal.KICKED
    beside = run.family is not None and sql.scalar(seat_beside(run.family, run.id, fan_id)) is not None
    return JoinRefusal.SEATED if beside else None


def seated_in(services: Services, run: RunCard, fan_id: int) -> str | None:
    """The code under which this fan plays already: of the hall, or of another cohort."""
    with services.reading() as sql:
        code: str | None = sql.scalar(seat_beside(run.family or run.id, run.id, fan_id))
    return code


def _participation_name(sql: Connection, campaign_id: int, fan_id: int) -> str | None:
    own = (Participation.campaign_id == campaign_id, Participation.fan_id == fan_id)
    return sql.scalar(select(Participation.nickname).where(*own))


def _held_name(campaign_id: int, fan_id: int) -> Select[str | None]:
    return select(HeldName.own).where(HeldName.campaign_id == campaign_id, HeldName.fan_id == fan_id)


def _take_name(
    services: Services,
    run: RunCard,
    fan_id: int,
    name: str,
    channel: str | None,
    inviter_public: str | None,
    now: Moment,
) -> str:
    """Store the participation under `name`, tagged when somebody has a name like it. Returns the name as shown."""
    own: dict[str, object] = {"campaign_id": run.campaign_id, "fan_id": fan_id, "joined_at": now.at}
    for signs in _tags(services, run.campaign_id, fan_id, name):
        named: dict[str, object] = {"nickname": with_tag(name, signs), "skeleton": look(name, signs)}
        again = named if channel is None else {**named, "last_channel": channel}
        try:
            with services.sql.begin() as sql:
                values = {**own, **named, "first_channel": channel, "last_channel": channel}
                made = insert(Participation).values({**values, "inviter_id": _inviter(sql, inviter_public, fan_id)})
                sql.execute(made.on_conflict_do_update(index_elements=["campaign_id", "fan_id"], set_=again))
                if run.rehearsal:
                    guest = {"campaign_id": run.campaign_id, "fan_id": fan_id, "run_id": run.id}
                    sql.execute(insert(RehearsalGuest).values(guest).on_conflict_do_nothing())
            return with_tag(name, signs)
        except IntegrityError:  # somebody took this name, or one that looks like it, a moment ago
            continue
    raise RuntimeError(f"no free tag for {name!r} in campaign {run.campaign_id}")


def _tags(services: Services, campaign_id: int, fan_id: int, name: str) -> Iterator[str]:
    """What to try in turn: no tag, unless somebody visibly has that look; two signs; four for a name that hundreds want."""
    bare = (Participation.campaign_id == campaign_id, Participation.skeleton == look(name, ""))
    with services.reading() as sql:
        taken = sql.scalar(select(Participation.fan_id).where(*bare, Participation.fan_id != fan_id))
    if taken is None:
        yield ""
    for attempt in range(NAME_TRIES):
        yield tag(str(fan_id), attempt)
    for attempt in range(NAME_TRIES):
        yield tag(str(fan_id), attempt) + tag(f"{fan_id}:{attempt}")


def _inviter(sql: Connection, public: str | None, fan_id: int) -> int | None:
    """Who brought this fan; nobody invites themselves."""
    if not public:
        return None
    inviter: int | None = sql.scalar(select(Fan.id).where(Fan.public == public[:32], Fan.id != fan_id))
    return inviter


def _here_for_good(
    services: Services, run: RunCard, fan_id: int, channel: str | None, inviter_public: str | None
) -> None:
    """Who was here because of a rehearsal alone comes for the first time now."""
    own = (RehearsalGuest.campaign_id == run.campaign_id, RehearsalGuest.fan_id == fan_id)
    place = (Participation.campaign_id == run.campaign_id, Participation.fan_id == fan_id)
    with services.sql.begin() as sql:
        if sql.execute(delete(RehearsalGuest).where(*own).returning(RehearsalGuest.run_id)).first() is None:
            return
        first: dict[str, object] = {"first_channel": channel, "last_channel": channel, "joined_at": services.now().at}
        first["inviter_id"] = _inviter(sql, inviter_public, fan_id)
        sql.execute(update(Participation).where(*place).values(first))


def _seen_again(services: Services, run: RunCard, fan_id: int, channel: str | None) -> None:
    if channel is None:
        return
    own = update(Participation).where(Participation.campaign_id == run.campaign_id, Participation.fan_id == fan_id)
    with services.sql.begin() as sql:
        sql.execute(own.values(last_channel=channel))


def _enter(services: Services, run: RunCard, fan_id: int) -> JoinRefusal | None:
    """Into the run, or why not after all. By the share lock a ban under way is waited for, and one to come sees this seat."""
    at = services.now().at  # read anew: settling asks who was there, and taking a name may have had to wait
    own = (Participation.campaign_id == run.campaign_id, Participation.fan_id == fan_id)
    seat = select(literal(run.id), Participation.fan_id, literal(secrets.randbits(32)), literal(at))
    seat = seat.where(*own, Participation.banned_at.is_(None)).with_for_update(read=True)
    if run.family is not None:
        seat = seat.where(~seat_beside(run.family, run.id, fan_id).exists())
    made = insert(RunFan).from_select(["run_id", "fan_id", "seed", "joined_at"], seat).on_conflict_do_nothing()
    with services.sql.begin() as sql:
        if run.family is not None:  # of two links opened at once the second waits here, and finds the first
            sql.execute(select(Participation.fan_id).where(*own).with_for_update())
        sat_down = sql.execute(made.returning(RunFan.fan_id)).one_or_none() is not None
        return None if sat_down else shut_out(sql, run, fan_id)
