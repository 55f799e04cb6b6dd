"""Awards of a finished run: points into the ledger, badges into the awards, claims of prizes. Exactly once, however often.

What the run *should* have given is computed from the record; what is written is the difference to what stands there, in one
transaction with deterministic UNIQUE keys, one hash-chained batch. So a repetition writes nothing and a correction compensates.
A guest who has become an account's fan keeps the seat in the run's record; what it brings is the account's (owners).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text, update

from campaigns.bootstrap import Services
from campaigns.db.events import Transition
from campaigns.db.identities import FanAlias
from campaigns.db.ledger_chain import append, lock
from campaigns.db.models import Run, RunFan
from campaigns.db.records import Award, LedgerEntry, Standing
from campaigns.domain import ledger
from campaigns.domain.badges import Badge, awarded, changes
from campaigns.domain.run import RunState
from campaigns.play.cohorts import cohort_of
from campaigns.settle.prizes import write_claims
from campaigns.settle.projections import number_places
from campaigns.settle.run_facts import run_facts

ACTOR = "worker"


def award_badges(services: Services, run_id: int) -> bool:
    """Bring ledger and badges of an ended run to its wanted award version. False: nothing to do, or done by another."""
    with services.transition(run_id) as change:
        run = change.sql.execute(select(Run).where(Run.id == run_id)).one()
        if run.rehearsal or run.state != RunState.ENDED or run.award_version == run.awarded_version:
            return False
        if settling(change.sql, run_id):
            return False
        lock(change.sql)
        _write_points(change, run)
        facts = run_facts(change.sql, run)
        badges = awarded(facts, in_hall=cohort_of(change.sql, run_id) is None)
        _write_badges(change, run, badges)
        write_claims(change, run, facts, badges)
        number_places(change.sql, run_id)
        change.sql.execute(update(Run).where(Run.id == run_id).values(awarded_version=run.award_version))
        change.record(run_id, "awarded", ACTOR, version=run.award_version)
        return True


def settling(sql: Connection, run_id: int) -> bool:
    """A round is being judged again: its end makes the awards due once more."""
    due = text(
        "SELECT 1 FROM settlement s JOIN round r ON r.id = s.round_id WHERE r.run_id = :run AND s.settled_at IS NULL"
    )
    return sql.scalar(due, {"run": run_id}) is not None


def _write_points(change: Transition, run: Row[Any]) -> None:
    scores = change.sql.execute(select(Standing.fan_id, Standing.score).where(Standing.run_id == run.id))
    whose = owners(change.sql, run.id)
    wanted: dict[int, int] = {}
    for row in scores:
        owner = whose.get(row.fan_id, row.fan_id)
        wanted[owner] = wanted.get(owner, 0) + ledger.points(row.score, run.rate)
    given = select(LedgerEntry.fan_id, func.sum(LedgerEntry.amount)).where(LedgerEntry.run_id == run.id)
    granted: dict[int, int] = {}
    for fan, amount in change.sql.execute(given.group_by(LedgerEntry.fan_id)):
        owner = whose.get(fan, fan)
        granted[owner] = granted.get(owner, 0) + int(amount)
    entries = ledger.compensations(wanted, granted, run.id, run.award_version)
    append(change.sql, [(run.id, entry) for entry in entries], change.now.at)


def owners(sql: Connection, run_id: int) -> dict[int, int]:
    """Of those seated here who have become other fans since: who they are now."""
    moved = select(FanAlias.from_id, FanAlias.to_id).join(RunFan, RunFan.fan_id == FanAlias.from_id)
    return {row.from_id: row.to_id for row in sql.execute(moved.where(RunFan.run_id == run_id))}


def _write_badges(change: Transition, run: Row[Any], earned: dict[int, set[Badge]]) -> None:
    whose = owners(change.sql, run.id)
    wanted: dict[int, set[Badge]] = {}
    for fan, badges in earned.items():
        wanted.setdefault(whose.get(fan, fan), set()).update(badges)
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
