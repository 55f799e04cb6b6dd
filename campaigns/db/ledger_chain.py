"""Appending to the ledger: one batch, its hash over the one before it, and the balances it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from campaigns.db.records import Balance, LedgerBatch, LedgerEntry
from campaigns.domain import ledger

LEDGER_LOCK = 7_265_001  # advisory: the chain of batches has one end, so one writer at a time


def lock(sql: Connection) -> None:
    """Held to the end of the transaction."""
    sql.execute(select(func.pg_advisory_xact_lock(LEDGER_LOCK)))


def append(sql: Connection, entries: Sequence[tuple[int, ledger.Entry]], at: datetime) -> None:
    """(run, entry) each, as one batch. Takes the chain's lock; a key that is there already is an IntegrityError."""
    if not entries:
        return
    lock(sql)
    last = sql.scalar(select(LedgerBatch.hash).order_by(LedgerBatch.id.desc()).limit(1))
    previous = last if last is not None else ledger.GENESIS
    values = {"previous_hash": previous, "hash": ledger.batch_hash(previous, [e for _, e in entries]), "at": at}
    batch_id = sql.execute(insert(LedgerBatch).values(values).returning(LedgerBatch.id)).scalar_one()
    rows = [
        {"key": e.key, "batch_id": batch_id, "run_id": run_id, "fan_id": e.fan, "amount": e.amount}
        | {"reason": e.reason, "version": e.version}
        for run_id, e in entries
    ]
    sql.execute(insert(LedgerEntry), rows)
    made = upsert(Balance)
    add = made.on_conflict_do_update(index_elements=["fan_id"], set_={"points": Balance.points + made.excluded.points})
    sql.execute(add, [{"fan_id": entry.fan, "points": entry.amount} for _, entry in entries])
