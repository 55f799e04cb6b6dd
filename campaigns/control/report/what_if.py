"""What if: the same answers, judged by another rule or another key for one question. Nothing is written, ever.

The record is read as a settlement reads it, round by round, and judged by the domain; but what a fan carries from one
round to the next comes from the judgement just made, because another rule leaves other streaks and other survivors. With
the run's own rules and keys the board is the true one, to the last number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from sqlalchemy import Connection, Row, select

from campaigns.bootstrap import Services
from campaigns.control.report.snapshot import snapshot
from campaigns.db.models import Participation, QuestionVersion, Round, Run, RunFan
from campaigns.db.question_rows import key_json
from campaigns.db.records import Settlement, Standing
from campaigns.domain import question
from campaigns.domain.leaderboard import Place, Ranked, ranked, tie_ms
from campaigns.domain.rush import Carry, Verdict, drawing, judge
from campaigns.domain.rush_rules import RushRules
from campaigns.settle.record import judgement, key_of, publics

SHOWN = 20
Offload = Callable[[Callable[[], object]], object]


@dataclass(frozen=True, slots=True)
class Wish:
    """Other rules; and, if `key` is given, another key for question `n` (which counts then, even if it was void)."""

    rules: RushRules
    n: int | None = None
    key: question.Key | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A fan on both boards. `was_rank` or `rank` None: not on that board."""

    name: str
    rank: int | None
    score: int
    was_rank: int | None
    was_score: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The best of the board as it would be, and of the true one; `moved`: how many would have another rank."""

    would: tuple[Beside, ...]
    true: tuple[Beside, ...]
    of: int
    moved: int


@dataclass
class _Totals:
    """What the rounds so far have come to. `carries`: out of the one just judged; they are judged in turn, none left out."""

    score: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    right_ms: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    carries: dict[int, Carry] = field(default_factory=dict)

    def add(self, verdicts: list[Verdict]) -> None:
        for verdict in verdicts:
            self.score[verdict.fan] += verdict.score
            if verdict.right:
                self.right_ms[verdict.fan] += verdict.elapsed_ms or 0
        self.carries = {verdict.fan: verdict.carry for verdict in verdicts}

    def board(self, stayed: set[int]) -> list[Ranked]:
        out = {fan for fan, carry in self.carries.items() if carry.out}
        ties = ((fan, tie_ms(self.score[fan], self.right_ms[fan], out=fan in out)) for fan in stayed)
        return ranked(Place(fan, self.score[fan], ms) for fan, ms in ties)


def what_if(services: Services, run_id: int, wish: Wish, offload: Offload) -> WhatIf:
    """`offload` runs the judging, seconds of pure work when a hundred thousand have played."""
    totals = _Totals()
    with snapshot(services) as sql:
        for row in _rounds(sql, run_id):
            arguments = _arguments(sql, row, wish, totals)
            verdicts = cast("list[Verdict]", offload(partial(judge, **arguments)))
            totals.add(verdicts)
        stayed = set(sql.scalars(select(RunFan.fan_id).where(RunFan.run_id == run_id, RunFan.kicked_at.is_(None))))
        return _beside(sql, run_id, totals.board(stayed))


def _rounds(sql: Connection, run_id: int) -> list[Row[Any]]:
    columns = (Round, QuestionVersion.body, Run.rules, Run.seed)
    joined = select(*columns).join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    judged = joined.join(Run, Run.id == Round.run_id).where(
        Round.run_id == run_id, Round.version > 0, Round.warm_up == 0
    )
    return list(sql.execute(judged.order_by(Round.n)))


def _arguments(sql: Connection, row: Row[Any], wish: Wish, before: _Totals) -> dict[str, Any]:
    """What `judge` is to be asked, by the wish."""
    counts = select(Settlement).where(Settlement.round_id == row.id, Settlement.version == row.version)
    given = judgement(sql, row, sql.execute(counts).one())
    if wish.key is not None and row.n == wish.n:
        given |= {"key": key_of(key_json(wish.key), row.choice_order), "voided": False}
    there: Mapping[int, Carry | None] = given["carries"]
    lots = None if given["voided"] else drawing(wish.rules, given["key"], given["answers"])
    drawn = publics(sql, lots.fans) if lots else {}
    return given | {"rules": wish.rules, "carries": {fan: before.carries.get(fan) for fan in there}, "publics": drawn}


def _beside(sql: Connection, run_id: int, board: list[Ranked]) -> WhatIf:
    true = {row.fan_id: row for row in sql.execute(select(Standing).where(Standing.run_id == run_id))}
    would = {row.fan: row for row in board}
    first = [row.fan for row in board[:SHOWN]]
    best = sorted(true.values(), key=lambda row: (row.rank, row.fan_id))[:SHOWN]
    named = select(Participation.fan_id, Participation.nickname).join(Run, Run.campaign_id == Participation.campaign_id)
    shown = {*first, *(row.fan_id for row in best)}
    rows = sql.execute(named.where(Run.id == run_id, Participation.fan_id.in_(shown)))
    names = {row.fan_id: row.nickname for row in rows}

    def both(fan: int) -> Beside:
        now, was = would.get(fan), true.get(fan)
        here = (now.rank, now.score) if now else (None, 0)
        return Beside(names.get(fan, "–"), *here, *((was.rank, was.score) if was else (None, 0)))

    moved = sum(1 for row in board if row.fan not in true or true[row.fan].rank != row.rank)
    return WhatIf(tuple(map(both, first)), tuple(both(row.fan_id) for row in best), len(board), moved)
