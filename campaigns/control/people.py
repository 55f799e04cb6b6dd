"""Who is in a run, and how operators remove somebody: kicked from this run, or banned from the campaign.

A rush that is over stays as it was. A quiz's seasons share boards (all time, the month), so whoever is banned leaves them
all, also those that are over: their plays stay in the record and count no more, from the next settlement on.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from redis import RedisError
from sqlalchemy import Connection, Row, or_, select, update

from campaigns.bootstrap import Services
from campaigns.db.events import Transition
from campaigns.db.models import Activity, Fan, Participation, Run, RunFan
from campaigns.db.naming import HeldName
from campaigns.db.records import Standing
from campaigns.domain.activity import ActivityKind
from campaigns.domain.run import RunState
from campaigns.domain.scene import Shown
from campaigns.live.leaderboards import remove
from campaigns.play.names import number_of
from campaigns.play.worn import best_badges
from campaigns.settle.projections import forget_kicked
from campaigns.settle.quiz.again import send_away

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Person:
    fan_id: int
    fan: str
    name: str
    score: int
    number: int  # what stands for the name while names are hidden
    own: str | None = None  # the fan's own name while an operator has put another in its place


def people(services: Services, run_id: int, search: str = "") -> list[Person]:
    """The newest joiners, or those whose name contains `search`; never those who were removed."""
    wanted = _people(run_id).order_by(RunFan.joined_at.desc()).limit(MOST_SHOWN)
    if search:
        names = (Participation.nickname, HeldName.own)
        wanted = wanted.where(or_(*(name.icontains(search[:60], autoescape=True) for name in names)))
    with services.reading() as sql:
        return [_person(row) for row in sql.execute(wanted)]


def persons(sql: Connection, run_id: int, fans: list[int]) -> list[Person]:
    """These fans, as far as they are in the run."""
    return [_person(row) for row in sql.execute(_people(run_id).where(Fan.id.in_(fans)))]


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.public, row.nickname, row.score or 0, number_of(row.seed), row.own)


def newest_names(services: Services, run_id: int, most: int) -> dict[Shown, str | None]:
    """As they may be shown now, the newest first, each with the badge that is worn beside it; numbers wear none."""
    newest = _people(run_id).order_by(RunFan.joined_at.desc(), RunFan.fan_id.desc()).limit(most)
    with services.reading() as sql:
        rows = sql.execute(newest).all()
        worn = best_badges(sql, run_id, [row.id for row in rows if not row.names_hidden])
    return {number_of(row.seed) if row.names_hidden else row.nickname: worn.get(row.id) for row in rows}


def _people(run_id: int) -> Any:
    columns = (Fan.id, Fan.public, Participation.nickname, Standing.score, RunFan.seed, Run.names_hidden, HeldName.own)
    joined = select(*columns).join(RunFan, RunFan.fan_id == Fan.id).join(Run, Run.id == RunFan.run_id)
    here = (Participation.fan_id == Fan.id) & (Participation.campaign_id == Run.campaign_id)
    place = (Standing.run_id == Run.id) & (Standing.fan_id == Fan.id)
    held = (HeldName.campaign_id == Run.campaign_id) & (HeldName.fan_id == Fan.id)
    named = joined.join(Participation, here).outerjoin(Standing, place).outerjoin(HeldName, held)
    return named.where(Run.id == run_id, RunFan.kicked_at.is_(None))


def kick(services: Services, run_id: int, public: str, actor: str) -> int | None:
    """Out of this run. Returns the fan's id, None if nobody here has this public id (or was removed already)."""
    with services.transition(run_id) as change:
        fan_id = _remove(change, run_id, public, actor, "kicked")
    _off_the_board(services, run_id, fan_id)
    return fan_id


def ban(services: Services, run_id: int, public: str, actor: str) -> int | None:
    """Out of this run and of everything else in its campaign; also who was kicked from the run before."""
    with services.transition(run_id) as change:
        fan = select(Fan.id).where(Fan.public == public[:32]).scalar_subquery()
        own = update(Participation).where(Participation.campaign_id == change.campaign_id, Participation.fan_id == fan)
        first = own.where(Participation.banned_at.is_(None)).values(banned_at=change.now.at)
        # Before the seats: who is sitting down just now has to wait for this row, or is seen below.
        banned = change.sql.execute(first.returning(Participation.fan_id)).scalar_one_or_none()
        fan_id = _remove(change, run_id, public, actor, "banned")
        others = _seats_elsewhere(change, run_id, banned) if banned is not None else []
        for other in others:
            _remove(change, other, public, actor, "banned")
        if banned is not None:
            _leave_seasons_over(change, banned)
        if fan_id is None and banned is not None:
            change.record(run_id, "banned", actor, fan=banned)
            fan_id = banned
    for each in (run_id, *others):
        _off_the_board(services, each, fan_id)
    return fan_id


def _seats_elsewhere(change: Transition, run_id: int, fan_id: int) -> list[int]:
    """The campaign's other runs that this fan is in and that are not over; what is over stays as it was."""
    runs = select(Run.id).join(RunFan, RunFan.run_id == Run.id).where(Run.campaign_id == change.campaign_id)
    seated = runs.where(RunFan.fan_id == fan_id, RunFan.kicked_at.is_(None), Run.id != run_id)
    return list(change.sql.scalars(seated.where(Run.state.not_in((RunState.ENDED, RunState.CANCELLED)))))


def _leave_seasons_over(change: Transition, fan_id: int) -> None:
    over = select(Run.id).where(Run.campaign_id == change.campaign_id, Run.state == RunState.ENDED)
    here = update(RunFan).where(RunFan.fan_id == fan_id, RunFan.kicked_at.is_(None), RunFan.run_id.in_(over))
    seasons = over.join(Activity, Activity.id == Run.activity_id).where(Activity.kind == ActivityKind.QUIZ)
    left = here.where(RunFan.run_id.in_(seasons)).values(kicked_at=change.now.at).returning(RunFan.run_id)
    for run_id in change.sql.scalars(left).all():
        _count_no_more(change, run_id, fan_id)


def _count_no_more(change: Transition, run_id: int, fan_id: int) -> None:
    if send_away(change.sql, run_id, fan_id):
        change.enqueue("settle_plays", run_id)


def _off_the_board(services: Services, run_id: int, fan_id: int | None) -> None:
    """The board in Redis is only a shortcut: without Redis there is none to take anybody from."""
    if fan_id is not None:
        with contextlib.suppress(RedisError):
            remove(services.live, run_id, fan_id)


def _remove(change: Transition, run_id: int, public: str, actor: str, kind: str) -> int | None:
    fan: Row[Any] | None = change.sql.execute(select(Fan.id).where(Fan.public == public[:32])).one_or_none()
    if fan is None:
        return None
    here = update(RunFan).where(RunFan.run_id == run_id, RunFan.fan_id == fan.id, RunFan.kicked_at.is_(None))
    if not change.sql.execute(here.values(kicked_at=change.now.at)).rowcount:
        return None
    forget_kicked(change.sql, run_id)
    _count_no_more(change, run_id, fan.id)
    _award_anew(change, run_id)
    change.record(run_id, kind, actor, fan=fan.id)
    return int(fan.id)


def _award_anew(change: Transition, run_id: int) -> None:
    """After the end, what the removed fan had got is taken back, and what others gain by it is given."""
    given = update(Run).where(Run.id == run_id, Run.award_version > 0, Run.rehearsal.is_(False))
    if change.sql.execute(given.values(award_version=Run.award_version + 1)).rowcount:
        change.enqueue("award_badges", run_id)
