"""Awards of a finished run: points into the ledger, badges into the awards. Exactly once, however often this runs.

What the run *should* have given is computed from the record; what is written is the difference to what stands there, in one
transaction with deterministic UNIQUE keys, one hash-chained batch. So a repetition writes nothing and a correction compensates.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from campaigns.bootstrap import Services
from campaigns.db.events import Transition
from campaigns.db.models import Run
from campaigns.db.records import Award, Balance, LedgerBatch, LedgerEntry, Standing
from campaigns.domain import ledger
from campaigns.domain.badges import Badge, awarded, changes
from campaigns.settle.run_facts import run_facts

ACTOR = "worker"
LEDGER_LOCK = 7_265_001  # advisory: the chain of batches has one end, so one writer at a time


def award_badges(services: Services, run_id: int) -> bool:
    """Bring ledger and badges of an ended run to its wanted award version. False: nothing to do, or done by another."""
    with services.transition(run_id) as change:
        run = change.sql.execute(select(Run).where(Run.id == run_id)).one()
        if run.rehearsal or run.award_version == run.awarded_version:
            return False
        if _settling(change.sql, run_id):
            return False
        change.sql.execute(select(func.pg_advisory_xact_lock(LEDGER_LOCK)))
        _write_points(change, run)
        _write_badges(change, run)
        change.sql.execute(update(Run).where(Run.id == run_id).values(awarded_version=run.award_version))
        change.record(run_id, "awarded", ACTOR, version=run.award_version)
        return True


def _settling(sql: Connection, run_id: int) -> bool:
    """A round is being judged again: its end makes the awards due once more."""
    due = text(
        "SELECT 1 FROM settlement s JOIN round r ON r.id = s.round_id WHERE r.run_id = :run AND s.settled_at IS NULL"
    )
    return sql.scalar(due, {"run": run_id}) is not None


def _write_points(change: Transition, run: Row[Any]) -> None:
    scores = change.sql.execute(select(Standing.fan_id, Standing.score).where(Standing.run_id == run.id))
    wanted = {row.fan_id: ledger.points(row.score, run.rate) for row in scores}
    given = select(LedgerEntry.fan_id, func.sum(LedgerEntry.amount)).where(LedgerEntry.run_id == run.id)
    granted = {fan: int(amount) for fan, amount in change.sql.execute(given.group_by(LedgerEntry.fan_id))}
    entries = ledger.compensations(wanted, granted, run.id, run.award_version)
    if not entries:
        return
    batch_id = _append_batch(change, entries)
    rows = [
        {"key": e.key, "batch_id": batch_id, "run_id": run.id, "fan_id": e.fan, "amount": e.amount}
        | {"reason": e.reason, "version": e.version}
        for e in entries
    ]
    change.sql.execute(insert(LedgerEntry), rows)
    made = upsert(Balance)
    add = made.on_conflict_do_update(index_elements=["fan_id"], set_={"points": Balance.points + made.excluded.points})
    change.sql.execute(add, [{"fan_id": entry.fan, "points": entry.amount} for entry in entries])


def _append_batch(change: Transition, entries: list[ledger.Entry]) -> int:
    last = change.sql.scalar(select(LedgerBatch.hash).order_by(LedgerBatch.id.desc()).limit(1))
    previous = last if last is not None else ledger.GENESIS
    values = {"previous_hash": previous, "hash": ledger.batch_hash(previous, entries), "at": change.now.at}
    return change.sql.execute(insert(LedgerBatch).values(values).returning(LedgerBatch.id)).scalar_one()


def _write_badges(change: Transition, run: Row[Any]) -> None:
    wanted = awarded(run_facts(change.sql, run))
    held: dict[int, set[Badge]] = {}
    sums = select(Award.fan_id, Award.badge).where(Award.run_id == run.id).group_by(Award.fan_id, Award.badge)
    for fan, badge in change.sql.execute(sums.having(func.sum(Award.delta) > 0)):
        held.setdefault(fan, set()).add(Badge(badge))
    rows = [
        {"key": f"run:{run.id}:fan:{fan}:{badge}:v{run.award_version}", "run_id": run.id, "fan_id": fan}
        | {"badge": badge, "delta": delta, "version": run.award_version, "at": change.now.at}
        for fan, badge, delta in changes(wanted, held)
    ]
    if rows:
        change.sql.execute(insert(Award), rows)
