"""Operators: a login link that works once, then a password, then a session that lives in SQL.

The browser holds a random token, SQL its hash; a session ends after 12 idle hours or 7 days, and logging in makes a
new one. Hashing is slow on purpose: it goes through `offload`, so that the web process can hand it to a thread and its
hub keeps serving. An unknown name costs the time of a wrong password. Rejected: signed cookies (cannot be revoked).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from campaigns.bootstrap import Services
from campaigns.db.audit import write_down
from campaigns.db.crew import own_ownerless
from campaigns.db.doors import LoginLink, OperatorSession
from campaigns.db.models import Operator
from campaigns.domain.actor import of_operator
from campaigns.domain.moment import Moment
from campaigns.identity.tokens import new_token, token_hash

LINK_LIFETIME = timedelta(minutes=15)
IDLE, ABSOLUTE = timedelta(hours=12), timedelta(days=7)
SEEN_STEP = timedelta(minutes=1)  # `seen_at` is written at most this often: a page view is no reason for a commit
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
LONGEST_NAME = 40

Offload = Callable[[Callable[[], object]], object]


class PasswordRefusal(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    WRONG_OLD = "wrong_old"


@dataclass(frozen=True, slots=True)
class OperatorIdentity:
    id: int
    name: str
    has_password: bool


def here(work: Callable[[], object]) -> object:
    """The offload of processes without a hub."""
    return work()


def mint_login_link(services: Services, name: str = "operator") -> str:
    """A token for /login/<token>: 15 minutes, one use. The operator is made if there is none of this name, and owns the
    campaigns that have no owner: whoever asks for it sits at the server itself."""
    now, token = services.now().at, new_token()
    with services.sql.begin() as sql:
        sql.execute(upsert(Operator).values(name=name, created_at=now).on_conflict_do_nothing(index_elements=["name"]))
        operator_id = sql.execute(select(Operator.id).where(Operator.name == name)).scalar_one()
        own_ownerless(sql, operator_id, now)
        _new_link(sql, operator_id, token, now)
    return token


def invitation(services: Services, host: OperatorIdentity, name: str) -> str | None:
    """A login token for a new operator, or for the host again; None for another's name: nobody becomes somebody else."""
    now, token = services.now().at, new_token()
    make = upsert(Operator).values(name=name, created_at=now).on_conflict_do_nothing(index_elements=["name"])
    with services.sql.begin() as sql:
        mine = host.id if name == host.name else None
        operator_id = mine or sql.scalar(make.returning(Operator.id))
        if operator_id is None:
            return None
        _new_link(sql, operator_id, token, now)
        write_down(sql, None, now, of_operator(host.id), "operator_invited", after={"name": name})
    return token


def link_is_live(services: Services, token: str) -> bool:
    """For the page with the button: looking (as chat apps do) does not use the link up."""
    live = select(LoginLink.operator_id).where(
        LoginLink.token_hash == token_hash(token),
        LoginLink.used_at.is_(None),
        LoginLink.expires_at > services.now().at,
    )
    with services.reading() as sql:
        return sql.scalar(live) is not None


def consume_login_link(services: Services, token: str) -> str | None:
    """A session token; None if the link is unknown, too old, or used by whoever was faster."""
    now = services.now()
    claim = update(LoginLink).where(
        LoginLink.token_hash == token_hash(token), LoginLink.used_at.is_(None), LoginLink.expires_at > now.at
    )
    with services.sql.begin() as sql:
        operator_id = sql.scalar(claim.values(used_at=now.at).returning(LoginLink.operator_id))
        return None if operator_id is None else _new_session(sql, operator_id, now)


def login_by_password(services: Services, name: str, password: str, offload: Offload = here) -> str | None:
    """A session token, or None; which of name and password was wrong is not said."""
    with services.reading() as sql:
        row = sql.execute(select(Operator.id, Operator.password_hash).where(Operator.name == name)).one_or_none()
    known = row.password_hash if row is not None and row.password_hash is not None else None
    matches = offload(lambda: _matches(known or _nobody(), password))
    if row is None or known is None or matches is not True:
        return None
    with services.sql.begin() as sql:
        return _new_session(sql, row.id, services.now())


