"""The public page of a run that is over: what was asked, what was right and why, the board, and the reader's own result.

Only what every screen has shown: a question that was revealed, with the key that counts now; one that became void says so
and repeats neither key nor explanation; a sealed one whose key never came is not there. There is no such page of a run that
has not ended (or was reopened), of a rehearsal, of a cancelled run, nor while a cohort still plays what it tells: whoever
watches there could read ahead in a private tab. Who was removed is not named; a hidden name is a number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Select, bindparam, select

from campaigns.bootstrap import Services
from campaigns.db.cohorts import Cohort, all_told
from campaigns.db.identities import seats_of
from campaigns.db.models import Activity, Campaign, Round, Run
from campaigns.db.records import Answer, Score, Standing
from campaigns.db.themes import ThemeRow
from campaigns.domain.activity import ActivityKind
from campaigns.domain.question import Words
from campaigns.domain.run import RunState
from campaigns.play.cards import card_token
from campaigns.play.told import BEST_FIRST, Asked, Line, Own, line, places, told

NEIGHBOURS = 3


@dataclass(frozen=True, slots=True)
class Afterwards:
    """`around`: the own line with its neighbours, where it is not listed. `card`: what stands behind /s/ for the reader."""

    code: str
    campaign_id: int
    title: Words
    activity: Words
    look: Any
    of: int
    asked: tuple[Asked, ...]
    top: tuple[Line, ...]
    around: tuple[Line, ...]
    own: Line | None
    card: str | None
    stream: str | None  # the name of the cohort whose board this is


def has_afterwards(services: Services, run_id: int) -> bool:
    with services.reading() as sql:
        return sql.execute(_over().where(Run.id == run_id)).one_or_none() is not None


def waits_for_a_stream(services: Services, code: str) -> bool:
    """It is over here, and told once the viewers of a stream who are behind have seen the end too."""
    over = (Run.state == RunState.ENDED, ~Run.rehearsal, ~all_told())
    with services.reading() as sql:
        found = select(Run.id).outerjoin(Cohort, Cohort.run_id == Run.id).where(Run.code == as_typed(code), *over)
        return sql.scalar(found) is not None


def as_typed(code: str) -> str:
    return "".join(code.split()).upper()[:20]


def afterwards(services: Services, code: str, fan_id: int | None) -> Afterwards | None:
    """None: there is no such page. `fan_id`: who reads it, if that is known."""
    with services.reading() as sql:
        run = sql.execute(_over_by_code(), {"code": as_typed(code)}).one_or_none()
        if run is None:
            return None
        all_read = told(services, sql, run)
        own = _own_place(sql, run, fan_id) if fan_id is not None else None
        mine = own.fan_id if own is not None else None
        listed = {each.fan_id for each in all_read.top}
        near = [] if own is None or mine in listed else _around(sql, run, own)
        said = _said(sql, run.id, mine) if mine is not None else {}
        return Afterwards(
            code=run.code,
            campaign_id=run.campaign_id,
            title=run.title,
            activity=run.activity,
            look=run.look,
            of=all_read.of,
            asked=tuple(_answered(each, said[each.id]) if each.id in said else each for each in all_read.asked),
            top=tuple(_marked(each, mine) for each in all_read.top),
            around=tuple(_marked(line(row, run), mine) for row in near if row.fan_id not in listed),
            own=_marked(line(own, run), mine) if own is not None else None,
            card=card_token(services.secret, run.id, own.fan_id) if own is not None else None,
            stream=run.stream,
        )


@cache  # here and below: building it costs more than running it, and a whole hall comes at once
def _over() -> Select[*tuple[Any, ...]]:
    columns: list[Any] = [Run.id, Run.code, Run.campaign_id, Run.names_hidden, Campaign.title]
    columns += [Campaign.seq.label("campaign_seq"), Activity.title.label("activity")]
    columns += [ThemeRow.look, Cohort.name.label("stream")]
    run = select(*columns).join(Campaign, Campaign.id == Run.campaign_id)
    run = run.join(Activity, Activity.id == Run.activity_id).outerjoin(Cohort, Cohort.run_id == Run.id)
    run = run.outerjoin(ThemeRow, ThemeRow.campaign_id == Run.campaign_id)
    return run.where(Run.state == RunState.ENDED, ~Run.rehearsal, Activity.kind == ActivityKind.RUSH, all_told())


@cache
def _over_by_code() -> Select[*tuple[Any, ...]]:
    return _over().where(Run.code == bindparam("code"))


# --- the reader's own ---------------------------------------------------------------------------------------------


def _own_place(sql: Connection, run: Row[Any], fan_id: int) -> Row[Any] | None:
    """Also of the guest that this member once was. Who that is asks a query of its own: as a condition of the other one it
    has the board read from the first place down."""
    seats = sql.scalars(seats_of(fan_id)).all()
    mine = places(run.campaign_id, run.id).where(Standing.fan_id.in_(seats))
    return sql.execute(mine.order_by(*BEST_FIRST).limit(1)).one_or_none()


def _around(sql: Connection, run: Row[Any], own: Row[Any]) -> list[Row[Any]]:
    """Alone, until places are numbered: moments after the end, or after a correction."""
    here = {"campaign": run.campaign_id, "run": run.id, "place": own.place}
    before, after = sql.execute(_beside(ahead=True), here).all(), sql.execute(_beside(ahead=False), here).all()
    return [*reversed(before), own, *after]


@cache
def _beside(*, ahead: bool) -> Any:
    """The nearest on one side. Names come to the few that were found; who was removed since the last settlement leaves a gap."""
    own = bindparam("place", type_=BigInteger)
    beyond, order = (Standing.place < own, Standing.place.desc()) if ahead else (Standing.place > own, Standing.place)
    near = select(Standing.fan_id).where(Standing.run_id == bindparam("run"), beyond).order_by(order).limit(NEIGHBOURS)
    nearest = near.subquery()
    named = places(bindparam("campaign"), bindparam("run")).join(nearest, nearest.c.fan_id == Standing.fan_id)
    return named.order_by(order)


def _said(sql: Connection, run_id: int, fan_id: int) -> dict[int, Row[Any]]:
    """The reader's answers by round, with what they were worth."""
    return {row.round_id: row for row in sql.execute(_answers(), {"run": run_id, "fan": fan_id})}


@cache
def _answers() -> Select[*tuple[Any, ...]]:
    judged = (Score.round_id == Round.id) & (Score.version == Round.version) & (Score.fan_id == Answer.fan_id)
    columns: list[Any] = [Answer.round_id, Answer.places, Answer.value, Score.right, Score.score, Score.elapsed_ms]
    rows = select(*columns).join(Round, Round.id == Answer.round_id).join(Score, judged)
    return rows.where(Round.run_id == bindparam("run"), Answer.fan_id == bindparam("fan"))


def _answered(each: Asked, said: Row[Any]) -> Asked:
    """A void question repeats no answer either."""
    if each.voided:
        return each
    own = Own(bool(said.right), said.score, said.elapsed_ms or 0, said.value)
    choices = tuple(replace(choice, own=at in said.places) for at, choice in enumerate(each.choices))
    return replace(each, choices=choices, own=own)


def _marked(each: Line, mine: int | None) -> Line:
    return replace(each, own=True) if each.fan_id == mine else each
