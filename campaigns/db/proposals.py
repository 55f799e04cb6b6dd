"""Questions that fans propose. The question itself lies in the bank, a draft with its author; here is what was decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class Proposal(Base):
    """Open as long as the question is a draft and nobody has refused it. `reason`: why it was refused."""

    __tablename__ = "proposal"
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), index=True)
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
    reason: Mapped[str | None]
