"""What one fan alone sees of a run beside the scene: the own part of a snapshot (docs/messages.md).

Read for many at once, like their seats: a hall that comes back wants it of everybody in a moment, and a query for five hundred
costs little more than one for one. What belongs together is of one instant: settling may come between.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from campaigns.bootstrap import Services
from campaigns.db.among import among
from campaigns.db.models import Round, Run, RunFan
from campaigns.db.records import Answer, Fallen, Score, Standing
from campaigns.db.turns import IN_TURN
from campaigns.domain.clock import RoundClock
from campaigns.domain.run import BEFORE_REVEAL, Scene
from campaigns.domain.rush_rules import Rule
from campaigns.play.seat import Seat

NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Answered:
    round: str
    places: tuple[int, ...]
    value: float | None
    elapsed_ms: int
    receipt: str


@dataclass(frozen=True, slots=True)
class OwnFallen:
    """survival, once out: right answers given for fun; `rank` None where it would tell what the stage has not."""

    score: int
    rank: int | None


@dataclass(frozen=True, slots=True)
class Stands:
    """The settlement that own totals stand after, so that a page can count on from them; `round` None: before the first."""

    round: str | None
    version: int


BEGINNING = Stands(None, 0)
Totals = tuple[int, bool, int | None, int, OwnFallen | None]  # score, out, lives, streak, fallen


@dataclass(frozen=True, slots=True)
class You:
    """`stands` None: was not judged there, nothing to count on."""

    fan: str
    name: str
    seed: int
    score: int
    out: bool
    lives: int | None
    streak: int
    fallen: OwnFallen | None
    stands: Stands | None
    answered: Answered | None


@dataclass(frozen=True, slots=True)
class _Record:
    """Of one run, by fan. `current`: the round on stage; `came`: when they did; `carried`: their part of the last settlement
    that has been told; `untold`: what a settlement that has not been told gave them; `fun`: right since they were out."""

    current: Any = None
    asking: bool = False
    came: Mapping[int, Any] = field(default_factory=dict)
    answers: Mapping[int, Any] = field(default_factory=dict)
    carried: Mapping[int, Any] = field(default_factory=dict)
    standings: Mapping[int, Any] = field(default_factory=dict)
    untold: Mapping[int, int] | None = None
    fallen: Mapping[int, Any] = field(default_factory=dict)
    fun: Mapping[int, int] = field(default_factory=dict)


def you(services: Services, seat: Seat) -> You:
    """What this fan alone sees: totals as far as they have been revealed, and the own answer to the current round."""
    return yous(services, [seat])[0]


def yous(services: Services, seats: Sequence[Seat]) -> list[You]:
    """The same of many, in their order."""
    records: dict[int, _Record] = {}
    for run_id in {seat.run_id for seat in seats}:
        with services.sql.connect().execution_options(isolation_level="REPEATABLE READ") as sql:
            records[run_id] = _record(sql, run_id, {seat.fan_id for seat in seats if seat.run_id == run_id})
    return [_own(seat, records[seat.run_id]) for seat in seats]


def _record(sql: Connection, run_id: int, fans: set[int]) -> _Record:
    current = _current(sql, run_id)
    if current is None:
        return _Record()
    asking = Scene(current.scene) in BEFORE_REVEAL
    n = current.n - 1 if asking and not current.warm_up else current.n
    came = {row.fan_id: row.joined_at for row in sql.execute(_of(RunFan, run_id, fans))}
    answers = _by_fan(sql, select(Answer).where(Answer.round_id == current.id, among(Answer.fan_id, fans)))
    carried = _by_fan(sql, _counting(select(Score), run_id, fans).where(Round.n == n, Round.warm_up == 0))
    standings = _by_fan(sql, _of(Standing, run_id, fans))
    known = (current, asking, came, answers, carried, standings)
    if current.version and asking:
        out = [fan for fan, row in carried.items() if row.out]
        return _Record(*known, untold=_untold(sql, current, fans), fun=_fun(sql, run_id, out, current))
    out = [fan for fan, row in standings.items() if row.out]
    return _Record(*known, fallen=_by_fan(sql, _of(Fallen, run_id, out)) if out else {})


def _own(seat: Seat, known: _Record) -> You:
    fan, current = seat.fan_id, known.current
    if current is None or fan not in known.came:
        return You(seat.public, seat.name, seat.seed, 0, False, None, 0, None, BEGINNING, None)
    carried, standing = known.carried.get(fan), known.standings.get(fan)
    stands = _stands(current, known.came[fan], carried, asking=known.asking)
    totals = _totals(known, fan, standing, carried)
    return You(seat.public, seat.name, seat.seed, *totals, stands, _answered(known.answers.get(fan)))


def _totals(known: _Record, fan: int, standing: Any, carried: Any) -> Totals:
    if standing is None:
        return 0, False, None, 0, None
    if known.untold is not None:
        return _before(known, known.untold.get(fan, 0), standing, carried)
    fallen = _own_fallen(known.fallen.get(fan), ranked=not known.asking) if standing.out else None
    return standing.score, standing.out, _lives(known.current, standing.lives), standing.streak, fallen


def _current(sql: Connection, run_id: int) -> Any:
    """The round on stage."""
    columns = (Round.id, *IN_TURN, Round.version, Round.closes_at, Run.scene, Run.rules)
    return sql.execute(select(*columns).join(Run, Run.round_id == Round.id).where(Run.id == run_id)).one_or_none()


def _of(table: Any, run_id: int, fans: Collection[int]) -> Select[Any]:
    return select(table).where(table.run_id == run_id, among(table.fan_id, fans))


def _counting(scores: Any, run_id: int, fans: Collection[int]) -> Any:
    """Only those of the settlement of each round that counts; by the rounds, as they are indexed."""
    counted = scores.join(Round, (Round.id == Score.round_id) & (Round.version == Score.version))
    return counted.where(Round.run_id == run_id, among(Score.fan_id, fans))


def _by_fan(sql: Connection, rows: Select[Any]) -> dict[int, Row[Any]]:
    return {row.fan_id: row for row in sql.execute(rows)}


def _stands(current: Any, came_at: Any, score: Any, *, asking: bool) -> Stands | None:
    """Never a settlement that the stage has not told: while a question is asked, that of the question before."""
    if score is not None:
        return Stands(str(score.round_id), score.version)
    in_time = current.closes_at is None or came_at <= current.closes_at  # as campaigns/settle/record.py asks
    warming_up = current.n == 0  # nothing that counts has been asked
    return BEGINNING if warming_up or (asking and current.n == 1 and in_time) else None


def _untold(sql: Connection, current: Any, fans: Collection[int]) -> dict[int, int]:
    scored = select(Score.fan_id, Score.score).where(Score.round_id == current.id, Score.version == current.version)
    return {row.fan_id: row.score for row in sql.execute(scored.where(among(Score.fan_id, fans)))}


def _before(known: _Record, untold: int, standing: Any, carried: Any) -> Totals:
    """The totals without a round that is settled but not revealed: a reconnect must not tell what the stage has not."""
    out, lives, streak = (carried.out, carried.lives, carried.streak) if carried is not None else (False, None, 0)
    fallen = OwnFallen(known.fun.get(standing.fan_id, 0), None) if out else None
    return standing.score - untold, out, _lives(known.current, lives), streak, fallen


def _own_fallen(row: Any, *, ranked: bool) -> OwnFallen | None:
    """Without a rank while a question is asked: once it is settled there is none that could be told."""
    return None if row is None else OwnFallen(row.score, row.rank if ranked else None)


def _fun(sql: Connection, run_id: int, fans: Collection[int], current: Any) -> dict[int, int]:
    """Right without a rank, before this question: given for fun (campaigns/settle/fallen.py)."""
    if not fans:
        return {}
    rights = _counting(select(Score.fan_id, func.count().label("right")), run_id, fans)
    theirs = rights.where(Score.right.is_(True), Score.rank.is_(None))
    before = theirs.where(Round.n < current.n + bool(current.warm_up), Round.warm_up == 0)
    return {row.fan_id: row.right for row in sql.execute(before.group_by(Score.fan_id))}


def _lives(current: Any, lives: int | None) -> int | None:
    """Lives mean something in survival only."""
    return lives if current.rules["rule"] == Rule.SURVIVAL else None


def _answered(row: Any) -> Answered | None:
    if row is None:
        return None
    clock = RoundClock(row.opened_ns, row.received_ns)
    elapsed_ms = clock.elapsed_ns(row.received_ns, row.allowance_ns) // NS_PER_MS
    return Answered(str(row.round_id), tuple(row.places), row.value, elapsed_ms, row.receipt)
