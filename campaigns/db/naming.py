"""What operators have done to fans' names, and what tells that several fans sit at one device."""

from __future__ import annotations

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class HeldName(Base):
    """A fan whose name an operator has changed or hidden. `own`: the fan's own, None once it has been given back."""

    __tablename__ = "held_name"
    campaign_id: Mapped[int] = mapped_column(primary_key=True)
    fan_id: Mapped[int] = mapped_column(primary_key=True)
    own: Mapped[str | None]
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "fan_id"], ["participation.campaign_id", "participation.fan_id"], ondelete="CASCADE"
        ),
    )


class DeviceMark(Base):
    """Where a fan joined a run from: a keyed digest for this run alone, forgotten a day after its end (docs/privacy.md)."""

    __tablename__ = "device_mark"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    fan_id: Mapped[int] = mapped_column(ForeignKey("fan.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[bytes]
    __table_args__ = (Index(None, "fan_id"),)
