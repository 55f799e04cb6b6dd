"""Open plays in the memory of a web process: a Progress is folded from the record once, then kept up step by step.

Losing one costs a read; a stale one costs a conflict in SQL and a read. So the memory is bounded and nobody is told.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select, text

from campaigns.bootstrap import Services
from campaigns.db.group_commit import GroupCommit
from campaigns.db.plays import Play, PlayStep
from campaigns.db.step_journal import StepEntry
from campaigns.domain.draw import Draw
from campaigns.domain.moment import Moment
from campaigns.domain.play import fold
from campaigns.domain.progress import PlayFacts, PlayState, Progress
from campaigns.play.quiz.authors import Authors
from campaigns.play.quiz.challenge import Duels
from campaigns.play.quiz.passes import Passes
from campaigns.play.quiz.past import Pasts
from campaigns.play.quiz.rows import step_of
from campaigns.play.quiz.season import Seasons
from campaigns.play.quiz.shelf import Shelf

MOST_KEPT = 50_000
OWNER = text("""
SELECT id FROM play WHERE id = :play
   AND (fan_id = :fan OR fan_id = (SELECT to_id FROM fan_alias WHERE from_id = :fan))
""")


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

    @property
    def on_boards(self) -> bool:
        """Whether it can mean anything to boards (but the challenges' own), badges, streaks and points."""
        return not self.practice and self.challenge_id is None


class Plays:
    """All that the use cases of the quiz share in one process."""

    def __init__(self, services: Services, journal: GroupCommit[StepEntry, bool]) -> None:
        self.services, self.journal = services, journal
        self.seasons, self.shelf = Seasons(services), Shelf(services)
        self.authors = Authors(services)
        self.duels = Duels(services, lambda run_id, draw: self.facts(run_id, draw, services.now()))
        self.passes, self.pasts = Passes(), Pasts(services)
        self._kept: OrderedDict[int, Playing] = OrderedDict()
        self._lock = threading.Lock()

    def playing(self, play_id: int, now: Moment) -> Playing | None:
        """The play as this process knows it; None: there is no such play."""
        return self.known(play_id) or self.reread(play_id, now)

    def known(self, play_id: int) -> Playing | None:
        """The play as this process remembers it, if it does."""
        with self._lock:
            known = self._kept.get(play_id)
            if known is not None:
                self._kept.move_to_end(play_id)
            return known

    def reread(self, play_id: int, now: Moment) -> Playing | None:
        """The play as the record has it."""
        with self.services.reading() as sql:
            play = sql.execute(select(Play).where(Play.id == play_id)).one_or_none()
            rows = sql.execute(select(PlayStep).where(PlayStep.play_id == play_id).order_by(PlayStep.n)).all()
        if play is None:
            return None
        facts = self.facts(play.run_id, Draw.from_dict(play.drawn, play.seed), now)
        progress = fold(facts, (step_of(row) for row in rows))
        who = (play.id, play.run_id, play.fan_id, play.day, play.practice, play.challenge_id)
        return self.keep(Playing(*who, progress))

    def facts(self, run_id: int, draw: Draw, now: Moment) -> PlayFacts:
        """What a play of this run with this draw is judged by."""
        return PlayFacts(self.seasons.season(run_id, now).rules, draw, self.shelf.versions(draw.versions))

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
        """One step on, which this process has written."""
        if progress.passed > playing.progress.passed and playing.on_boards:
            self.passes.note(playing.run_id, playing.fan_id, progress.passed, self.services.now())
        if progress.state is PlayState.ENDED:
            self.pasts.ended(playing.run_id, playing.fan_id, playing.play_id, progress.used)
        return self.keep(replace(playing, progress=progress))


def is_owner(services: Services, play_id: int, fan_id: int) -> bool:
    """Whether the play is this fan's, or the member's whom this guest has become."""
    with services.reading() as sql:
        return sql.scalar(OWNER, {"play": play_id, "fan": fan_id}) is not None
