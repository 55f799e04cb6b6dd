"""A fan's seat in a run: who sits there, and what this fan alone sees beside the scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from campaigns.bootstrap import Services
from campaigns.db.models import Fan, Participation, Round, Run, RunFan
from campaigns.db.records import Answer, Fallen, Score, Standing
from campaigns.db.turns import IN_TURN
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
class Stands:
    """The settlement that own totals stand after, so that a page can count on from them; `round` None: before the first."""

    round: str | None
    version: int


BEGINNING = Stands(None, 0)


@dataclass(frozen=True, slots=True)
class You:
    """The own part of a snapshot (docs/messages.md). `stands` None: was not judged there, nothing to count on."""

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
        current = _current(sql, seat)
        if current is None:
            return You(seat.public, seat.name, seat.seed, 0, False, None, 0, None, BEGINNING, None)
        answered = _answered(sql, current.id, seat.fan_id)
        asking = Scene(current.scene) in BEFORE_REVEAL
        score = _last_score(sql, seat, current.n - 1 if asking and not current.warm_up else current.n)
        stands = _stands(current, score, asking=asking)
        own = select(Standing).where(Standing.run_id == seat.run_id, Standing.fan_id == seat.fan_id)
        standing = sql.execute(own).one_or_none()
        if standing is None:
            return You(seat.public, seat.name, seat.seed, 0, False, None, 0, None, stands, answered)
        if current.version and asking:
            return _before(sql, seat, current, standing, score, stands, answered)
        fallen = _own_fallen(sql, seat, ranked=not asking) if standing.out else None
    totals = (standing.score, standing.out, _lives(current, standing.lives), standing.streak, fallen)
    return You(seat.public, seat.name, seat.seed, *totals, stands, answered)


def _current(sql: Connection, seat: Seat) -> Any:
    """The round on stage, and when this fan came."""
    columns = (Round.id, *IN_TURN, Round.version, Round.closes_at, Run.scene, Run.rules, RunFan.joined_at)
    joined = select(*columns).join(Run, Run.round_id == Round.id).join(RunFan, RunFan.run_id == Run.id)
    return sql.execute(joined.where(Run.id == seat.run_id, RunFan.fan_id == seat.fan_id)).one_or_none()


def _last_score(sql: Connection, seat: Seat, n: int) -> Any:
    """The own part of the settlement of question `n` that counts."""
    counting = select(Score).join(Round, (Round.id == Score.round_id) & (Round.version == Score.version))
    mine = counting.where(Score.run_id == seat.run_id, Score.fan_id == seat.fan_id, Round.n == n, Round.warm_up == 0)
    return sql.execute(mine).one_or_none()


def _stands(current: Any, score: Any, *, asking: bool) -> Stands | None:
    """Never a settlement that the stage has not told: while a question is asked, that of the question before."""
    if score is not None:
        return Stands(str(score.round_id), score.version)
    in_time = current.closes_at is None or current.joined_at <= current.closes_at  # as campaigns/settle/record.py asks
    warming_up = current.n == 0  # nothing that counts has been asked
    return BEGINNING if warming_up or (asking and current.n == 1 and in_time) else None


def _before(
    sql: Connection,
    seat: Seat,
    current: Any,
    standing: Row[Any],
    carry: Any,
    stands: Stands | None,
    answered: Answered | None,
) -> You:
    """The totals without a round that is settled but not revealed: a reconnect must not tell what the stage has not."""
    scored = select(Score.score).where(Score.round_id == current.id, Score.version == current.version)
    unrevealed = sql.scalar(scored.where(Score.fan_id == seat.fan_id)) or 0
    out, lives, streak = (carry.out, carry.lives, carry.streak) if carry is not None else (False, None, 0)
    fallen = OwnFallen(_fun_before(sql, seat, current.n + bool(current.warm_up)), None) if out else None
    totals = (standing.score - unrevealed, out, _lives(current, lives), streak, fallen)
    return You(seat.public, seat.name, seat.seed, *totals, stands, answered)


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
    mine = counted.where(Score.run_id == seat.run_id, Score.fan_id == seat.fan_id, Round.n < n, Round.warm_up == 0)
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
