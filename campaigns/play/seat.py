"""A fan's seat in a run: who sits there, and what this fan alone sees beside the scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from campaigns.bootstrap import Services
from campaigns.db.models import Fan, Participation, Round, Run, RunFan
from campaigns.db.records import Answer, Fallen, Score, Standing
from campaigns.domain.clock import RoundClock
from campaigns.domain.run import BEFORE_REVEAL, Scene
from campaigns.domain.rush_rules import Rule
from campaigns.play.join import JoinRefusal, RunCard, find_run, shut_out

NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Seat:
    run_id: int
    campaign_id: int
    fan_id: int
    public: str
    name: str
    seed: int


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
class You:
    """The own part of a snapshot (docs/messages.md)."""

    fan: str
    name: str
    seed: int
    score: int
    out: bool
    lives: int | None
    streak: int
    fallen: OwnFallen | None
    answered: Answered | None


def seat_of(services: Services, code: str, fan_id: int) -> Seat | JoinRefusal | None:
    """The fan's seat in the run with this code; a refusal, or None for a fan who has not joined."""
    run = find_run(services, code)
    if run is None:
        return JoinRefusal.NO_RUN
    with services.reading() as sql:
        refusal = shut_out(sql, run, fan_id)
        row = _seat_row(sql, run, fan_id)
    if refusal is not None or row is None:
        return refusal
    return Seat(run.id, run.campaign_id, row.fan_id, row.public, row.nickname, row.seed)


def _seat_row(sql: Connection, run: RunCard, fan_id: int) -> Any:
    seats = select(RunFan.fan_id, Fan.public, Participation.nickname, RunFan.seed).join(Fan, Fan.id == RunFan.fan_id)
    own = (Participation.fan_id == RunFan.fan_id) & (Participation.campaign_id == run.campaign_id)
    return sql.execute(
        seats.join(Participation, own).where(RunFan.run_id == run.id, RunFan.fan_id == fan_id)
    ).one_or_none()


def you(services: Services, seat: Seat) -> You:
    """What this fan alone sees: totals as far as they have been revealed, and the own answer to the current round."""
    with services.sql.connect().execution_options(
        isolation_level="REPEATABLE READ"
    ) as sql:  # settling may come between
        current = sql.execute(
            select(Round.id, Round.n, Round.version, Run.scene, Run.rules)
            .join(Run, Run.round_id == Round.id)
            .where(Run.id == seat.run_id)
        ).one_or_none()
        answered = _answered(sql, current.id, seat.fan_id) if current is not None else None
        own = select(Standing).where(Standing.run_id == seat.run_id, Standing.fan_id == seat.fan_id)
        standing = sql.execute(own).one_or_none()
        if standing is None or current is None:
            return You(seat.public, seat.name, seat.seed, 0, False, None, 0, None, answered)
        asking = Scene(current.scene) in BEFORE_REVEAL
        if current.version and asking:
            return _before(sql, seat, current, standing, answered)
        fallen = _own_fallen(sql, seat, ranked=not asking) if standing.out else None
    totals = (standing.score, standing.out, _lives(current, standing.lives), standing.streak, fallen)
    return You(seat.public, seat.name, seat.seed, *totals, answered)


def _before(sql: Connection, seat: Seat, current: Any, standing: Row[Any], answered: Answered | None) -> You:
    """The totals without a round that is settled but not revealed: a reconnect must not tell what the stage has not."""
    scored = select(Score.score).where(Score.round_id == current.id, Score.version == current.version)
    unrevealed = sql.scalar(scored.where(Score.fan_id == seat.fan_id)) or 0
    earlier = select(Score).join(Round, (Round.id == Score.round_id) & (Round.version == Score.version))
    mine = earlier.where(Score.run_id == seat.run_id, Score.fan_id == seat.fan_id, Round.n == current.n - 1)
    carry = sql.execute(mine).one_or_none()
    out, lives, streak = (carry.out, carry.lives, carry.streak) if carry is not None else (False, None, 0)
    fallen = OwnFallen(_fun_before(sql, seat, current.n), None) if out else None
    totals = (standing.score - unrevealed, out, _lives(current, lives), streak, fallen)
    return You(seat.public, seat.name, seat.seed, *totals, answered)


def _own_fallen(sql: Connection, seat: Seat, *, ranked: bool) -> OwnFallen | None:
    """Without a rank while a question is asked: once it is settled there is none that could be told."""
    own = select(Fallen.score, Fallen.rank).where(Fallen.run_id == seat.run_id, Fallen.fan_id == seat.fan_id)
    row = sql.execute(own).one_or_none()
    return None if row is None else OwnFallen(row.score, row.rank if ranked else None)


def _fun_before(sql: Connection, seat: Seat, n: int) -> int:
    """Right without a rank: given for fun (campaigns/settle/fallen.py)."""
    counted = (
        select(func.count())
        .select_from(Score)
        .join(Round, (Round.id == Score.round_id) & (Round.version == Score.version))
    )
    mine = counted.where(Score.run_id == seat.run_id, Score.fan_id == seat.fan_id, Round.n < n)
    return sql.scalar(mine.where(Score.right.is_(True), Score.rank.is_(None))) or 0


def _lives(current: Any, lives: int | None) -> int | None:
    """Lives mean something in survival only."""
    return lives if current.rules["rule"] == Rule.SURVIVAL else None


def _answered(sql: Connection, round_id: int, fan_id: int) -> Answered | None:
    row = sql.execute(select(Answer).where(Answer.round_id == round_id, Answer.fan_id == fan_id)).one_or_none()
    if row is None:
        return None
    clock = RoundClock(row.opened_ns, row.received_ns)
    elapsed_ms = clock.elapsed_ns(row.received_ns, row.allowance_ns) // NS_PER_MS
    return Answered(str(round_id), tuple(row.places), row.value, elapsed_ms, row.receipt)
