"""Open plays in the memory of a web process: a Progress is folded from the record once, then kept up step by step.

Losing one costs a read; a stale one costs a conflict in SQL and a read. So the memory is bounded and nobody is told.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.group_commit import GroupCommit
from campaigns.db.plays import Play, PlayStep
from campaigns.db.step_journal import StepEntry
from campaigns.domain.draw import Draw
from campaigns.domain.moment import Moment
from campaigns.domain.play import fold
from campaigns.domain.progress import PlayFacts, Progress
from campaigns.domain.step import Step, StepKind
from campaigns.play.quiz.season import Seasons
from campaigns.play.quiz.shelf import Shelf

MOST_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Playing:
    """One play and where it stands."""

    play_id: int
    run_id: int
    fan_id: int
    day: date
    practice: bool
    challenge_id: int | None
    progress: Progress


class Plays:
    """All that the use cases of the quiz share in one process."""

    def __init__(self, services: Services, journal: GroupCommit[StepEntry, bool]) -> None:
        self.services, self.journal = services, journal
        self.seasons, self.shelf = Seasons(services), Shelf(services)
        self._kept: OrderedDict[int, Playing] = OrderedDict()
        self._lock = threading.Lock()

    def playing(self, play_id: int, now: Moment) -> Playing | None:
        """The play as this process knows it; None: there is no such play."""
        with self._lock:
            known = self._kept.get(play_id)
            if known is not None:
                self._kept.move_to_end(play_id)
                return known
        return self.reread(play_id, now)

    def reread(self, play_id: int, now: Moment) -> Playing | None:
        """The play as the record has it."""
        with self.services.reading() as sql:
            play = sql.execute(select(Play).where(Play.id == play_id)).one_or_none()
            rows = sql.execute(select(PlayStep).where(PlayStep.play_id == play_id).order_by(PlayStep.n)).all()
        if play is None:
            return None
        season, draw = self.seasons.season(play.run_id, now), Draw.from_dict(play.drawn, play.seed)
        facts = PlayFacts(season.rules, draw, self.shelf.versions(draw.versions))
        progress = fold(facts, (step_of(row) for row in rows))
        who = (play.id, play.run_id, play.fan_id, play.day, play.practice, play.challenge_id)
        return self.keep(Playing(*who, progress))

    def keep(self, playing: Playing) -> Playing:
        """Remember it, unless something newer is known already; returns the newer one."""
        with self._lock:
            known = self._kept.get(playing.play_id)
            if known is not None and known.progress.n > playing.progress.n:
                return known
            self._kept[playing.play_id] = playing
            self._kept.move_to_end(playing.play_id)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return playing

    def advance(self, playing: Playing, progress: Progress) -> Playing:
        return self.keep(replace(playing, progress=progress))


def step_of(row: Any) -> Step:
    """The step that a row of `play_step` holds."""
    return Step(
        n=row.n,
        kind=StepKind(row.kind),
        ns=row.ns,
        boot=row.boot,
        at=row.at,
        question_version_id=row.question_version_id,
        places=tuple(row.places) if row.places is not None else None,
        value=row.value,
        allowance_ns=row.allowance_ns,
        rtt_ns=row.rtt_ns,
        receipt=row.receipt,
    )
