"""A fan's card of a finished rush, as everybody sees it who has its link: place, score, badges, and where to play next.

The link holds run and fan, sealed: it needs no row, cannot be guessed, and says no number of ours. There is no card of a
rehearsal, of a run that has not ended, nor of somebody who was taken out; a name that the desk hides is not on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select

from campaigns.bootstrap import Services
from campaigns.db.cohorts import Cohort, is_hall
from campaigns.db.models import Activity, Campaign, Fan, Participation, Run, RunFan
from campaigns.db.records import Award, Standing
from campaigns.domain.activity import ActivityKind
from campaigns.domain.badge_wall import WallBadge, described
from campaigns.domain.question import Words
from campaigns.domain.run import RunState
from campaigns.domain.sealed_id import seal, unseal
from campaigns.identity.fans import fan_now

PURPOSE = "card"
FAN_BITS = 36  # 28 remain for the run
OVER = (RunState.ENDED, RunState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Card:
    """`fan`: the public id, by which who comes is remembered as brought; `next_code`: of a run that can be joined now."""

    fan_id: int
    fan: str
    name: str | None
    title: Words
    activity_title: Words
    code: str
    rank: int
    of: int
    score: int
    badges: tuple[WallBadge, ...]
    next_code: str | None
    stream: str | None  # the name of the cohort whose board this place is on


def card_token(secret: bytes, run_id: int, fan_id: int) -> str:
    """What stands behind /s/ in the link to this fan's card."""
    return seal(secret, PURPOSE, run_id << FAN_BITS | fan_id)


def card_of(services: Services, token: str) -> Card | None:
    """None: no link of ours, or there is no such card (any more)."""
    number = unseal(services.secret, PURPOSE, token)
    if number is None:
        return None
    run_id, fan_id = number >> FAN_BITS, number & ((1 << FAN_BITS) - 1)
    with services.reading() as sql:
        row = sql.execute(_seated(run_id, fan_id)).one_or_none()
        if row is None:
            return None
        held = select(Award.badge).where(Award.run_id == run_id, Award.fan_id == fan_now(services, fan_id))
        badges = set(sql.scalars(held.group_by(Award.badge).having(func.sum(Award.delta) > 0)))
        next_code = sql.scalar(_joinable(row.campaign_id))
    wall = sorted(filter(None, map(described, badges)), key=lambda each: each.place)
    return _card(row, fan_id, tuple(wall), next_code)


def is_own(services: Services, card: Card, fan_id: int | None) -> bool:
    """Also for the member that a guest has become."""
    return fan_id is not None and fan_now(services, card.fan_id) == fan_id


def _seated(run_id: int, fan_id: int) -> Any:
    of = select(func.count()).where(Standing.run_id == run_id).scalar_subquery().label("of")
    columns = (Run.code, Run.campaign_id, Run.names_hidden, Campaign.title, Activity.title.label("activity_title"))
    seated = select(*columns, Standing.rank, Standing.score, of, Fan.public, Participation.nickname)
    seated = seated.join(RunFan, RunFan.run_id == Run.id).join(Fan, Fan.id == RunFan.fan_id)
    seated = seated.join(Campaign, Campaign.id == Run.campaign_id).join(Activity, Activity.id == Run.activity_id)
    place = (Standing.run_id == Run.id) & (Standing.fan_id == RunFan.fan_id)
    here = (Participation.campaign_id == Run.campaign_id) & (Participation.fan_id == RunFan.fan_id)
    seated = seated.join(Standing, place).join(Participation, here)
    seated = seated.add_columns(Cohort.name.label("stream")).outerjoin(Cohort, Cohort.run_id == Run.id)
    mine = (Run.id == run_id, RunFan.fan_id == fan_id, RunFan.kicked_at.is_(None), Participation.banned_at.is_(None))
    return seated.where(*mine, Run.state == RunState.ENDED, ~Run.rehearsal, Activity.kind == ActivityKind.RUSH)


def _joinable(campaign_id: int) -> Any:
    """What goes on now before what is to come, the newest first."""
    open_now = select(Run.code).where(Run.campaign_id == campaign_id, Run.state.not_in(OVER), ~Run.rehearsal, is_hall())
    return open_now.order_by(Run.state == RunState.SCHEDULED, Run.id.desc()).limit(1)


def _card(row: Row[Any], fan_id: int, badges: tuple[WallBadge, ...], next_code: str | None) -> Card:
    name = None if row.names_hidden else row.nickname
    place = (row.rank, row.of, row.score)
    return Card(
        fan_id, row.public, name, row.title, row.activity_title, row.code, *place, badges, next_code, row.stream
    )
