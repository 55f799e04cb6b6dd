"""A fan's own standing after a reveal: one answer to one jittered question per page, read for many at once."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from redis import RedisError
from sqlalchemy import ARRAY, BigInteger, Connection, Row, Select, bindparam, column, func, select, true

from campaigns.bootstrap import Services
from campaigns.db.editions import board_edition
from campaigns.db.models import Base, Round, Run
from campaigns.db.records import Answer, Fallen, Score, Standing
from campaigns.domain.round import RoundState
from campaigns.domain.run import BEFORE_REVEAL
from campaigns.live.leaderboards import size_of
from campaigns.play.own import OwnFallen
from campaigns.play.seat import Seat
from campaigns.play.told import how_many

log = logging.getLogger("fanfare.standing")
NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """docs/messages.md, `standing`. `share`: the part of the survivors' pot in this round's score.

    `judged`: this fan was there when the round closed, so what comes next counts on from these totals.
    """

    round: str | None
    version: int
    judged: bool
    right: bool | None
    answered: bool
    gained: int
    bonus: int
    score: int
    rank: int | None
    of: int
    streak: int
    out: bool
    lives: int | None
    fallen: OwnFallen | None
    raw_ms: int | None
    network_ms: int | None
    elapsed_ms: int | None
    round_rank: int | None
    receipt: str | None
    flagged: bool
    share: int


def own_standing(services: Services, seat: Seat) -> OwnStanding | None:
    """None while the current round's result has not been told (law 6): the page asks again after the reveal."""
    return own_standings(services, [seat])[0]


def own_standings(services: Services, seats: Sequence[Seat]) -> list[OwnStanding | None]:
    """The same of many, in their order: one query for a run, because everybody asks within the same second."""
    found: dict[tuple[int, int], OwnStanding] = {}
    for run_id in {seat.run_id for seat in seats}:
        with services.reading() as sql:
            of_run = _of_run(services, sql, run_id, {seat.fan_id for seat in seats if seat.run_id == run_id})
            found.update({(run_id, fan): standing for fan, standing in of_run})
    return [found.get((seat.run_id, seat.fan_id)) for seat in seats]


def _of_run(
    services: Services, sql: Connection, run_id: int, fans: Collection[int]
) -> Iterator[tuple[int, OwnStanding]]:
    size: int | None = None
    for row in sql.execute(_everything(), {"run": run_id, "fans": list(fans)}).all():
        if not _told(row):
            return
        score, answer, total, fallen = (_part(row, table) for table in (Score, Answer, Standing, Fallen))
        if total is not None and size is None:
            size = _size(services, sql, run_id, row.edition)
        rank, of = (None, 0) if total is None else (total.rank, size or 0)
        own = None if fallen is None else OwnFallen(fallen.score, fallen.rank)
        yield row.fan, _standing(row, score, answer, total, own, rank, of)


def _told(row: Row[Any]) -> bool:
    """A void round is told once its settlement as such has put it on the screens."""
    return row.state == RoundState.REVEALED or (row.state == RoundState.VOID and row.scene not in BEFORE_REVEAL)


@cache  # building it costs more than running it, and a whole hall asks at once
def _everything() -> Select[*tuple[Any, ...]]:
    """The current round with each fan's rows of four tables beside it, columns prefixed by their table."""
    fans = func.unnest(bindparam("fans", type_=ARRAY(BigInteger))).table_valued(column("fan", BigInteger), name="asks")
    asks = fans.render_derived()
    fan = asks.c.fan
    columns: list[Any] = [fan, Round.id, Round.state, Round.version, Run.scene, Run.rules]
    columns.append(board_edition(bindparam("run")).label("edition"))
    for table in (Score, Answer, Standing, Fallen):
        columns += [table.__table__.columns[name].label(label) for name, label in _columns(table)]
    judged = (Score.round_id == Round.id) & (Score.version == Round.version) & (Score.fan_id == fan)
    said = (Answer.round_id == Round.id) & (Answer.fan_id == fan)
    place = (Standing.run_id == Run.id) & (Standing.fan_id == fan)
    outside = (Fallen.run_id == Run.id) & (Fallen.fan_id == fan)
    joined = select(*columns).select_from(Run).join(Round, Run.round_id == Round.id).join(asks, true())
    joined = joined.outerjoin(Score, judged).outerjoin(Answer, said).outerjoin(Standing, place)
    joined = joined.outerjoin(Fallen, outside)
    return joined.where(Run.id == bindparam("run"))


def _part(row: Row[Any], table: type[Base]) -> Any:
    """The columns of one table; None where the outer join found no row."""
    names = _columns(table)
    values = {name: row._mapping[label] for name, label in names}
    return SimpleNamespace(**values) if values["fan_id"] is not None else None


@cache
def _columns(table: type[Base]) -> list[tuple[str, str]]:
    return [(each.name, f"{table.__tablename__}_{each.name}") for each in table.__table__.columns]


def _size(services: Services, sql: Connection, run_id: int, edition: int) -> int:
    """From Redis when its board is that of the row just read, else as the last settlement told it: counting takes too long.

    Inexact by those who are removed while Redis is away or the board is being written, until the next settlement.
    """
    try:
        size = size_of(services.live, run_id, edition)
    except RedisError as error:
        log.warning("board of run %s: %s", run_id, error)
        size = None
    return how_many(sql, run_id) if size is None else size


def _standing(
    row: Row[Any], score: Any, answer: Any, total: Any, fallen: OwnFallen | None, rank: int | None, of: int
) -> OwnStanding:
    raw_ms = None if answer is None else max(0, answer.received_ns - answer.opened_ns) // NS_PER_MS
    elapsed_ms = None if score is None else score.elapsed_ms
    network_ms = None if raw_ms is None or elapsed_ms is None else raw_ms - elapsed_ms
    pot = score is not None and row.rules["rule"] == "survival"
    return OwnStanding(
        round=str(row.id),
        version=row.version,
        judged=score is not None,
        right=None if score is None else score.right,
        answered=answer is not None,
        gained=0 if score is None else score.score,
        bonus=0 if score is None else score.bonus,
        score=0 if total is None else total.score,
        rank=rank,
        of=of,
        streak=0 if total is None else total.streak,
        out=False if total is None else total.out,
        lives=None if total is None or row.rules["rule"] != "survival" else total.lives,
        fallen=fallen,
        raw_ms=raw_ms,
        network_ms=network_ms,
        elapsed_ms=elapsed_ms,
        round_rank=None if score is None else score.rank,
        receipt=None if answer is None else answer.receipt,
        flagged=False if score is None else score.flagged,
        share=score.score if pot and score is not None else 0,
    )
