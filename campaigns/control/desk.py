"""What the run desk must know beyond the scene: the keys, what comes next, the state of every round. Operators only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from campaigns.bootstrap import Services
from campaigns.control.reopening import time_left
from campaigns.control.screens import wall_of
from campaigns.db.models import QuestionVersion, Round, Run
from campaigns.db.question_rows import question_from
from campaigns.db.records import FOLLOWS, Settlement
from campaigns.db.rehearsals import Rehearsal
from campaigns.db.turns import IN_TURN
from campaigns.domain.moment import Moment
from campaigns.domain.question import Kind, Words, public
from campaigns.domain.rehearsal import Plan
from campaigns.domain.round import RoundState
from campaigns.domain.run import RoundNow, RunState, Scene, Step, back_step, next_step
from campaigns.domain.scene import BuzzPart
from campaigns.play.buzz import order_of, somebody_speaks
from campaigns.play.current import round_row
from campaigns.play.scene import key_on_the_wire

NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class KeyView:
    places: tuple[int, ...]
    value: float | None
    margin: float | None


@dataclass(frozen=True, slots=True)
class RoundView:
    id: str
    n: int  # below 0: skipped; of a warm-up: of the question before
    warm_up: int
    text: Words
    kind: str
    state: str
    version: int
    counted: int  # how often it was judged on its own account, not because an earlier question changed
    sealed: bool
    seconds: int
    choices: tuple[Words, ...]
    unit: Words
    places: tuple[int, ...] | None
    value: float | None
    margin: float | None
    explanation: Words
    buzz: BuzzPart | None = None  # of a buzzer that has been judged: who might have been right


@dataclass(frozen=True, slots=True)
class CurrentView:
    id: str
    state: str
    key: KeyView | None
    explanation: Words
    sealed: bool


@dataclass(frozen=True, slots=True)
class UpcomingView:
    n: int
    warm_up: bool
    text: Words
    kind: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class NextView:
    step: str
    seq: int


@dataclass(frozen=True, slots=True)
class SwitchesView:
    auto_reveal: bool
    close_when_all: bool


@dataclass(frozen=True, slots=True)
class WallView:
    """`shown`: the screens follow this run, else the run of this code; `chosen`: by an operator's word."""

    shown: bool
    chosen: bool
    code: str | None


@dataclass(frozen=True, slots=True)
class DeskView:
    """The part of the `desk` packet that comes from SQL (docs/messages.md)."""

    next: NextView
    round: CurrentView | None
    upcoming: UpcomingView | None
    rounds: tuple[RoundView, ...]
    switches: SwitchesView
    wall: WallView
    paused: bool
    by_itself: bool  # a rehearsal that nobody needs to conduct
    back: str  # what one step back would show
    reopen_until_ms: float | None  # ended so short a time ago that it can be taken back


def desk_view(services: Services, run_id: int) -> DeskView:
    """Repeatable read: a step must carry the seq of the state it was worked out from, or pressing it is refused as stale."""
    with services.sql.connect().execution_options(isolation_level="REPEATABLE READ") as sql:
        run = sql.execute(select(Run).where(Run.id == run_id)).one()
        rounds = _rounds(sql, run)
        speaks = _speaks(sql, run)
        plan = sql.scalar(select(Rehearsal.plan).where(Rehearsal.run_id == run_id)) if run.rehearsal else None
    wall = wall_of(services, run.campaign_id)
    current = next((view for view in rounds if view.id == str(run.round_id)), None)
    done = (current.n, current.warm_up) if current else (0, 0)
    coming = next((view for view in rounds if (view.n, view.warm_up) > done), None)
    return DeskView(
        next=NextView(str(_step(run, current, coming, speaks)), run.seq),
        round=_current(current) if current else None,
        upcoming=UpcomingView(coming.n, coming.warm_up > 0, coming.text, coming.kind, coming.sealed)
        if coming
        else None,
        rounds=tuple(rounds),
        switches=SwitchesView(run.auto_reveal, run.close_when_all),
        wall=WallView(wall.run_id == run_id, wall.chosen, wall.code),
        paused=run.state == RunState.PAUSED,
        by_itself=plan is not None and Plan.from_dict(plan).by_itself,
        back=str(back_step(Scene(run.scene), run.podium_step, paused=run.state == RunState.PAUSED)),
        reopen_until_ms=_reopen_until_ms(run, services.now()),
    )


def _reopen_until_ms(run: Row[Any], now: Moment) -> float | None:
    left = time_left(run, now.at)
    return now.ns / NS_PER_MS + left / timedelta(milliseconds=1) if left else None


def _step(run: Row[Any], current: RoundView | None, coming: RoundView | None, speaks: bool | None) -> Step:
    now = None
    if current is not None:
        keyless = current.places is None and current.value is None
        here = (RoundState(current.state), current.sealed and keyless)
        now = RoundNow(*here, coming is None, not current.warm_up, speaks)
    return next_step(Scene(run.scene), now, run.podium_step, paused=run.state == RunState.PAUSED)


def _speaks(sql: Connection, run: Row[Any]) -> bool | None:
    """At a buzzer that waits for its marks: there is somebody left to be asked."""
    row = round_row(sql, run.round_id)
    waits = row is not None and row.state == RoundState.CLOSED and row.body["kind"] == Kind.BUZZER
    return somebody_speaks(sql, run, row) if row is not None and waits else None


def _current(view: RoundView) -> CurrentView:
    known = view.places is not None or view.value is not None
    key = KeyView(view.places or (), view.value, view.margin) if known else None
    return CurrentView(view.id, view.state, key, view.explanation, view.sealed)


def _rounds(sql: Connection, run: Row[Any]) -> list[RoundView]:
    newest = select(Settlement.key).where(Settlement.round_id == Round.id).order_by(Settlement.version.desc()).limit(1)
    own = select(func.count()).where(Settlement.round_id == Round.id, Settlement.settled_at.is_not(None))
    counted = own.where(Settlement.why.is_distinct_from(FOLLOWS)).scalar_subquery().label("counted")
    columns = (Round, QuestionVersion.body, QuestionVersion.key.label("authored_key"))
    joined = select(*columns, newest.scalar_subquery().label("judged_key"), counted)
    joined = joined.join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    return [
        _view(sql, run, row)
        for row in sql.execute(joined.where(Round.run_id == run.id).order_by(Round.n < 0, *IN_TURN))
    ]


def _view(sql: Connection, run: Row[Any], row: Row[Any]) -> RoundView:
    question = question_from(row.body, None)
    asked = public(question, tuple(row.choice_order))
    key = (row.judged_key or row.authored_key) if row.state != RoundState.VOID else None
    places, value, margin = key_on_the_wire(key, row.choice_order)
    return RoundView(
        id=str(row.id),
        n=row.n,
        warm_up=row.warm_up,
        text=asked.text,
        kind=str(asked.kind),
        state=row.state,
        version=row.version,
        counted=row.counted,
        sealed=question.sealed,
        seconds=row.seconds,
        choices=asked.choices,
        unit=asked.unit,
        places=places if key is not None and "value" not in key else None,  # of marks: ()
        value=value,
        margin=margin if margin is not None else question.margin,
        explanation=question.explanation,
        buzz=order_of(sql, run, row, over=True) if question.kind is Kind.BUZZER and row.version else None,
    )
