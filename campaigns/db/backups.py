"""What the command `backup` has made: told to operators before the night. A restored database knows of the earlier ones only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base


class Backup(Base):
    __tablename__ = "backup"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    taken_at: Mapped[datetime]  # what had been committed by then is in it
    size: Mapped[int]  # in bytes
    file: Mapped[str]  # its name, without the folders of the machine it was made on
    sha256: Mapped[bytes]  # of the dump inside
