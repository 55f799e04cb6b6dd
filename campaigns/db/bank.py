"""The bank's own tables: what play tells about a question, and files on their way in with their reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    SmallInteger,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base
from campaigns.db.plays import Xid8


class QuestionStat(Base):
    """From play, by the workers: how often it was asked and answered rightly, how fast. A projection."""

    __tablename__ = "question_stat"
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    asked: Mapped[int] = mapped_column(server_default=text("0"))
    right: Mapped[int] = mapped_column(server_default=text("0"))
    silent: Mapped[int] = mapped_column(server_default=text("0"))
    median_ms: Mapped[int | None]
    updated_at: Mapped[datetime]


class QuestionTally(Base):
    """What has been counted of a question version in one run: asked = answered in time + silent. Outlives the steps."""

    __tablename__ = "question_tally"
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id", ondelete="CASCADE"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True, index=True)
    asked: Mapped[int] = mapped_column(server_default=text("0"))
    right: Mapped[int] = mapped_column(server_default=text("0"))
    silent: Mapped[int] = mapped_column(server_default=text("0"))


class QuestionTime(Base):
    """How many of its answers took `ms`, rounded down to two digits: no more than 300 rows, however often it is asked."""

    __tablename__ = "question_time"
    version_id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(primary_key=True)
    ms: Mapped[int] = mapped_column(Integer, primary_key=True)
    answers: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "run_id"],
            ["question_tally.version_id", "question_tally.run_id"],
            name="fk_question_time_tally",
            ondelete="CASCADE",
        ),
    )


class QuestionWindow(Base):
    """How far plays have been counted: all results and voids with `xid` below `until`. One row."""

    __tablename__ = "question_window"
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    until: Mapped[str] = mapped_column(Xid8)


class PlayUncounted(Base):
    """A play whose answers are not in the counts, though the window has passed it: it was void then."""

    __tablename__ = "play_uncounted"
    play_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class RushCounted(Base):
    """The award version in which a rush's answers were counted."""

    __tablename__ = "rush_counted"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    version: Mapped[int]


class BankImport(Base):
    """A file on its way into a bank. `state` is the queue of record: uploaded and confirmed are work for a worker."""

    __tablename__ = "bank_import"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
    file_name: Mapped[str]
    data: Mapped[bytes | None]  # until it has been read
    state: Mapped[str]
    arriving: Mapped[str]  # the state in which its questions arrive
    source: Mapped[str]
    format: Mapped[str | None]
    expected: Mapped[int] = mapped_column(server_default=text("0"))
    done: Mapped[int] = mapped_column(server_default=text("0"))
    counts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    problems: Mapped[Any] = mapped_column(JSONB, server_default=text("'[]'"))  # of the file as a whole
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    pictures: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))  # file name → media id
    cleaned_at: Mapped[datetime | None]  # since then its lines are gone
    __table_args__ = (
        Index("ix_bank_import_due", "state", postgresql_where=text("state IN ('uploaded', 'confirmed')")),
    )


class BankImportLine(Base):
    """One line of the report: what was read, or what was wrong with it. `body` is None when it is refused."""

    __tablename__ = "bank_import_line"
    import_id: Mapped[int] = mapped_column(ForeignKey("bank_import.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[int]
    verdict: Mapped[str]
    text: Mapped[str]
    problems: Mapped[Any] = mapped_column(JSONB)
    body: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    key: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    source: Mapped[str]
    norm: Mapped[str]
    twin: Mapped[str]
    question_id: Mapped[int | None]
