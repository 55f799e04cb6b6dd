"""Who a fan is beyond one cookie: accounts of partner communities, further cookies, and fans that have become others.

A partner's member is (issuer, external id); from the first entry on that is one fan, whatever the device. A guest who
enters becomes that fan: `fan_alias` says so once and for all (docs/decisions/0010).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, ForeignKey, Index, literal, select, union_all
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class Account(Base):
    """A member of a partner's community. `name`: as the partner last said it; offered when the fan joins a campaign."""

    __tablename__ = "account"
    issuer: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    fan_id: Mapped[int] = mapped_column(ForeignKey("fan.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    entered_at: Mapped[datetime]


class FanToken(Base):
    """One more cookie of a fan, beside the one that `fan` itself holds: another device of the same account."""

    __tablename__ = "fan_token"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    fan_id: Mapped[int] = mapped_column(ForeignKey("fan.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]


class FanAlias(Base):
    """The guest `from_id` has become the fan `to_id`. The row is the claim: whoever inserts it moves what the guest had.

    Never a chain: when `to_id` becomes another fan too, its rows are pointed there in the same transaction.
    """

    __tablename__ = "fan_alias"
    from_id: Mapped[int] = mapped_column(ForeignKey("fan.id", ondelete="CASCADE"), primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("fan.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]


def seats_of(fan_id: int) -> CompoundSelect[Any]:
    """Everybody this fan has been: a guest's seat in a rush stays the guest's."""
    return union_all(select(literal(fan_id)), select(FanAlias.from_id).where(FanAlias.to_id == fan_id))


class KeepLink(Base):
    """The way of one fan to another browser: used by deleting the row. At most one for a fan."""

    __tablename__ = "keep_link"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    fan_id: Mapped[int] = mapped_column(ForeignKey("fan.id", ondelete="CASCADE"), unique=True)
    expires_at: Mapped[datetime]


class HandoverNonce(Base):
    """A ticket that has been used. Kept until the ticket would be refused for its age alone."""

    __tablename__ = "handover_nonce"
    issuer: Mapped[str] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
    __table_args__ = (Index(None, "expires_at"),)
