"""What a beginning must know of the fan's past: read in one look, and for who plays on not read again.

Of a fan whose play ended in this process it remembers which questions came lately. That is all a next play's draw needs;
whether the fan may begin is SQL's word alone (begin.py), so a memory that is out of date costs a look and nothing else.
"""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from campaigns.bootstrap import Services
from campaigns.domain.step import StepKind

REMEMBERED = 20  # plays back that "seldom seen first" looks
MOST_MET = 300  # and questions, where they are remembered here
MOST_KEPT = 10_000  # fans: some kilobytes each

PAST = text(f"""
WITH me AS (SELECT coalesce((SELECT to_id FROM fan_alias WHERE from_id = :fan), CAST(:fan AS bigint)) AS fan)
SELECT me.fan, (SELECT id FROM play WHERE run_id = :run AND fan_id = me.fan AND ended_at IS NULL) AS open_id,
       t.streak, t.last_day, (
           SELECT array_agg(s.question_version_id)
           FROM (SELECT id FROM play WHERE run_id = :run AND fan_id = me.fan ORDER BY attempt DESC LIMIT {REMEMBERED}) p
           JOIN play_step s ON s.play_id = p.id
           WHERE s.kind IN ({StepKind.ASKED:d}, {StepKind.SWAP:d}) AND s.question_version_id IS NOT NULL AND :seldom
       ) AS met
FROM me LEFT JOIN tally t ON t.run_id = :run AND t.fan_id = me.fan
""")


@dataclass(frozen=True, slots=True)
class Past:
    """`fan_id`: who the fan is by now; `met`: versions asked lately. Without a streak it is a memory of this process."""

    fan_id: int
    open_id: int | None
    streak: int | None
    last_day: date | None
    met: Sequence[int] | None


class Pasts:
    """One per process. Of a fan whose play is open it holds what came before that."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: OrderedDict[tuple[int, int], tuple[int | None, array[int]]] = OrderedDict()  # (the open play, met)
        self._lock = threading.Lock()

    def read(self, run_id: int, fan_id: int, seldom: bool) -> Past:
        with self._services.reading() as sql:
            return Past(*sql.execute(PAST, {"run": run_id, "fan": fan_id, "seldom": seldom}).one())

    def known(self, run_id: int, fan_id: int) -> Past | None:
        """What is remembered of a fan whose last play ended here."""
        with self._lock:
            open_id, met = self._kept.get((run_id, fan_id), (-1, None))
        return Past(fan_id, None, None, None, met) if open_id is None else None

    def began(self, run_id: int, past: Past, play_id: int) -> None:
        self._keep((run_id, past.fan_id), play_id, past.met or ())

    def ended(self, run_id: int, fan_id: int, play_id: int, asked: Iterable[int]) -> None:
        """Of a play that began elsewhere nothing is known, and nothing is kept."""
        with self._lock:
            open_id, met = self._kept.get((run_id, fan_id), (None, ()))
        if open_id == play_id:
            self._keep((run_id, fan_id), None, [*asked, *met])

    def _keep(self, whose: tuple[int, int], open_id: int | None, met: Sequence[int]) -> None:
        with self._lock:
            self._kept[whose] = open_id, array("q", met[:MOST_MET])
            self._kept.move_to_end(whose)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
