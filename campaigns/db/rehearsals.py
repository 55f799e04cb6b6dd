"""What a rehearsal has beside its run: its plan and report, and who is here only because of it.

Simulated fans are a fixed cast: at most 2,000 rows of `fan`, used again by every rehearsal and never by a person. Their seats,
names and answers go with the rehearsal. Rejected: new fans each time (to delete a fan is to search every record for it).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class Rehearsal(Base):
    """`report` once the simulated fans have gone; `cleared_at`: nobody's traces are left. One at a time in the house: two would
    measure each other."""

    __tablename__ = "rehearsal"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    plan: Mapped[dict[str, Any]]
    actor: Mapped[str]
    made_at: Mapped[datetime]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    cleared_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_rehearsal_under_way",
            text("(cleared_at IS NULL)"),
            unique=True,
            postgresql_where=text("cleared_at IS NULL"),
        ),
    )


class Extra(Base):
    """The n-th of the cast (from 0)."""

    __tablename__ = "extra"
    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    fan_id: Mapped[int] = mapped_column(ForeignKey("fan.id", ondelete="CASCADE"), unique=True)


class RehearsalGuest(Base):
    """A fan, simulated or not, whose participation in the campaign exists because of this rehearsal, and goes with it."""

    __tablename__ = "rehearsal_guest"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    fan_id: Mapped[int] = mapped_column(ForeignKey("fan.id", ondelete="CASCADE"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), index=True)
