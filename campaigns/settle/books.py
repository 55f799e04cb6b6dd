"""What the stores say of some runs, for who wants to hold it against what pages were told.

The sums come from different places on purpose: the board from Redis, scores from the score rows of the versions that count,
payments from the ledger's entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from campaigns.bootstrap import Services
from campaigns.db.models import Round, RunFan
from campaigns.db.records import Answer, Award, LedgerEntry, Score
from campaigns.live.leaderboards import places
from campaigns.settle.rebuild import check_ledger, recompute


@dataclass(frozen=True)
class Books:
    """`boards`: run → fan → (score, elapsed_ms); `paid`: run → fan → points; `answers`: of each fan."""

    joined: int
    answers: Mapping[int, int]
    scores_sum: int
    badges: int
    boards: Mapping[int, Mapping[int, tuple[int, int]]]
    paid: Mapping[int, Mapping[int, int]]
    recomputed_equal: bool

    @property
    def rows(self) -> int:
        return sum(self.answers.values())

    @property
    def board_sum(self) -> int:
        return sum(score for board in self.boards.values() for score, _ in board.values())

    @property
    def ledger_sum(self) -> int:
        return sum(amount for entries in self.paid.values() for amount in entries.values())


def books_of(services: Services, runs: Sequence[int]) -> Books:
    boards = {run_id: places(services.live, run_id) for run_id in runs}
    with services.sql.connect() as sql:
        joined = sql.scalar(select(func.count(RunFan.fan_id.distinct())).where(RunFan.run_id.in_(runs))) or 0
        stored = (_answers(sql, runs), _scores(sql, runs), _badges(sql, runs))
        paid = {run_id: _paid(sql, run_id) for run_id in runs}
    equal = not any(recompute(services, run_id).differences for run_id in runs) and not check_ledger(services)
    return Books(joined, *stored, boards, paid, equal)


def _answers(sql: Connection, runs: Sequence[int]) -> dict[int, int]:
    own = select(Answer.fan_id, func.count()).join(Round, Round.id == Answer.round_id)
    own = own.where(Round.run_id.in_(runs)).group_by(Answer.fan_id)
    return {fan: number for fan, number in sql.execute(own)}


def _scores(sql: Connection, runs: Sequence[int]) -> int:
    """Of the versions that count, and of fans who were not kicked."""
    counted = select(func.coalesce(func.sum(Score.score), 0)).join(
        Round, (Round.id == Score.round_id) & (Round.version == Score.version)
    )
    seated = (RunFan.run_id == Score.run_id) & (RunFan.fan_id == Score.fan_id) & RunFan.kicked_at.is_(None)
    return int(sql.scalar(counted.join(RunFan, seated).where(Round.run_id.in_(runs))) or 0)


def _badges(sql: Connection, runs: Sequence[int]) -> int:
    """Held: given and not withdrawn."""
    return int(sql.scalar(select(func.coalesce(func.sum(Award.delta), 0)).where(Award.run_id.in_(runs))) or 0)


def _paid(sql: Connection, run_id: int) -> dict[int, int]:
    sums = select(LedgerEntry.fan_id, func.sum(LedgerEntry.amount)).where(LedgerEntry.run_id == run_id)
    return {fan: int(amount) for fan, amount in sql.execute(sums.group_by(LedgerEntry.fan_id))}
