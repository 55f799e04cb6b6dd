"""Holds what the crowd was told against the record, the board and the ledger. Spans are reported, correctness decides.

The sums come from different places on purpose: `board` from Redis, `scores` from the score rows of the versions that
count, `ledger` from its entries, and `told_wrong` counts fans whose own page said something else than these.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from bench.director import Record
from bench.show import RATE, Act
from campaigns.bootstrap import Services
from campaigns.crowd.tally import p99
from campaigns.db.models import Round, RunFan
from campaigns.db.records import Answer, Award, LedgerEntry, Score
from campaigns.domain import ledger
from campaigns.live.leaderboards import places
from campaigns.settle.rebuild import check_ledger, recompute

SHOWN_FAILURES = 20


@dataclass(frozen=True)
class Report:
    """The last line of the command. Spans in milliseconds (None: nothing measured)."""

    fans: int
    joined: int
    sent: int
    acknowledged: int
    rows: int
    duplicates_tried: int
    duplicates_counted: int
    board_sum: int
    scores_sum: int
    ledger_sum: int
    expected_ledger_sum: int
    recomputed_equal: bool
    badges: int
    told_wrong: int
    failures: int
    late: int
    early: int
    reloads: int
    repeats: int
    unavailable: int
    push_p99_ms: float | None
    ack_p99_ms: float | None
    reveal_p99_ms: float | None
    join_p99_ms: float | None
    arrived_after_opening: int
    took_s: float

    @property
    def correct(self) -> bool:
        """Whether everything that was told is true."""
        sums = self.acknowledged == self.rows and self.board_sum == self.scores_sum
        paid = self.ledger_sum == self.expected_ledger_sum and self.recomputed_equal
        return sums and paid and not (self.duplicates_counted or self.told_wrong or self.failures)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def audit(services: Services, record: Record) -> Report:
    """Ask the stores what became of the show."""
    runs, tally = [act.run_id for act in record.acts], record.tally
    boards = {run_id: places(services.live, run_id) for run_id in runs}
    counts = {name: tally.counts[name] for name in ("sent", "late", "early", "reloads", "repeats", "unavailable")}
    counts |= {name: tally.counts[name] for name in ("duplicates_tried", "duplicates_counted", "arrived_after_opening")}
    with services.sql.connect() as sql:
        stored = {"rows": _rows(sql, runs), "scores_sum": _scores(sql, runs), "badges": _badges(sql, runs)}
        paid = {run_id: _paid(sql, run_id) for run_id in runs}
        joined = sql.scalar(select(func.count(RunFan.fan_id.distinct())).where(RunFan.run_id.in_(runs))) or 0
    return Report(
        fans=len(record.fans),
        joined=joined,
        acknowledged=len(tally.recorded),
        **stored,
        board_sum=sum(score for board in boards.values() for score, _ in board.values()),
        ledger_sum=sum(amount for entries in paid.values() for amount in entries.values()),
        expected_ledger_sum=sum(ledger.points(score, RATE) for board in boards.values() for score, _ in board.values()),
        recomputed_equal=_equal(services, record.acts),
        told_wrong=sum(_told_wrong(record.told[run_id], boards[run_id], paid[run_id]) for run_id in runs),
        failures=len(tally.failures),
        push_p99_ms=p99(tally.push_ms),
        ack_p99_ms=p99(tally.ack_ms),
        reveal_p99_ms=p99(tally.reveal_ms),
        join_p99_ms=p99(tally.join_ms),
        took_s=record.took_s,
        **counts,
    )


def _rows(sql: Connection, runs: list[int]) -> int:
    own = select(func.count()).select_from(Answer).join(Round, Round.id == Answer.round_id)
    return sql.scalar(own.where(Round.run_id.in_(runs))) or 0


def _scores(sql: Connection, runs: list[int]) -> int:
    """Of the versions that count, and of fans who were not kicked."""
    counted = select(func.coalesce(func.sum(Score.score), 0)).join(
        Round, (Round.id == Score.round_id) & (Round.version == Score.version)
    )
    seated = (RunFan.run_id == Score.run_id) & (RunFan.fan_id == Score.fan_id) & RunFan.kicked_at.is_(None)
    return int(sql.scalar(counted.join(RunFan, seated).where(Score.run_id.in_(runs))) or 0)


def _badges(sql: Connection, runs: list[int]) -> int:
    """Held: given and not withdrawn."""
    return int(sql.scalar(select(func.coalesce(func.sum(Award.delta), 0)).where(Award.run_id.in_(runs))) or 0)


def _paid(sql: Connection, run_id: int) -> dict[int, int]:
    sums = select(LedgerEntry.fan_id, func.sum(LedgerEntry.amount)).where(LedgerEntry.run_id == run_id)
    return {fan: int(amount) for fan, amount in sql.execute(sums.group_by(LedgerEntry.fan_id))}


def _equal(services: Services, acts: list[Act]) -> bool:
    """Judging the whole record again gives what is stored, and the ledger's chain and balances add up."""
    return not any(recompute(services, act.run_id).differences for act in acts) and not check_ledger(services)


def _told_wrong(told: dict[int, dict[str, int]], board: dict[int, tuple[int, int]], paid: dict[int, int]) -> int:
    """How many fans' own (score, points) are not on the board and in the ledger, as multisets: a page knows no ids."""
    true = sorted((score, paid.get(fan, 0)) for fan, (score, _) in board.items())
    said = sorted((own.get("score", -1), own.get("points", -1)) for own in told.values())
    return sum(1 for left, right in zip(true, said, strict=False) if left != right) + abs(len(true) - len(said))
