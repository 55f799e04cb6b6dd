"""What a campaign looks like, if it does not look like the house (campaigns/domain/theme.py reads `look`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class ThemeRow(Base):
    """Its picture stands in `media`, of the same campaign, and is never taken away there."""

    __tablename__ = "theme"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    look: Mapped[dict[str, Any]] = mapped_column(JSONB)
