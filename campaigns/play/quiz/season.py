"""A quiz's run as fans play it: frozen rules, the campaign's zone, whether it is open now. Kept in memory for a second.

Rules never change within a run; state and closing time may, and every process sees that within `FRESH_NS`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.models import Campaign, Run
from campaigns.domain.errors import NotFound
from campaigns.domain.moment import Moment
from campaigns.domain.periods import day_of
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.run import RunState
from campaigns.domain.waves import Wave, waves_from

FRESH_NS = 1_000_000_000
HINT_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Season:
    run_id: int
    campaign_id: int
    activity_id: int
    state: RunState
    rules: QuizRules
    zone: ZoneInfo
    ends_at: datetime | None
    starts_at: datetime | None = None  # since when, or from when, it is open to all
    waves: tuple[Wave, ...] = ()

    def open_at(self, at: datetime) -> bool:
        """Whether anything may be played at this instant; timers only announce the end."""
        return self.state is RunState.PLAYING and (self.ends_at is None or at < self.ends_at)

    def day(self, at: datetime) -> date:
        return day_of(at, self.zone)


class Seasons:
    """What this process knows of the quizzes it serves."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[int, tuple[int, Season]] = {}
        self._hinted: dict[int, int] = {}
        self._lock = threading.Lock()

    def season(self, run_id: int, now: Moment) -> Season:
        """Raises NotFound."""
        known = self._known.get(run_id)
        if known is not None and now.ns - known[0] < FRESH_NS:
            return known[1]
        if known is not None:  # one of those who come now reads; the others go on with what is known
            self._known[run_id] = (now.ns, known[1])
        return self.anew(run_id, now)

    def anew(self, run_id: int, now: Moment) -> Season:
        """As SQL has it now, before somebody is refused by what was true a second ago. Raises NotFound."""
        known = self._known.get(run_id)
        season = self._read(run_id, known[1].rules if known is not None else None)
        with self._lock:
            self._known[run_id] = (now.ns, season)
        return season

    def hint_results(self, run_id: int, now: Moment) -> None:
        """Tell the workers that plays have ended: every two seconds at most. What comes after a hint waits for the next one, or
        for the sweeper."""
        with self._lock:
            if now.ns - self._hinted.get(run_id, -HINT_NS) < HINT_NS:
                return
            self._hinted[run_id] = now.ns
        self._services.enqueue("settle_plays", run_id)

    def _read(self, run_id: int, rules: QuizRules | None) -> Season:
        columns = (Run.campaign_id, Run.activity_id, Run.state, Run.ends_at, Run.starts_at, Run.waves, Campaign.zone)
        found = select(*columns).join(Campaign, Campaign.id == Run.campaign_id).where(Run.id == run_id)
        with self._services.reading() as sql:
            row = sql.execute(found).one_or_none()
            if row is None:
                raise NotFound(f"run {run_id}")
            if rules is None:
                rules = QuizRules.from_dict(sql.execute(select(Run.rules).where(Run.id == run_id)).scalar_one())
        zone, state = ZoneInfo(row.zone), RunState(row.state)
        hours = (row.ends_at, row.starts_at, waves_from(row.waves))
        return Season(run_id, row.campaign_id, row.activity_id, state, rules, zone, *hours)
