"""What is due now: deadlines that have passed and work without a worker. Found in SQL, done by compare-and-set.

The web's ticker calls this for the runs it serves, several times a second; the sweeper for all, once a second. Both may do
it at the same instant: one of them moves the round, the other finds it moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import aliased

from campaigns.bootstrap import Services
from campaigns.control import transitions
from campaigns.control.conduct import open_lobby, read_run
from campaigns.control.following import follow
from campaigns.control.seasons import is_season, keep_season, opens_by
from campaigns.control.skipping import skipped
from campaigns.db.cohorts import Cohort
from campaigns.db.events import Transition
from campaigns.db.models import Round, Run
from campaigns.db.plays import Play
from campaigns.domain.moment import Moment
from campaigns.domain.round import RoundState
from campaigns.domain.run import RunState
from campaigns.play.cohorts import cohort_of, deed_now, next_deed
from campaigns.settle.plays import plays_due
from campaigns.settle.rounds import waiting

CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Work:
    """Jobs that the record asks for: (name, row id)."""

    jobs: tuple[tuple[str, int], ...]


def keep_time(services: Services, run_id: int) -> bool:
    """Announce or close the run's current round, open its lobby, open or close a season, do what the hall did, if due. True
    when something moved."""
    if not _due(services, run_id):
        return False
    with services.transition(run_id) as change:
        run = read_run(change, run_id)
        if cohort_of(change.sql, run_id) is not None:
            return _keep_cohort(services, change, run)
        if is_season(run):
            return keep_season(change, run)
        if run.state == RunState.SCHEDULED:
            due = run.starts_at is not None and run.starts_at <= change.now.at
            return due and (skipped(change, run, run.starts_at, CLOCK) or open_lobby(change, run, CLOCK))
        row = transitions.current_round(change, run)
        if row is None or run.state != RunState.PLAYING or not _round_due(row, change.now):
            return False
        if row.state == RoundState.READING:
            return transitions.announce(change, run, row, CLOCK)
        return transitions.close(change, run, row, CLOCK)


def _keep_cohort(services: Services, change: Transition, run: Row[Any]) -> bool:
    """Its round closes by its own clock; all else is done when the hall's hand has done it, the delay later. What was due
    before that closing comes first: ten seconds more or a pause, pressed in the last moment."""
    row = transitions.current_round(change, run)
    playing = row is not None and row.state == RoundState.OPEN and run.state == RunState.PLAYING
    if row is None or not playing or not _round_due(row, change.now):
        return follow(change, run.id, services.now)
    found = next_deed(change.sql, cohort_of(change.sql, run.id))
    if found is not None and found[1] <= row.closes_at and follow(change, run.id, services.now):
        return True
    return transitions.close(change, run, row, CLOCK) or follow(change, run.id, services.now)


def close_answered(services: Services, run_id: int, round_id: int) -> bool:
    """Close the round because every connected fan has answered."""
    with services.transition(run_id) as change:
        run = read_run(change, run_id)
        row = transitions.current_round(change, run)
        if row is None or row.id != round_id or not run.close_when_all or row.state != RoundState.OPEN:
            return False  # `transitions.close` refuses while the clock stands still
        return transitions.close(change, run, row, "fans")


def runs_in_time(services: Services) -> list[int]:
    """Runs that have a clock running: scheduled, reading or open."""
    with services.reading() as sql:
        return list(sql.scalars(_ticking()))


def work_due(services: Services) -> Work:
    """Settlements without a result, awards behind their version; open plays of closed seasons, results not settled."""
    with services.reading() as sql:
        jobs = [("settle_round", round_id) for round_id in sorted({row.round_id for row in sql.execute(waiting())})]
        behind = select(Run.id).where(Run.award_version != Run.awarded_version, Run.rehearsal.is_(False))
        behind = behind.where(Run.state == RunState.ENDED)
        jobs += [("award_badges", run_id) for run_id in sql.scalars(behind)]
        jobs += [("end_plays", run_id) for run_id in sql.scalars(_left_open())]
    if plays_due(services):
        jobs.append(("settle_plays", 0))
    return Work(tuple(jobs))


def _left_open() -> Select[Any]:
    """Seasons that are over and have plays that are not."""
    over = select(Run.id).where(Run.state.in_((RunState.ENDED, RunState.CANCELLED)))
    return over.where(exists().where(Play.run_id == Run.id, Play.ended_at.is_(None)))


def _ticking() -> Select[Any]:
    current = select(Run.id).outerjoin(Round, Round.id == Run.round_id)
    ticks = Round.state.in_((RoundState.READING, RoundState.OPEN)) | Run.ends_at.is_not(None)
    hall = aliased(Run)
    ahead = exists().where(Cohort.run_id == Run.id, hall.id == Cohort.of_run_id, hall.seq > Cohort.followed)
    behind = ahead & (Run.state != RunState.CANCELLED)
    return current.where((Run.state == RunState.SCHEDULED) | (ticks & (Run.state == RunState.PLAYING)) | behind)


def _due(services: Services, run_id: int) -> bool:
    """A look without a lock, so that a tick costs one small query."""
    columns = (Run.state.label("run_state"), Run.starts_at, Run.waves, Run.ends_at, Round.state, Round.boot_id)
    times = (Round.reading_until_ns, Round.closes_ns, Round.closes_at)
    cohort = (Cohort.run_id, Cohort.of_run_id, Cohort.delay_ms, Cohort.followed)
    now = services.now()
    with services.reading() as sql:
        joined = select(*columns, *times, *cohort).outerjoin(Round, Round.id == Run.round_id)
        row = sql.execute(joined.outerjoin(Cohort, Cohort.run_id == Run.id).where(Run.id == run_id)).one_or_none()
    if row is None:
        return False
    if row.of_run_id is not None:
        return row.run_state != RunState.CANCELLED and _cohort_due(services, row, now)
    if row.run_state == RunState.SCHEDULED:
        return opens_by(row.waves, row.starts_at, now.at)
    if row.run_state != RunState.PLAYING:
        return False
    return _round_due(row, now) or (row.ends_at is not None and row.ends_at <= now.at)


def _cohort_due(services: Services, row: Any, now: Moment) -> bool:
    if row.state == RoundState.OPEN and row.run_state == RunState.PLAYING and _round_due(row, now):
        return True
    with services.reading() as sql:
        return deed_now(sql, row, now) is not None


def _round_due(row: Any, now: Moment) -> bool:
    """Monotonic within this boot of the host; a round that outlived a boot is judged by wall time (reading: at once)."""
    same_boot = row.boot_id == now.boot_id
    if row.state == RoundState.READING:
        return not same_boot or row.reading_until_ns <= now.ns
    if row.state == RoundState.OPEN:
        return bool(row.closes_ns <= now.ns if same_boot else row.closes_at <= now.at)
    return False
