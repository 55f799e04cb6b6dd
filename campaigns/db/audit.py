"""What operators did that is neither an event of a run nor an edit of a definition: one row in the deed's own transaction.

Three records make the audit log (campaigns/control/audit.py reads them as one): `event`, `editing`, and this. Append-only.
Tokens, passwords and keys of questions never stand in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, ForeignKey, Identity, Index, insert
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class Audit(Base):
    """`campaign_id` None: of an account. `before`, `after`: name → value, of what it is about."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    actor: Mapped[str]
    kind: Mapped[str]
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    __table_args__ = (Index(None, "campaign_id", "at"),)


def write_down(
    sql: Connection,
    campaign_id: int | None,
    at: datetime,
    actor: str,
    kind: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """`before` and `after`: only what JSON has."""
    told = {"before": dict(before or {}), "after": dict(after or {})}
    sql.execute(insert(Audit).values(campaign_id=campaign_id, at=at, actor=actor, kind=kind, **told))
