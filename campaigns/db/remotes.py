"""Phones that remote-control a run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class Remote(Base):
    """A link until it is taken (`link_hash`), then whoever holds the cookie whose SHA-256 is `token_hash`."""

    __tablename__ = "remote"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), index=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id", ondelete="CASCADE"))
    link_hash: Mapped[bytes | None] = mapped_column(unique=True)
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
