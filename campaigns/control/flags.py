"""Fans of a run who are worth a second look, and why: read from the record when an operator asks, stored nowhere."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from campaigns.bootstrap import Services
from campaigns.control.people import Person, persons
from campaigns.db.models import Operator, Participation, Round, Run, RunFan
from campaigns.db.naming import DeviceMark
from campaigns.db.records import Score
from campaigns.domain.suspicion import Reason, known_by, one_device, passed_for

MOST_SHOWN = 100
IN_A_ROW = 100  # names looked at before the others have a turn


@dataclass(frozen=True, slots=True)
class Why:
    """`n`: how many answers, or fans at the device; `fastest_ms`; `like`: whose name it may be mistaken for."""

    reason: Reason
    n: int = 1
    fastest_ms: int | None = None
    like: str | None = None


@dataclass(frozen=True, slots=True)
class Flagged:
    person: Person
    why: tuple[Why, ...]


def flagged(services: Services, run_id: int) -> list[Flagged]:
    """Those with most reasons first; never those who were removed."""
    with services.reading() as sql:
        told = [*_superhuman(sql, run_id), *_devices(sql, run_id)]
        staff, names = known_by(sql.scalars(select(Operator.name))), _names(sql, run_id)
    found: dict[int, list[Why]] = {}
    for fan, why in (*told, *_staff(staff, names)):
        found.setdefault(fan, []).append(why)
    first = sorted(found, key=lambda fan: (-len(found[fan]), -found[fan][0].n, fan))[:MOST_SHOWN]
    with services.reading() as sql:
        known = {person.fan_id: person for person in persons(sql, run_id, first)}
    return [Flagged(known[fan], tuple(found[fan])) for fan in first if fan in known]


def _superhuman(sql: Connection, run_id: int) -> list[tuple[int, Why]]:
    """Warm-ups tell it too."""
    counts = select(Score.fan_id, func.count().label("n"), func.min(Score.elapsed_ms).label("fastest"))
    judged = counts.join(Round, (Round.id == Score.round_id) & (Round.version == Score.version))
    rows = sql.execute(judged.where(Round.run_id == run_id, Score.flagged).group_by(Score.fan_id))
    return [(row.fan_id, Why(Reason.SUPERHUMAN, row.n, row.fastest)) for row in rows]


def _devices(sql: Connection, run_id: int) -> list[tuple[int, Why]]:
    fans = func.array_agg(DeviceMark.fan_id)
    here = (RunFan.run_id == DeviceMark.run_id) & (RunFan.fan_id == DeviceMark.fan_id) & RunFan.kicked_at.is_(None)
    marks: Any = select(fans).join(RunFan, here).where(DeviceMark.run_id == run_id).group_by(DeviceMark.mark)
    shared = [each for each in sql.scalars(marks) if one_device(len(each))]
    return [(fan, Why(Reason.DEVICE, len(each))) for each in shared for fan in each]


def _names(sql: Connection, run_id: int) -> list[tuple[int, str]]:
    own = (Participation.fan_id == RunFan.fan_id) & (Participation.campaign_id == Run.campaign_id)
    names = select(RunFan.fan_id, Participation.nickname).join(Run, Run.id == RunFan.run_id).join(Participation, own)
    rows = sql.execute(names.where(RunFan.run_id == run_id, RunFan.kicked_at.is_(None)))
    return [(row.fan_id, row.nickname) for row in rows]


def _staff(staff: Mapping[str, str], names: list[tuple[int, str]]) -> Iterator[tuple[int, Why]]:
    """A large hall's names are a second of work, for one desk: everybody else has a turn in between."""
    for n, (fan, name) in enumerate(names if staff else ()):
        if n % IN_A_ROW == 0:
            time.sleep(0)  # gives the turn away (the web process runs on one thread), waits for nothing
        like = passed_for(name, staff)
        if like is not None:
            yield fan, Why(Reason.STAFF, like=like)
