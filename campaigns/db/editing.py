"""Who edited what of a definition, by the version that came of it. Append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class Editing(Base):
    """Of an activity or of a campaign: the other one is None. `fields`: name → [before, after]."""

    __tablename__ = "editing"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    version: Mapped[int]
    by: Mapped[str]
    at: Mapped[datetime]
    what: Mapped[str]
    fields: Mapped[dict[str, Any]]
    n: Mapped[int]
    __table_args__ = (UniqueConstraint("activity_id", "version"), UniqueConstraint("campaign_id", "version"))
