"""Plays that are open when their season closes end there: as if their fans had stopped at the closing instant.

What was secured counts. A question whose time was over by then is answered by silence first, which may even pass a level.
The steps go through the journal's own statement, so a play gets its last step and its result together; one that somebody
else ends at the same time has that step already, and nothing is written twice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.models import Run
from campaigns.db.plays import Play
from campaigns.db.step_journal import StepEntry, commit, step_journal
from campaigns.domain.errors import FanfareError
from campaigns.domain.moment import Moment
from campaigns.domain.play import apply
from campaigns.domain.play_gate import overdue
from campaigns.domain.progress import PlayState
from campaigns.domain.run import RunState
from campaigns.domain.step import Step, StepKind
from campaigns.play.quiz.act import entry_of
from campaigns.play.quiz.plays import Playing, Plays

log = logging.getLogger("fanfare")
AT_ONCE = 500


@dataclass
class _Batch:
    """The first step to write of each play, then the second ones: a play that has both gets them in this order."""

    steps: list[list[StepEntry]] = field(default_factory=lambda: [[], []])


def end_plays(services: Services, run_id: int) -> bool:
    """End all open plays of a season that is over. False: there were none (or it is not over)."""
    closed = _closed(services, run_id)
    if closed is None:
        return False
    plays, last, any_ended = Plays(services, step_journal(services.answers_sql)), 0, False
    while ids := _open_plays(services, run_id, last):
        last = ids[-1]
        any_ended |= _end(plays, ids, closed)
    if any_ended:
        services.enqueue("settle_plays", run_id)
    return any_ended


def _closed(services: Services, run_id: int) -> Moment | None:
    """The instant of the closing, on both clocks of this boot."""
    columns = select(Run.state, Run.ends_at, Run.ended_at).where(Run.id == run_id)
    with services.reading() as sql:
        run = sql.execute(columns).one_or_none()
    if run is None or run.state not in (RunState.ENDED, RunState.CANCELLED) or run.ended_at is None:
        return None
    at: datetime = min(run.ended_at, run.ends_at or run.ended_at)
    now = services.now()
    return Moment(at, now.ns - int((now.at - at).total_seconds() * 1e9), now.boot_id)


def _open_plays(services: Services, run_id: int, after: int) -> list[int]:
    due = select(Play.id).where(Play.run_id == run_id, Play.ended_at.is_(None), Play.id > after)
    with services.reading() as sql:
        return list(sql.scalars(due.order_by(Play.id).limit(AT_ONCE)))


def _end(plays: Plays, ids: list[int], closed: Moment) -> bool:
    batch = _Batch()
    for play_id in ids:
        try:
            playing = plays.reread(play_id, closed)
            if playing is not None and playing.progress.state is not PlayState.ENDED:
                _add_steps(plays, playing, closed, batch)
        except (FanfareError, LookupError):  # one that cannot be read must not keep the others open
            log.exception("play %s cannot be ended", play_id)
    written = [commit(plays.services.answers_sql, steps) for steps in batch.steps if steps]
    return any(any(done) for done in written)


def _add_steps(plays: Plays, playing: Playing, closed: Moment, batch: _Batch) -> None:
    season, progress = plays.seasons.season(playing.run_id, closed), playing.progress
    kinds = [StepKind.ANSWERED, StepKind.STOP] if overdue(progress, closed) else [StepKind.STOP]
    for place, kind in enumerate(kinds):
        if progress.state is PlayState.ENDED:  # the silence was the end of it
            return
        step = Step(progress.n + 1, kind, closed.ns, closed.boot_id, closed.at)
        progress = apply(progress, step)
        batch.steps[place].append(entry_of(season, playing, step, progress))
