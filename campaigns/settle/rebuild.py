"""Projections made anew from the record, and the proof that they were right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from campaigns.bootstrap import Services
from campaigns.db.models import QuestionVersion, Round, Run, RunFan
from campaigns.db.records import Balance, Fallen, LedgerBatch, LedgerEntry, Score, Settlement, Standing
from campaigns.db.turns import IN_TURN
from campaigns.domain import ledger
from campaigns.domain.fallen import fallen
from campaigns.domain.leaderboard import Place, ranked, tie_ms
from campaigns.domain.rush import Verdict, judge
from campaigns.settle.projections import score_row
from campaigns.settle.record import judgement
from campaigns.settle.rounds import rebuild_board

MOST_STRAY = 100  # entries outside the chain that are named


@dataclass(frozen=True)
class Recomputed:
    """What judging the whole record again gave. `differences` is empty when every stored number is what it should be."""

    rounds: int
    scores: int
    differences: list[str]


def recompute(services: Services, run_id: int) -> Recomputed:
    """Judge every settled round of the run from its answers again and compare with what is stored. Writes nothing."""
    differences: list[str] = []
    scores = 0
    with services.sql.connect() as sql:
        rows = _settled_rounds(sql, run_id)
        judged = []
        for row in rows:
            verdicts = _compare_round(sql, row, differences)
            scores += len(verdicts)
            if not row.warm_up:
                judged.append(verdicts)
        _compare_totals(sql, run_id, differences)
        _compare_fallen(sql, run_id, judged, differences)
    return Recomputed(len(rows), scores, differences)


def _settled_rounds(sql: Connection, run_id: int) -> list[Row[Any]]:
    columns = (Round, QuestionVersion.body, Run.rules, Run.seed)
    joined = select(*columns).join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    joined = joined.join(Run, Run.id == Round.run_id).where(Round.run_id == run_id, Round.version > 0)
    return list(sql.execute(joined.order_by(*IN_TURN)))


def _compare_round(sql: Connection, row: Row[Any], differences: list[str]) -> list[Verdict]:
    counts = select(Settlement).where(Settlement.round_id == row.id, Settlement.version == row.version)
    verdicts = judge(**judgement(sql, row, sql.execute(counts).one()))
    again = {v.fan: score_row(row, row.version, v) for v in verdicts}
    stored = select(Score).where(Score.round_id == row.id, Score.version == row.version)
    held = {score.fan_id: dict(score._mapping) for score in sql.execute(stored)}
    for fan in sorted({*again, *held}):
        if again.get(fan) != held.get(fan):
            differences.append(f"round {row.n} fan {fan}: stored {held.get(fan)}, recomputed {again.get(fan)}")
    return verdicts


def _compare_totals(sql: Connection, run_id: int, differences: list[str]) -> None:
    sums = func.coalesce(func.sum(Score.elapsed_ms).filter(Score.right.is_(True)), 0)
    totals = select(Score.fan_id, func.sum(Score.score), sums).group_by(Score.fan_id)
    counted = totals.join(Round, (Round.id == Score.round_id) & (Round.version == Score.version) & (Round.warm_up == 0))
    right = {
        fan: (int(score or 0), int(ms or 0)) for fan, score, ms in sql.execute(counted.where(Round.run_id == run_id))
    }
    held = {row.fan_id: row for row in sql.execute(select(Standing).where(Standing.run_id == run_id))}
    stayed = set(sql.scalars(select(RunFan.fan_id).where(RunFan.run_id == run_id, RunFan.kicked_at.is_(None))))
    differences += [f"fan {fan}: judged, but has no standing" for fan in sorted((right.keys() & stayed) - held.keys())]
    for fan, place in held.items():
        score, summed_ms = right.get(fan, (0, 0))
        wanted = (score, summed_ms, tie_ms(score, summed_ms, out=place.out))
        if (stands := (place.score, place.right_ms, place.elapsed_ms)) != wanted:
            differences.append(f"fan {fan}: standing {stands}, sum {wanted}")
    for row in ranked(Place(fan, place.score, place.elapsed_ms) for fan, place in held.items()):
        if row.rank != held[row.fan].rank:
            differences.append(f"fan {row.fan}: rank {held[row.fan].rank}, recomputed {row.rank}")


def _compare_fallen(sql: Connection, run_id: int, judged: list[list[Verdict]], differences: list[str]) -> None:
    gone = set(sql.scalars(select(RunFan.fan_id).where(RunFan.run_id == run_id, RunFan.kicked_at.is_not(None))))
    stayed = [[verdict for verdict in verdicts if verdict.fan not in gone] for verdicts in judged]
    wanted = {row.fan: (row.score, row.elapsed_ms, row.rank) for row in fallen(stayed)}
    rows = sql.execute(select(Fallen).where(Fallen.run_id == run_id))
    held = {row.fan_id: (row.score, row.elapsed_ms, row.rank) for row in rows}
    differences += [
        f"fan {fan}: among the fallen {held.get(fan)}, recomputed {wanted.get(fan)}"
        for fan in sorted({*held, *wanted})
        if held.get(fan) != wanted.get(fan)
    ]


def rebuild_boards(services: Services) -> int:
    """Every unfinished run's board in Redis, from SQL; returns how many."""
    unfinished = select(Run.id).where(Run.state.not_in(("ended", "cancelled")))
    with services.sql.connect() as sql:
        run_ids = list(sql.scalars(unfinished))
    for run_id in run_ids:
        rebuild_board(services, run_id)
    return len(run_ids)


def check_ledger(services: Services) -> list[str]:
    """Walk the chain of batches and the balances; returns what does not add up."""
    problems: list[str] = []
    with services.sql.connect() as sql:
        previous = ledger.GENESIS
        for batch in sql.execute(select(LedgerBatch).order_by(LedgerBatch.id)):
            rows = sql.execute(select(LedgerEntry).where(LedgerEntry.batch_id == batch.id))
            entries = [ledger.Entry(r.key, r.fan_id, r.amount, r.reason, r.version) for r in rows]
            if batch.previous_hash != previous or ledger.batch_hash(previous, entries) != batch.hash:
                problems.append(f"batch {batch.id}: the hash does not follow from its entries")
            previous = batch.hash
        stray = select(LedgerEntry.key).where(LedgerEntry.batch_id.not_in(select(LedgerBatch.id))).limit(MOST_STRAY)
        problems += [f"entry {key}: in no batch" for key in sql.scalars(stray)]
        sums = select(LedgerEntry.fan_id, func.sum(LedgerEntry.amount)).group_by(LedgerEntry.fan_id)
        owed = {fan: int(amount or 0) for fan, amount in sql.execute(sums)}
        held = {row.fan_id: row.points for row in sql.execute(select(Balance))}
        problems += [
            f"fan {fan}: balance {held.get(fan)}, ledger {owed.get(fan)}"
            for fan in sorted({*owed, *held})
            if held.get(fan, 0) != owed.get(fan, 0)
        ]
    return problems
