"""All that a web process keeps of a run in memory, read in one transaction so that its parts belong together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, select
from sqlalchemy.orm import aliased

from campaigns.bootstrap import Services
from campaigns.db.cohorts import is_hall
from campaigns.db.models import Activity, Campaign, Participation, Run, RunFan
from campaigns.db.naming import HeldName
from campaigns.db.plays import Play
from campaigns.db.records import Answer, Settlement
from campaigns.domain.activity import ActivityKind
from campaigns.domain.answer import RoundGate
from campaigns.domain.road import RoadPacket
from campaigns.domain.round import RoundState
from campaigns.domain.run import RunState
from campaigns.domain.scene import ScenePacket
from campaigns.play.cohorts import next_due_ns
from campaigns.play.current import gate_of, round_row, run_row
from campaigns.play.quiz.road import load_road
from campaigns.play.scene import scene_of

NS_PER_MS = 1_000_000
LINGERS = timedelta(hours=1)  # how long what is over keeps the wall from a quiz that is open
REHEARSED = timedelta(minutes=1)  # how long a rehearsal that is over stays on the screens
ON_STAGE = (RunState.PLAYING, RunState.PAUSED, RunState.PODIUM)


@dataclass(frozen=True, slots=True)
class LiveRun:
    """The packet for everybody, the gate, and when the clock has to be looked at next (`due_ns`, monotonic).

    `answered`: fans with an answer to the current round, until its result tells how many (`told`); `removed`: fans whose pages
    have to go, and why; `follows`: the hall's run, of a cohort's.
    """

    run_id: int
    campaign_id: int
    packet: ScenePacket | RoadPacket
    gate: RoundGate | None
    cap_ns: int
    close_when_all: bool
    answered: frozenset[int]
    told: int | None
    removed: dict[int, str]
    due_ns: int | None
    scheduled: bool
    named: dict[int, str]  # fans whose names an operator has touched, as they are called now
    follows: int | None = None

    @property
    def is_quiz(self) -> bool:
        return isinstance(self.packet, RoadPacket)


def load_live(services: Services, run_id: int) -> LiveRun:
    """Repeatable read: scene, gate and answers of one instant."""
    with services.sql.connect().execution_options(isolation_level="REPEATABLE READ") as sql:
        run = run_row(sql, run_id)
        row = round_row(sql, run.round_id)
        packet = load_road(sql, run_id) if run.kind == ActivityKind.QUIZ else scene_of(sql, run, row)
        removed = _removed(sql, run_id, run.campaign_id)
        named = _named(sql, run_id, run.campaign_id)
        told = _told(sql, row) if row is not None and row.state == RoundState.REVEALED else None
        fans = _answered(sql, row.id) - removed.keys() if row is not None and told is None else frozenset[int]()
        follow_ns = next_due_ns(sql, run, services.now()) if run.of_run_id is not None else None
    due = {RoundState.READING: "reading_until_ns", RoundState.OPEN: "closes_ns"}
    column = due.get(RoundState(row.state)) if row is not None and run.state == RunState.PLAYING else None
    if run.of_run_id is not None and column == "reading_until_ns":
        column = None  # it is the hall that ends the reading
    times_ns = [ns for ns in (getattr(row, column) if column else None, follow_ns) if ns is not None]
    return LiveRun(
        run_id=run_id,
        campaign_id=run.campaign_id,
        packet=packet,
        gate=gate_of(row),
        cap_ns=run.rules["cap_ms"] * NS_PER_MS,
        close_when_all=run.close_when_all,
        answered=fans,
        told=told,
        removed=removed,
        due_ns=min(times_ns, default=None),
        scheduled=run.state == RunState.SCHEDULED,
        named=named,
        follows=run.of_run_id,
    )


def answered_by(services: Services, round_id: int) -> frozenset[int]:
    """Fans with an answer to this round, wherever it was given."""
    with services.reading() as sql:
        return _answered(sql, round_id)


def _answered(sql: Connection, round_id: int) -> frozenset[int]:
    return frozenset(sql.scalars(select(Answer.fan_id).where(Answer.round_id == round_id)))


def _told(sql: Connection, row: Row[Any]) -> int | None:
    """How many answered, by the result that counts."""
    settled = select(Settlement.result).where(Settlement.round_id == row.id, Settlement.version == row.version)
    result = sql.scalar(settled)
    return None if result is None else int(result["answered"])


def _removed(sql: Connection, run_id: int, campaign_id: int) -> dict[int, str]:
    own = (Participation.fan_id == RunFan.fan_id) & (Participation.campaign_id == campaign_id)
    kicked = select(RunFan.fan_id, Participation.banned_at).join(Participation, own)
    rows = sql.execute(kicked.where(RunFan.run_id == run_id, RunFan.kicked_at.is_not(None)))
    return {row.fan_id: "kicked" if row.banned_at is None else "banned" for row in rows}


def _named(sql: Connection, run_id: int, campaign_id: int) -> dict[int, str]:
    own = (Participation.fan_id == HeldName.fan_id) & (Participation.campaign_id == campaign_id)
    names = select(HeldName.fan_id, Participation.nickname).join(Participation, own)
    here = names.join(RunFan, (RunFan.fan_id == HeldName.fan_id) & (RunFan.run_id == run_id))
    return {row.fan_id: row.nickname for row in sql.execute(here.where(HeldName.campaign_id == campaign_id))}


def newest(services: Services, run_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Run → (newest event, fans who joined): what web processes ask once a second, bus or no bus."""
    joined = select(func.count()).where(RunFan.run_id == Run.id, RunFan.kicked_at.is_(None)).scalar_subquery()
    with services.sql.connect() as sql:
        rows = sql.execute(select(Run.id, Run.seq, joined.label("joined")).where(Run.id.in_(run_ids)))
        return {row.id: (row.seq, row.joined) for row in rows}


