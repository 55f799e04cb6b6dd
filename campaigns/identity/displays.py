"""A display is a screen that an operator has confirmed: it shows a code, the operator types it. Read-only, revocable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from campaigns.bootstrap import Services
from campaigns.db.audit import write_down
from campaigns.db.models import Display
from campaigns.domain.actor import HOUSE
from campaigns.domain.errors import Unavailable
from campaigns.identity.tokens import new_code, new_token, token_hash

CODE_LENGTH = 4  # 31^4: typed by an operator, useless to anybody else
UNPAIRED_FOR = timedelta(hours=12)
UNPAIRED_WHEN_FULL = timedelta(hours=1)
CODE_TRIES = 20  # of a free one among 31^4: they fail only when nearly all are out
LONGEST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class DisplayIdentity:
    id: int
    campaign_id: int | None
    pairing_code: str | None


def new_display(services: Services) -> tuple[str, str]:
    """(cookie token, pairing code) of a screen that sees nothing yet. Screens never paired are forgotten after a while.

    Unavailable when no code is free although those that nobody typed within an hour were taken back.
    """
    token, now = new_token(), services.now().at
    for kept in (UNPAIRED_FOR, UNPAIRED_WHEN_FULL):
        with services.sql.begin() as sql:
            sql.execute(delete(Display).where(Display.paired_at.is_(None), Display.created_at < now - kept))
            code = _with_free_code(sql, token, now)
        if code is not None:
            return token, code
    raise Unavailable("no pairing code is free")


def _with_free_code(sql: Connection, token: str, now: datetime) -> str | None:
    """The code under which this screen is now stored; None after too many that were out already."""
    for _ in range(CODE_TRIES):
        values = {"token_hash": token_hash(token), "pairing_code": new_code(CODE_LENGTH), "created_at": now}
        made = pg_insert(Display).values(values).on_conflict_do_nothing().returning(Display.pairing_code)
        code = sql.execute(made).scalar_one_or_none()
        if code is not None:
            return code
    return None


def display_of(services: Services, token: str | None) -> DisplayIdentity | None:
    if not token or len(token) > LONGEST_TOKEN:
        return None
    columns = (Display.id, Display.campaign_id, Display.pairing_code)
    known = select(*columns).where(Display.token_hash == token_hash(token), Display.revoked_at.is_(None))
    with services.reading() as sql:
        row = sql.execute(known).one_or_none()
    return DisplayIdentity(row.id, row.campaign_id, row.pairing_code) if row is not None else None


def still_paired(services: Services, display_ids: Iterable[int]) -> set[int]:
    """Those of these screens that may still see their campaign."""
    known = select(Display.id).where(Display.id.in_(list(display_ids)), Display.revoked_at.is_(None))
    with services.reading() as sql:
        return set(sql.scalars(known.where(Display.campaign_id.is_not(None))))


def pair(services: Services, code: str, campaign_id: int, actor: str = HOUSE) -> bool:
    """Confirm the screen that shows `code` for this campaign. False: no such code (or it was used already)."""
    now = services.now().at
    values = {"campaign_id": campaign_id, "paired_at": now, "pairing_code": None}
    waiting = update(Display).where(Display.pairing_code == code.strip().upper(), Display.revoked_at.is_(None))
    with services.sql.begin() as sql:
        display_id = sql.scalar(waiting.values(values).returning(Display.id))
        if display_id is None:
            return False
        write_down(sql, campaign_id, now, actor, "screen_paired", after={"screen": display_id})
    return True


def revoke(services: Services, display_id: int, campaign_id: int, actor: str = HOUSE) -> bool:
    """End a screen's right to see this campaign."""
    now = services.now().at
    own = update(Display).where(Display.id == display_id, Display.campaign_id == campaign_id)
    with services.sql.begin() as sql:
        if sql.execute(own.where(Display.revoked_at.is_(None)).values(revoked_at=now)).rowcount != 1:
            return False
        write_down(sql, campaign_id, now, actor, "screen_unpaired", before={"screen": display_id})
    return True
