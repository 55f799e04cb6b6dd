"""What repeats: schedules, and which of their occurrences has become which run.

`next_at` is the first occurrence that nothing has become of yet; whoever moves it on by a conditional UPDATE makes the run,
in the same transaction. That no activity has two runs for one instant is the primary key's word.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class Schedule(Base):
    """`zone` is the campaign's when it was made: what its operators were shown holds, also if the campaign moves."""

    __tablename__ = "schedule"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), index=True)
    rule: Mapped[str]  # RFC 5545, as campaigns/control/recurrence.py writes it
    first: Mapped[str]  # wall time from which it counts: 2026-11-27T17:00
    zone: Mapped[str]
    late_s: Mapped[int | None]  # of each of its runs
    lasts_s: Mapped[int | None]  # a season closes so long after it has opened
    ahead_days: Mapped[int]
    next_at: Mapped[datetime | None]  # None: none is left
    made_by: Mapped[str]
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_schedule_going", "next_at", postgresql_where=text("stopped_at IS NULL")),)


class Occurrence(Base):
    __tablename__ = "occurrence"
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id", ondelete="CASCADE"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), unique=True)
