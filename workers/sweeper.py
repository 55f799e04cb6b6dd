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
from campaigns.control.bank_cleaning import clean_import, imports_to_clean
from campaigns.control.bank_import import imports_due, read_import, store_import
from campaigns.control.occurrences import make_occurrences, schedules_due
from campaigns.live import keys
from campaigns.play.devices import forget_devices, runs_to_forget
from campaigns.settle.awards import award_badges
from campaigns.settle.due import keep_time, runs_in_time, work_due
from campaigns.settle.plays import settle_plays
from campaigns.settle.quiz.condense import condense_plays, runs_to_condense
from campaigns.settle.quiz.ending import end_plays
from campaigns.settle.quiz.questions import count_answers, counting_due
from campaigns.settle.rehearsal.clearing import clear_rehearsal, rehearsals_to_clear, rehearsals_to_play
from campaigns.settle.rounds import settle_round
from workers.rehearsing import rehearse

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
    "condense_plays": condense_plays,
    "count_answers": count_answers,
    "clean_import": clean_import,
    "make_occurrences": make_occurrences,
    "rehearse": rehearse,
    "clear_rehearsal": clear_rehearsal,
    "forget_devices": forget_devices,
}
# What is in no hurry: looked for this often; a hint that gets lost is given again next time.
UNHURRIED: tuple[tuple[str, float, Callable[[Services], list[int]]], ...] = (
    ("condense_plays", 600.0, runs_to_condense),
    ("count_answers", 30.0, counting_due),
    ("make_occurrences", 10.0, schedules_due),
    ("clean_import", 600.0, imports_to_clean),
    ("rehearse", 5.0, rehearsals_to_play),
    ("clear_rehearsal", 5.0, rehearsals_to_clear),
    ("forget_devices", 600.0, runs_to_forget),
)


class Sweeper:
    """Remembers only since when it has seen each piece of work waiting; losing that costs seconds."""

    def __init__(self, services: Services, clock: Callable[[], float] = time.monotonic) -> None:
        self._services = services
        self._clock = clock
        self._since: dict[tuple[str, int], float] = {}
        self._looked = dict.fromkeys((name for name, _, _ in UNHURRIED), clock())

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
        self._unhurried(now)
        self._say_alive()
        return len(overdue)

    def _unhurried(self, now: float) -> None:
        for name, every_s, due in UNHURRIED:
            if now - self._looked[name] < every_s:
                continue
            self._looked[name] = now
            for row_id in due(self._services):
                if not self._services.enqueue(name, row_id):
                    self._try(USE_CASES[name], row_id)

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
