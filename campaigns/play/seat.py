"""A fan's seat in a run. What this fan alone sees beside the scene stands in own.py.

A hall that comes back does so at once: seats are read for many together, in as many queries as for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from campaigns.bootstrap import Services
from campaigns.db.among import among
from campaigns.db.cohorts import seated_beside
from campaigns.db.models import Fan, Participation, RunFan
from campaigns.play.join import JoinRefusal, RunCard, find_runs


@dataclass(frozen=True, slots=True)
class Seat:
    run_id: int
    campaign_id: int
    fan_id: int
    public: str
    name: str
    seed: int


Found = Seat | JoinRefusal | None


def seat_of(services: Services, code: str, fan_id: int) -> Found:
    """The fan's seat in the run with this code; a refusal, or None for a fan who has not joined."""
    return seats_of(services, [(code, fan_id)])[0]


def seats_of(services: Services, asked: Sequence[tuple[str, int]]) -> list[Found]:
    """The same of many (code, fan) at once, in their order."""
    runs = find_runs(services, {code for code, _ in asked})
    found: dict[tuple[int, int], Found] = {}
    with services.reading() as sql:
        for run in {run.id: run for run in runs.values()}.values():
            here = {fan for code, fan in asked if (card := runs.get(code)) is not None and card.id == run.id}
            found |= {(run.id, fan): seat for fan, seat in _seats_in(sql, run, here)}
    cards = [(runs.get(code), fan) for code, fan in asked]
    return [JoinRefusal.NO_RUN if run is None else found.get((run.id, fan)) for run, fan in cards]


def _seats_in(sql: Connection, run: RunCard, fans: set[int]) -> Iterable[tuple[int, Found]]:
    """In the order in which join.py asks: banned, sent away, at home in another run of the family."""
    own = (Participation.fan_id == Fan.id) & (Participation.campaign_id == run.campaign_id)
    seat = (RunFan.fan_id == Fan.id) & (RunFan.run_id == run.id)
    rows = select(Fan.id, Fan.public, Participation.nickname, Participation.banned_at, RunFan.kicked_at, RunFan.seed)
    rows = rows.outerjoin(Participation, own).outerjoin(RunFan, seat).where(among(Fan.id, fans))
    beside = set() if run.family is None else set(sql.scalars(seated_beside(run.family, run.id, fans)))
    return [(row.id, _seat(run, row, seated=row.id in beside)) for row in sql.execute(rows)]


def _seat(run: RunCard, row: Any, *, seated: bool) -> Found:
    if row.banned_at is not None:
        return JoinRefusal.BANNED
    if row.kicked_at is not None:
        return JoinRefusal.KICKED
    if seated:
        return JoinRefusal.SEATED
    if row.nickname is None or row.seed is None:
        return None
    return Seat(run.id, run.campaign_id, row.id, row.public, row.nickname, row.seed)
