"""Keep my badges: a personal link that makes another browser the same fan, once, within ten minutes.

For who has played inside a chat app and wants the phone's own browser to know them too. The link itself changes nothing
(chat apps open links before people do); a form of ours does, and it names who one is about to be. A browser that has played
as somebody else is asked first: then that guest becomes this fan by the rules of entering members (docs/decisions/0010).
A member's browser stays the member's: two accounts are two people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from campaigns.bootstrap import Services
from campaigns.db.identities import FanAlias, KeepLink
from campaigns.db.models import Fan, Participation, RunFan
from campaigns.identity.accounts import TRIES, claim, device_token, is_free
from campaigns.identity.fans import LONGEST_TOKEN
from campaigns.identity.moving import move
from campaigns.identity.tokens import new_token, token_hash

LASTS = timedelta(minutes=10)


class Keeping(StrEnum):
    READY = "ready"  # nothing stands in the way
    SAME = "same"  # this browser is that fan already
    ASK = "ask"  # this browser has played as somebody else: both would become one
    MEMBER = "member"  # this browser is a member's
    FULL = "full"  # that fan has taken in as many guests as it may
    GONE = "gone"  # used, too old, or none of ours


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the link would do in this browser. `name`: of who one would be; `here`: of who one is (ASK)."""

    outcome: Keeping
    name: str | None = None
    here: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """`token`: the cookie to set, if READY."""

    outcome: Keeping
    token: str | None = None


class _Refused(Exception):
    """Takes everything back, so that the link stays good."""

    def __init__(self, outcome: Keeping) -> None:
        self.outcome = outcome


class _MovedMeanwhile(Exception):
    """While we waited for the lock: whose link this is has become somebody else."""


def keep_link(services: Services, fan_id: int) -> str:
    """A new token for /keep/…; the one before it is good no more."""
    token, at = new_token(), services.now().at
    row = {"token_hash": token_hash(token), "expires_at": at + LASTS}
    made = insert(KeepLink).values(**row, fan_id=fan_id)
    with services.sql.begin() as sql:
        sql.execute(delete(KeepLink).where(KeepLink.expires_at < at))
        sql.execute(made.on_conflict_do_update(index_elements=["fan_id"], set_=row))
    return token


def prospect(services: Services, token: str, browser_fan: int | None) -> Prospect:
    with services.reading() as sql:
        live = select(KeepLink.fan_id).where(KeepLink.token_hash == _hash(token))
        fan_id = sql.scalar(live.where(KeepLink.expires_at > services.now().at))
        if fan_id is None:
            return Prospect(Keeping.GONE)
        fan_id = _now(sql, fan_id)
        outcome = _outcome(sql, fan_id, browser_fan)
        here = _name(sql, browser_fan) if browser_fan is not None and outcome is Keeping.ASK else None
        return Prospect(outcome, _name(sql, fan_id), here)


def keep(services: Services, token: str, browser_fan: int | None, *, both: bool = False) -> Kept:
    """Use the link up. `both`: whoever sits here has agreed that the two become one."""
    for attempt in range(TRIES):
        try:
            with services.sql.begin() as sql:
                kept, moved = _keep(sql, token, browser_fan, both, services.now().at, attempt)
            break
        except _Refused as refused:
            return Kept(refused.outcome)
        except (IntegrityError, _MovedMeanwhile):  # or somebody took the name or the attempt a moment ago
            if attempt == TRIES - 1:
                raise
    if moved:
        services.enqueue("settle_plays", 0)
    return kept


def _keep(
    sql: Connection, token: str, browser_fan: int | None, both: bool, at: datetime, attempt: int
) -> tuple[Kept, bool]:
    used = delete(KeepLink).where(KeepLink.token_hash == _hash(token), KeepLink.expires_at > at)
    fan_id = sql.scalar(used.returning(KeepLink.fan_id))
    if fan_id is None:
        raise _Refused(Keeping.GONE)
    fan_id = _now(sql, fan_id)
    _lock(sql, fan_id, browser_fan)
    if _now(sql, fan_id) != fan_id:
        raise _MovedMeanwhile
    outcome = _outcome(sql, fan_id, browser_fan)
    if outcome is Keeping.SAME:
        return Kept(outcome), False
    if outcome is Keeping.MEMBER or (outcome is Keeping.ASK and not both):
        raise _Refused(outcome)
    if browser_fan is not None and outcome is Keeping.ASK:
        if not claim(sql, browser_fan, fan_id, at):
            raise _Refused(Keeping.FULL)
        move(sql, browser_fan, fan_id, at, attempt)
    return Kept(Keeping.READY, device_token(sql, fan_id, at)), outcome is Keeping.ASK


def _lock(sql: Connection, *fans: int | None) -> None:
    """In the order of their numbers: whoever else moves one of them waits, and nobody in a circle."""
    both = sorted({fan for fan in fans if fan is not None})
    sql.execute(select(Fan.id).where(Fan.id.in_(both)).order_by(Fan.id).with_for_update(key_share=True))


def _now(sql: Connection, fan_id: int) -> int:
    return sql.scalar(select(FanAlias.to_id).where(FanAlias.from_id == fan_id)) or fan_id


def _outcome(sql: Connection, fan_id: int, browser_fan: int | None) -> Keeping:
    if browser_fan is None:
        return Keeping.READY
    here = _now(sql, browser_fan)
    if here == fan_id:
        return Keeping.SAME
    if not is_free(sql, here) or here != browser_fan:
        return Keeping.MEMBER
    seen = exists().where(Participation.fan_id == here) | exists().where(RunFan.fan_id == here)
    return Keeping.ASK if sql.scalar(select(seen)) else Keeping.READY


def _name(sql: Connection, fan_id: int) -> str | None:
    """As this fan last called itself."""
    names = select(Participation.nickname).where(Participation.fan_id == fan_id)
    return sql.scalar(names.order_by(Participation.joined_at.desc()).limit(1))


def _hash(token: str) -> bytes:
    return token_hash(token[:LONGEST_TOKEN])
