"""How a run was visited: devices that joined, connections that came again. Counted by the minute, of nobody in particular.

Nothing waits for SQL: a process counts in memory and writes what it has once in a while (`write`, by the ticker). A process
that dies takes at most that while's counts with it, which no score hangs on.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base

AGAIN = "again"  # a connection that was there before


class RunVisit(Base):
    """`what`: a label of domain/device.py, or AGAIN. No foreign key: a count is never refused."""

    __tablename__ = "run_visit"
    run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    minute_at: Mapped[datetime] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]


class Visits:
    """Of one process. Greenlets and threads of it may note at any time; only one writes."""

    def __init__(self) -> None:
        self._noted: Counter[tuple[int, datetime, str]] = Counter()

    def note(self, run_id: int, what: str, at: datetime) -> None:
        self._noted[run_id, at.replace(second=0, microsecond=0), what] += 1

    def write(self, engine: Engine) -> None:
        """What fails is written the next time. Always in one order, so that two processes do not wait for each other."""
        noted, self._noted = self._noted, Counter()
        if not noted:
            return
        put = insert(RunVisit)
        key = (RunVisit.run_id, RunVisit.minute_at, RunVisit.what)
        put = put.on_conflict_do_update(index_elements=list(key), set_={"n": RunVisit.n + put.excluded.n})
        names = ("run_id", "minute_at", "what")
        rows = [dict(zip(names, each, strict=True)) | {"n": n} for each, n in sorted(noted.items())]
        try:
            with engine.begin() as sql:
                sql.execute(put, rows)
        except SQLAlchemyError:
            self._noted.update(noted)
            raise
