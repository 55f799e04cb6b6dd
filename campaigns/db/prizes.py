"""Claims: the right of one fan to one prize of one run, and whether it was handed over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class Claim(Base):
    """`prize`: its place in the run's frozen list. `fan_id`: who sat there; a guest's seat stays the guest's.

    `withdrawn_at`: a correction took it back; with `redeemed_at` beside it, too late, and the operator is told.
    """

    __tablename__ = "claim"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    prize: Mapped[int]
    fan_id: Mapped[int] = mapped_column(ForeignKey("fan.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int]  # of the awards that made it
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    redeemed_at: Mapped[datetime | None]
    redeemed_by: Mapped[str | None]  # as events name who did something
    __table_args__ = (UniqueConstraint("run_id", "prize", "fan_id"),)