def newest_run(services: Services, campaign_id: int) -> int | None:
    """The run that the campaign's displays follow: the one an operator chose, else the rush being played, else where
    something happened last, else the next.

    A quiz is open for days: it takes the wall when it opens and gives it up to a rush whose lobby opens, and gets it back
    an hour after that is over. A lobby into which nobody came for an hour leaves the wall to a quiz that is played: one that
    was left open would keep it for ever. A rehearsal that is over is seen no more after a minute. `seq` counts the campaign's
    events, so the highest one is the run with the newest.
    """
    own = select(Run.id).join(Campaign, Campaign.id == Run.campaign_id).join(Activity, Activity.id == Run.activity_id)
    rehearsed = Run.rehearsal & func.coalesce(Run.ended_at < services.now().at - REHEARSED, False)
    own = own.where(Campaign.id == campaign_id, ~rehearsed, is_hall())
    chosen = own.where(Run.id == Campaign.wall_run_id, Run.state != RunState.CANCELLED)
    long_ago = services.now().at - LINGERS
    begun = own.where(
        Run.state.not_in((RunState.SCHEDULED, RunState.CANCELLED)), ~_forgotten_beside_a_quiz(campaign_id, long_ago)
    )
    live_rush = Run.state.in_(ON_STAGE) & (Activity.kind != ActivityKind.QUIZ)
    past = func.coalesce(Run.ended_at < long_ago, False)
    begun = begun.order_by(live_rush.desc(), past, Run.seq.desc()).limit(1)
    coming = own.where(Run.state == RunState.SCHEDULED).order_by(Run.starts_at).limit(1)
    with services.sql.connect() as sql:
        found = (sql.scalar(each) for each in (chosen, begun, coming))
        return next((run_id for run_id in found if run_id is not None), None)


def _forgotten_beside_a_quiz(campaign_id: int, long_ago: datetime) -> ColumnElement[bool]:
    """A lobby without anybody, open for long, while a quiz that has been played is open."""
    inside = exists().where(RunFan.run_id == Run.id, RunFan.kicked_at.is_(None))
    other = aliased(Run)
    season = exists().where(other.campaign_id == campaign_id, other.state == RunState.PLAYING, Play.run_id == other.id)
    opened = func.coalesce(Run.starts_at, Run.created_at)
    return (Run.state == RunState.LOBBY) & (opened < long_ago) & ~inside.correlate(Run) & season.correlate()
