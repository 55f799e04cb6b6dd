"""Members of partner communities and the fans they are: entering, and a guest becoming the account's fan, once.

One transaction, claimed by conditional writes: the nonce (a ticket works once), the account (one fan for a member), the
alias (a guest is moved once). The guest's row is locked first, so whatever else is entered from this browser waits; who
loses a race for a row starts over and finds it. What moves, and why records keep their words: docs/decisions/0010.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from campaigns.bootstrap import Services
from campaigns.db.identities import Account, FanAlias, FanToken, HandoverNonce
from campaigns.db.models import Fan
from campaigns.domain.ticket import SKEW, Ticket, TicketRefusal
from campaigns.identity.moving import move
from campaigns.identity.tokens import new_public_id, new_token, token_hash

TRIES = 5
MOST_GUESTS = 10  # that one account takes in: a person has some devices, a farm of cookies has hundreds
MOST_TOKENS = 20  # devices that stay signed in; the oldest goes

FORGET_NONCES = text("""
DELETE FROM handover_nonce WHERE ctid IN (
  SELECT ctid FROM handover_nonce WHERE expires_at < :at LIMIT 100 FOR UPDATE SKIP LOCKED)
""")
FORGET_TOKENS = text("""
DELETE FROM fan_token WHERE fan_id = :fan AND token_hash NOT IN (
  SELECT token_hash FROM fan_token WHERE fan_id = :fan ORDER BY created_at DESC, token_hash LIMIT :most)
""")


@dataclass(frozen=True, slots=True)
class Entered:
    """`token`: the cookie to set; None: this browser's own is the account's already. `moved`: a guest has come along."""

    fan_id: int
    token: str | None
    moved: bool


def enter(services: Services, ticket: Ticket, browser_fan: int | None) -> Entered | TicketRefusal:
    """Use up the ticket: from now on this browser is the member's fan. `browser_fan`: who its cookie says it is."""
    for attempt in range(TRIES):
        try:
            with services.sql.begin() as sql:
                entered = _enter(sql, ticket, browser_fan, services.now().at, attempt)
            break
        except IntegrityError:  # another tab made the account, or somebody took the name or the attempt, a moment ago
            if attempt == TRIES - 1:
                raise
    if isinstance(entered, Entered) and entered.moved:
        services.enqueue("settle_plays", 0)
    return entered


def account_fan(services: Services, issuer: str, member: str) -> int | None:
    wanted = select(Account.fan_id).where(Account.issuer == issuer, Account.external_id == member)
    with services.reading() as sql:
        return sql.scalar(wanted)


def account_name(services: Services, fan_id: int) -> str | None:
    """What the community calls this fan; None for a guest."""
    with services.reading() as sql:
        return sql.scalar(select(Account.name).where(Account.fan_id == fan_id))


def is_guest(services: Services, fan_id: int) -> bool:
    """Nobody's account yet."""
    with services.reading() as sql:
        return is_free(sql, fan_id)


def _enter(
    sql: Connection, ticket: Ticket, browser_fan: int | None, at: datetime, attempt: int
) -> Entered | TicketRefusal:
    if not _use_up(sql, ticket, at):
        return TicketRefusal.USED
    guest = _guest(sql, browser_fan)
    mine = (Account.issuer == ticket.issuer, Account.external_id == ticket.member)
    seen = update(Account).where(*mine).values(name=ticket.name, entered_at=at).returning(Account.fan_id)
    fan_id = sql.scalar(seen)
    if fan_id is None:
        fan_id = guest if guest is not None else _new_fan(sql, at)
        who = {"issuer": ticket.issuer, "external_id": ticket.member, "name": ticket.name}
        sql.execute(insert(Account).values(**who, fan_id=fan_id, created_at=at, entered_at=at))
        return Entered(fan_id, device_token(sql, fan_id, at) if fan_id != guest else None, False)
    moved = guest is not None and claim(sql, guest, fan_id, at)
    if guest is not None and moved:
        move(sql, guest, fan_id, at, attempt)
    return Entered(fan_id, device_token(sql, fan_id, at) if fan_id != browser_fan else None, moved)


def _use_up(sql: Connection, ticket: Ticket, at: datetime) -> bool:
    """False: this ticket has been used."""
    sql.execute(FORGET_NONCES, {"at": at})
    row = {"issuer": ticket.issuer, "nonce": ticket.nonce, "expires_at": ticket.expires_at + SKEW}
    made = upsert(HandoverNonce).values(row).on_conflict_do_nothing().returning(HandoverNonce.nonce)
    return sql.scalar(made) is not None


def _guest(sql: Connection, fan_id: int | None) -> int | None:
    """The browser's fan, locked, if it is nobody's account. Who is signed in as somebody else stays untouched."""
    if fan_id is None:
        return None
    found = sql.scalar(select(Fan.id).where(Fan.id == fan_id).with_for_update(key_share=True))
    return found if found is not None and is_free(sql, found) else None


def is_free(sql: Connection, fan_id: int) -> bool:
    """A guest: nobody's account, and nobody else by now."""
    taken = exists().where(Account.fan_id == fan_id) | exists().where(FanAlias.from_id == fan_id)
    return not sql.scalar(select(taken))


def claim(sql: Connection, guest: int, fan_id: int, at: datetime) -> bool:
    """Whether it is now, and for us, to move what the guest had; and whoever has become this guest comes along."""
    known = sql.scalar(select(func.count()).where(FanAlias.to_id == fan_id)) or 0
    if known >= MOST_GUESTS:
        return False
    row = {"from_id": guest, "to_id": fan_id, "at": at}
    made = upsert(FanAlias).values(row).on_conflict_do_nothing().returning(FanAlias.from_id)
    if sql.scalar(made) is None:
        return False
    sql.execute(
        update(FanAlias).where(FanAlias.to_id == guest).values(to_id=fan_id)
    )  # so that no alias leads to another
    sql.execute(
        update(Fan).where(Fan.id == guest).values(moved_at=at)
    )  # what is begun just now waits for us, and sees it
    return True


def _new_fan(sql: Connection, at: datetime) -> int:
    """A fan whose first cookie nobody has: the account's devices get theirs from `fan_token`."""
    values = {"secret_hash": token_hash(new_token()), "public": new_public_id(), "created_at": at}
    fan_id: int = sql.execute(insert(Fan).values(values).returning(Fan.id)).scalar_one()
    return fan_id


def device_token(sql: Connection, fan_id: int, at: datetime) -> str:
    token = new_token()
    sql.execute(insert(FanToken).values(token_hash=token_hash(token), fan_id=fan_id, created_at=at))
    sql.execute(FORGET_TOKENS, {"fan": fan_id, "most": MOST_TOKENS})
    return token
