"""The net under timers and hints: once a second it looks in SQL for what is due and what has no worker.

A job is hinted again when its row has been waiting; when nobody takes it (no Redis, no worker) the sweeper does the work
itself, so the show goes on with no queue at all. Idempotent like everything it calls; two sweepers only share the work.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from campaigns.bootstrap import Services
from campaigns.control.bank_import import imports_due, read_import, store_import
from campaigns.live import keys
from campaigns.settle.awards import award_badges
from campaigns.settle.due import keep_time, runs_in_time, work_due
from campaigns.settle.plays import settle_plays
from campaigns.settle.quiz.condense import runs_to_condense
from campaigns.settle.quiz.ending import end_plays
from campaigns.settle.rounds import settle_round

log = logging.getLogger("fanfare.sweeper")
PERIOD_S = 1.0
HINT_AFTER_S = 1.5  # how long a hint may be on its way before it is given again
DO_AFTER_S = 3.0  # nobody took it: no Redis, no worker
USE_CASES = {
    "settle_round": settle_round,
    "award_badges": award_badges,
    "read_import": read_import,
    "store_import": store_import,
    "settle_plays": settle_plays,
    "end_plays": end_plays,
}
CONDENSE_EVERY_S = 600.0


class Sweeper:
    """Remembers only since when it has seen each piece of work waiting; losing that costs seconds."""

    def __init__(self, services: Services, clock: Callable[[], float] = time.monotonic) -> None:
        self._services = services
        self._clock = clock
        self._since: dict[tuple[str, int], float] = {}
        self._condensed = clock()

    def sweep(self) -> int:
        """One pass; returns how many pieces of work were hinted again or done here."""
        for run_id in runs_in_time(self._services):
            self._try(keep_time, run_id)
        now = self._clock()
        due = (*work_due(self._services).jobs, *imports_due(self._services))
        self._since = {job: self._since.get(job, now) for job in due}
        overdue = {job: now - since for job, since in self._since.items() if now - since >= HINT_AFTER_S}
        for (name, row_id), waited_s in overdue.items():
            if waited_s >= DO_AFTER_S or not self._services.enqueue(name, row_id):
                self._try(USE_CASES[name], row_id)
        self._condense(now)
        self._say_alive()
        return len(overdue)

    def _condense(self, now: float) -> None:
        """Old plays are in no hurry: a hint that gets lost is given again in ten minutes."""
        if now - self._condensed >= CONDENSE_EVERY_S:
            self._condensed = now
            for run_id in runs_to_condense(self._services):
                self._services.enqueue("condense_plays", run_id)

    def _try(self, use_case: Callable[[Services, int], bool], row_id: int) -> None:
        """One row that cannot be dealt with must not keep the others waiting; the next sweep tries it again."""
        try:
            use_case(self._services, row_id)
        except SQLAlchemyError:
            raise
        except Exception:  # logged; the row stays due, so nothing is lost by going on
            log.exception("%s of %s failed", use_case.__name__, row_id)

    def _say_alive(self) -> None:
        """For /healthz; without Redis the sweeper is as useful, only silent."""
        with contextlib.suppress(RedisError):
            self._services.live.set(keys.SWEEPER_SEEN, str(time.time()))

    def run(self) -> None:
        """Until the process is stopped."""
        while True:
            started = self._clock()
            try:
                self.sweep()
            except SQLAlchemyError as error:
                log.warning("a sweep failed, the next one tries again: %s", error)
            time.sleep(max(0.05, PERIOD_S - (self._clock() - started)))
