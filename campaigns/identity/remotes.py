"""A phone as remote control: one operator's hand in one run, for next, back and pause (realtime/rights.py), and nothing else.

The desk makes a link that works once within two minutes; whoever takes it holds a cookie of its own, never the operator's
session: a phone that is lost can do three things to one show until somebody takes it back. It ends with the run, with the
operator's role, and when it is revoked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert

from campaigns.bootstrap import Services
from campaigns.db.audit import write_down
from campaigns.db.models import Run
from campaigns.db.remotes import Remote
from campaigns.domain.actor import of_operator
from campaigns.domain.errors import NotFound
from campaigns.domain.run import RunState
from campaigns.identity.tokens import new_token, token_hash

GOOD_FOR = timedelta(minutes=2)
LONGEST_TOKEN = 100
OVER = (RunState.CANCELLED,)
LINGERS = timedelta(minutes=10)  # after the end: until then it can be reopened, and looked at


@dataclass(frozen=True, slots=True)
class RemoteIdentity:
    id: int
    run_id: int
    operator_id: int


@dataclass(frozen=True, slots=True)
class RemoteLine:
    id: int
    taken_at: datetime | None
    operator_id: int


def invite(services: Services, run_id: int, operator_id: int) -> str:
    """The secret of a new link, stored nowhere. NotFound."""
    secret, now = new_token(), services.now().at
    with services.sql.begin() as sql:
        campaign_id = sql.scalar(select(Run.campaign_id).where(Run.id == run_id))
        if campaign_id is None:
            raise NotFound(f"run {run_id}")
        values = {"run_id": run_id, "operator_id": operator_id, "link_hash": token_hash(secret), "made_at": now}
        remote_id = sql.execute(insert(Remote).values(values).returning(Remote.id)).scalar_one()
        write_down(sql, campaign_id, now, of_operator(operator_id), "remote_offered", after={"remote": remote_id})
    return secret


def is_open(services: Services, secret: str) -> bool:
    """Whether the link still works; looking uses nothing up."""
    live = select(Remote.id).where(Remote.link_hash == token_hash(secret[:LONGEST_TOKEN]), Remote.revoked_at.is_(None))
    with services.reading() as sql:
        return sql.scalar(live.where(Remote.made_at > services.now().at - GOOD_FOR)) is not None


def take(services: Services, secret: str) -> str | None:
    """The cookie's token for who was first; None: used up, over, or none of ours."""
    token, now = new_token(), services.now().at
    fresh = update(Remote).where(Remote.link_hash == token_hash(secret[:LONGEST_TOKEN]), Remote.revoked_at.is_(None))
    taken = fresh.where(Remote.made_at > now - GOOD_FOR)
    values = {"link_hash": None, "token_hash": token_hash(token), "taken_at": now}
    with services.sql.begin() as sql:
        row = sql.execute(taken.values(values).returning(Remote.id, Remote.run_id, Remote.operator_id)).one_or_none()
        if row is None:
            return None
        campaign_id = sql.execute(select(Run.campaign_id).where(Run.id == row.run_id)).scalar_one()
        by = actor_of(RemoteIdentity(row.id, row.run_id, row.operator_id))
        write_down(sql, campaign_id, now, by, "remote_taken", after={"remote": row.id})
    return token


def remote_of(services: Services, token: str | None) -> RemoteIdentity | None:
    """Who holds this token, while the run goes on and nobody has taken it back."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    ended = Run.ended_at.is_(None) | (Run.ended_at > services.now().at - LINGERS)
    own = select(Remote.id, Remote.run_id, Remote.operator_id).join(Run, Run.id == Remote.run_id)
    live = own.where(Remote.token_hash == token_hash(token), Remote.revoked_at.is_(None))
    with services.reading() as sql:
        row = sql.execute(live.where(ended, Run.state.not_in(OVER))).one_or_none()
    return RemoteIdentity(row.id, row.run_id, row.operator_id) if row is not None else None


def remotes_of(services: Services, run_id: int) -> list[RemoteLine]:
    """Those taken and not taken back, the newest first."""
    held = select(Remote).where(Remote.run_id == run_id, Remote.revoked_at.is_(None), Remote.taken_at.is_not(None))
    with services.reading() as sql:
        rows = sql.execute(held.order_by(Remote.id.desc()))
        return [RemoteLine(row.id, row.taken_at, row.operator_id) for row in rows]


def revoke_remotes(services: Services, run_id: int, actor: str) -> bool:
    """All of a run, links too. False: there was none."""
    now = services.now().at
    held = update(Remote).where(Remote.run_id == run_id, Remote.revoked_at.is_(None))
    with services.sql.begin() as sql:
        gone: list[Row[tuple[int]]] = list(sql.execute(held.values(revoked_at=now).returning(Remote.id)))
        if not gone:
            return False
        campaign_id = sql.execute(select(Run.campaign_id).where(Run.id == run_id)).scalar_one()
        before = {"remotes": sorted(row.id for row in gone)}
        write_down(sql, campaign_id, now, actor, "remotes_revoked", before=before)
    return True


def actor_of(remote: RemoteIdentity) -> str:
    return f"{of_operator(remote.operator_id)} remote:{remote.id}"
