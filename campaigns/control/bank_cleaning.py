"""Reports of imports are kept for a month: then their lines go, and a file nobody decided on is forgotten.

What stays is one row a file: its name, its counts, what became of it. The questions it brought are the bank's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from campaigns.bootstrap import Services
from campaigns.db.bank import BankImport, BankImportLine

KEPT = timedelta(days=30)  # said in docs/import.md and beside the report
AT_WORK = ("uploaded", "confirmed")


def imports_to_clean(services: Services) -> list[int]:
    """Those whose report is old enough. One that a worker still has to do something for is left alone, however old."""
    old = select(BankImport.id).where(BankImport.created_at < _before(services), BankImport.cleaned_at.is_(None))
    with services.reading() as sql:
        return list(sql.scalars(old.where(BankImport.state.not_in(AT_WORK)).order_by(BankImport.id)))


def clean_import(services: Services, import_id: int) -> bool:
    """False: not old enough, at work, or cleaned before."""
    old = (BankImport.id == import_id, BankImport.created_at < _before(services), BankImport.cleaned_at.is_(None))
    with services.sql.begin() as sql:
        wanted = select(BankImport.state).where(*old, BankImport.state.not_in(AT_WORK))
        state = sql.scalar(wanted.with_for_update(skip_locked=True))
        if state is None:
            return False
        sql.execute(delete(BankImportLine).where(BankImportLine.import_id == import_id))
        values = {"state": "discarded" if state == "previewed" else state, "data": None}
        cleaned = update(BankImport).where(BankImport.id == import_id)
        sql.execute(cleaned.values(**values, cleaned_at=services.now().at))
    return True


def _before(services: Services) -> datetime:
    return services.now().at - KEPT
