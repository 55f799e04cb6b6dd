"""The bank's own tables: what play tells about a question, and files on their way in with their reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class QuestionStat(Base):
    """From play, by the workers: how often it was asked and answered rightly, how fast. A projection."""

    __tablename__ = "question_stat"
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    asked: Mapped[int] = mapped_column(server_default=text("0"))
    right: Mapped[int] = mapped_column(server_default=text("0"))
    median_ms: Mapped[int | None]
    updated_at: Mapped[datetime]


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