def set_password(
    services: Services,
    operator: OperatorIdentity,
    password: str,
    *,
    old: str | None,
    keep_session: str,
    offload: Offload = here,
) -> PasswordRefusal | None:
    """None when it is set; then this operator's other sessions and links have ended. `old` is asked if there is one."""
    if len(password) < SHORTEST_PASSWORD:
        return PasswordRefusal.TOO_SHORT
    if len(password) > LONGEST_PASSWORD:
        return PasswordRefusal.TOO_LONG
    with services.reading() as sql:
        stored = sql.scalar(select(Operator.password_hash).where(Operator.id == operator.id))
    if stored is not None and offload(lambda: _matches(stored, old or "")) is not True:
        return PasswordRefusal.WRONG_OLD
    hashed = offload(lambda: _hasher().hash(password))
    now = services.now().at
    others = OperatorSession.operator_id == operator.id, OperatorSession.token_hash != token_hash(keep_session)
    with services.sql.begin() as sql:
        sql.execute(update(Operator).where(Operator.id == operator.id).values(password_hash=hashed))
        sql.execute(delete(LoginLink).where(LoginLink.operator_id == operator.id))
        sql.execute(update(OperatorSession).where(*others, OperatorSession.ended_at.is_(None)).values(ended_at=now))
        write_down(sql, None, now, of_operator(operator.id), "password_set")
    return None


def operator_of(services: Services, session_token: str | None) -> OperatorIdentity | None:
    """Who holds this session; None if it is unknown, ended, idle for too long or too old."""
    if not session_token:
        return None
    now, hashed = services.now().at, token_hash(session_token)
    found = (
        select(Operator.id, Operator.name, Operator.password_hash.is_not(None).label("has_password"))
        .add_columns(OperatorSession.seen_at)
        .join(OperatorSession, OperatorSession.operator_id == Operator.id)
        .where(OperatorSession.token_hash == hashed, OperatorSession.ended_at.is_(None))
        .where(OperatorSession.seen_at > now - IDLE, OperatorSession.created_at > now - ABSOLUTE)
    )
    with services.sql.begin() as sql:
        row = sql.execute(found).one_or_none()
        if row is None:
            return None
        if row.seen_at < now - SEEN_STEP:
            sql.execute(update(OperatorSession).where(OperatorSession.token_hash == hashed).values(seen_at=now))
    return OperatorIdentity(row.id, row.name, row.has_password)


def end_session(services: Services, session_token: str) -> None:
    mine = OperatorSession.token_hash == token_hash(session_token), OperatorSession.ended_at.is_(None)
    with services.sql.begin() as sql:
        sql.execute(update(OperatorSession).where(*mine).values(ended_at=services.now().at))


def _new_link(sql: Connection, operator_id: int, token: str, now: datetime) -> None:
    sql.execute(delete(LoginLink).where(LoginLink.expires_at < now - ABSOLUTE))
    values = {"token_hash": token_hash(token), "operator_id": operator_id, "expires_at": now + LINK_LIFETIME}
    sql.execute(insert(LoginLink).values(values))


def _new_session(sql: Connection, operator_id: int, now: Moment) -> str:
    token = new_token()
    gone = or_(OperatorSession.created_at < now.at - 2 * ABSOLUTE, OperatorSession.ended_at < now.at - 2 * ABSOLUTE)
    sql.execute(delete(OperatorSession).where(gone))
    values = {"token_hash": token_hash(token), "operator_id": operator_id, "created_at": now.at, "seen_at": now.at}
    sql.execute(insert(OperatorSession).values(values))
    return token


@cache
def _hasher() -> PasswordHasher:
    """OWASP's parameters for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane; fits small machines."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobody() -> str:
    """A hash that nobody has the password of."""
    return _hasher().hash(new_token())


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher().verify(stored, password[: LONGEST_PASSWORD + 1])
    except (Argon2Error, InvalidHashError):
        return False
