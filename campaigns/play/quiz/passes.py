"""Gates passed in this process, waiting to be told to the wall: noted without any wire on the way of an answer.

Bounded: of a thousand passes between two looks a wall shows eight.
"""

from __future__ import annotations

import threading
from collections import deque

from campaigns.domain.moment import Moment
from campaigns.live.passes import SHOWN, Pass

MOST_RUNS = 1000


class Passes:
    def __init__(self) -> None:
        self._waiting: dict[int, deque[Pass]] = {}
        self._lock = threading.Lock()

    def note(self, run_id: int, fan_id: int, level: int, now: Moment) -> None:
        with self._lock:
            if len(self._waiting) < MOST_RUNS:
                waiting = self._waiting.setdefault(run_id, deque(maxlen=SHOWN))
                waiting.append(Pass(fan_id, level, int(now.at.timestamp() * 1000)))

    def taken(self) -> dict[int, list[Pass]]:
        """All that wait, oldest first; from now on they do not."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        return {run_id: list(passes) for run_id, passes in waiting.items()}
