"""Prizes as operators see them: what a rush gives, who may claim it, and handing it over once.

A code is redeemed by one conditional UPDATE; of two desks that type it at once one is told that it was the other. Operators
never see codes, only whose they are: who can read a list could otherwise take every prize on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from campaigns.bootstrap import Services
from campaigns.control.definitions import RUSH, Edit
from campaigns.control.edits import Note, What, claim, differing, names_of_operators
from campaigns.db.models import Activity, Participation, Run
from campaigns.db.prizes import Claim
from campaigns.db.records import Standing
from campaigns.domain.errors import NotFound
from campaigns.domain.prizes import Prize, checked, code_as_typed
from campaigns.domain.question import Words
from campaigns.domain.run import RunState
from campaigns.settle.awards import settling


class Redeeming(StrEnum):
    REDEEMED = "redeemed"
    ALREADY = "already"  # by another desk, or this one before
    WITHDRAWN = "withdrawn"  # a correction took it back
    NOT_YET = "not_yet"  # the run is open again, or being counted again
    UNKNOWN = "unknown"  # no such code in this run


class ClaimState(StrEnum):
    OPEN = "open"
    REDEEMED = "redeemed"
    TOO_LATE = "too_late"  # handed over, and taken back by a correction afterwards


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """`by`: the operator's name; empty while open."""

    prize: Words
    name: str
    rank: int | None
    state: ClaimState
    made_at: datetime
    redeemed_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class Redeemed:
    """`line`: whose code it is, where that is known."""

    outcome: Redeeming
    line: ClaimLine | None = None


def prizes_of(services: Services, rush_id: int) -> tuple[Prize, ...]:
    """What runs made from now on will give."""
    with services.reading() as sql:
        stored = sql.scalar(select(Activity.prizes).where(Activity.id == rush_id, Activity.kind == RUSH))
    if stored is None:
        raise NotFound(f"rush {rush_id}")
    return tuple(map(Prize.from_dict, stored))


def edit_prizes(services: Services, rush_id: int, version: int, prizes: Sequence[Prize], by: str) -> Edit:
    """Raises BadInput. Runs that exist already keep the prizes they were made with."""
    wanted = [prize.to_dict() for prize in checked(prizes)]
    before = [prize.to_dict() for prize in prizes_of(services, rush_id)]
    changed = differing({"prizes": before}, {"prizes": wanted})
    with services.sql.begin() as sql:
        if not claim(sql, rush_id, version, services.now().at, Note(by, What.FIELDS, changed)):
            return Edit.STALE
        sql.execute(update(Activity).where(Activity.id == rush_id).values(prizes=wanted))
    return Edit.SAVED


def claims_of(services: Services, run_id: int) -> list[ClaimLine]:
    """Those that stand, by prize and place; and what was handed over and should not have been."""
    stand = Claim.withdrawn_at.is_(None) | Claim.redeemed_at.is_not(None)
    with services.reading() as sql:
        rows = sql.execute(_lines().where(Claim.run_id == run_id, stand).order_by(Claim.prize, Standing.rank, Claim.id))
        return _named(sql, rows.all())


def redeem(services: Services, run_id: int, typed: str, actor: str) -> Redeemed:
    """Hand over what this code is for. NotFound: no such run."""
    code = code_as_typed(typed)
    mine = (Claim.run_id == run_id, Claim.code == code)
    with services.transition(run_id) as change:
        if not _counted(change.sql, run_id):
            return Redeemed(Redeeming.NOT_YET)
        free = update(Claim).where(*mine, Claim.redeemed_at.is_(None), Claim.withdrawn_at.is_(None))
        ours = change.sql.scalar(free.values(redeemed_at=change.now.at, redeemed_by=actor).returning(Claim.id))
        row = change.sql.execute(_lines().where(*mine)).one_or_none()
        if row is None:
            return Redeemed(Redeeming.UNKNOWN)
        line = _named(change.sql, [row])[0]
        if ours is not None:
            change.note(run_id, "prize_redeemed", actor, prize=row.prize, fan=row.fan_id)
            return Redeemed(Redeeming.REDEEMED, line)
    return Redeemed(Redeeming.ALREADY if row.redeemed_at is not None else Redeeming.WITHDRAWN, line)


def _counted(sql: Connection, run_id: int) -> bool:
    """It has ended, and who has won what is written in its newest version."""
    run = sql.execute(select(Run.state, Run.award_version, Run.awarded_version).where(Run.id == run_id)).one()
    newest = run.state == RunState.ENDED and run.award_version == run.awarded_version
    return bool(newest and not settling(sql, run_id))


def _lines() -> Any:
    columns = (Claim.prize, Claim.fan_id, Claim.made_at, Claim.withdrawn_at, Claim.redeemed_at, Claim.redeemed_by)
    place = (Standing.run_id == Claim.run_id) & (Standing.fan_id == Claim.fan_id)
    here = (Participation.campaign_id == Run.campaign_id) & (Participation.fan_id == Claim.fan_id)
    joined = select(*columns, Run.prizes, Standing.rank, Participation.nickname).join(Run, Run.id == Claim.run_id)
    return joined.outerjoin(Standing, place).outerjoin(Participation, here)


def _named(sql: Connection, rows: Sequence[Row[Any]]) -> list[ClaimLine]:
    names = names_of_operators(sql, {row.redeemed_by for row in rows if row.redeemed_by})
    return [_line(row, names.get(row.redeemed_by, "")) for row in rows]


def _line(row: Row[Any], by: str) -> ClaimLine:
    state = ClaimState.OPEN
    if row.redeemed_at is not None:
        state = ClaimState.REDEEMED if row.withdrawn_at is None else ClaimState.TOO_LATE
    name, prize = row.nickname or "", row.prizes[row.prize]["name"]
    return ClaimLine(prize, name, row.rank, state, row.made_at, row.redeemed_at, by)
