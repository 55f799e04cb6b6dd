"""Reads gathered: who asks while a read is under way is in the next one, so that a hall that comes back costs a few queries.

The other half of group commit. Nothing runs while nobody asks: the first one's question starts a reader, which goes on until
nobody waits. Reads keep a pace, like commits: a lone question is read at once, a crowd's together. Rejected: keeping what was
read, so that the second question needs no SQL; it would have to be told of every ban and every new name, after a restart it
knows nothing, and that is when the hall comes.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from campaigns.db.promise import Promise
from campaigns.domain.errors import Unavailable

TOGETHER = 500
PACE_S = 0.015  # from the beginning of one read to that of the next, unless as many wait as are read together
# A read for three costs nearly what one for three hundred does: it is a fifth of the time, and meanwhile a crowd gathers.
REST, LONGEST_REST_S = 4.0, 0.2
PATIENCE_S = 8.0

K = TypeVar("K")
R = TypeVar("R")


class Gathering(Generic[K, R]):
    """Thread-safe; under gevent's patch its threads are greenlets. `read`: the questions → the answers, in their order."""

    def __init__(self, name: str, read: Callable[[list[K]], list[R]], pace_s: float = PACE_S) -> None:
        self._name, self._read, self._pace_s = name, read, pace_s
        self._waiting: deque[tuple[K, Promise[R]]] = deque()
        self._lock = threading.Lock()
        self._reading = False

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def ask(self, key: K, patience_s: float = PATIENCE_S) -> R:
        """Waits for the answer. Raises what `read` raised for all of its batch, or Unavailable after so long."""
        promise: Promise[R] = Promise()
        with self._lock:
            self._waiting.append((key, promise))
            first, self._reading = not self._reading, True
        if first:
            threading.Thread(target=self._read_all, name=self._name, daemon=True).start()
        try:
            return promise.result(patience_s)
        except TimeoutError:
            raise Unavailable("too many ask at once: try again") from None

    def _read_all(self) -> None:
        while batch := self._next():
            began_s = time.monotonic()
            self._tell(batch)
            took_s = time.monotonic() - began_s
            rest_s = max(self._pace_s - took_s, min(REST * took_s, LONGEST_REST_S))
            if len(self._waiting) < TOGETHER:
                time.sleep(rest_s)  # the pace: meanwhile the next batch gathers

    def _next(self) -> list[tuple[K, Promise[R]]]:
        """Empty: nobody waits, and this reader has ended."""
        with self._lock:
            self._reading = bool(self._waiting)
            return [self._waiting.popleft() for _ in range(min(TOGETHER, len(self._waiting)))]

    def _tell(self, batch: list[tuple[K, Promise[R]]]) -> None:
        try:
            answers = self._read([key for key, _ in batch])
            told = list(zip(batch, answers, strict=True))
        except Exception as error:  # whatever it is, it is for those who asked: they raise it
            for _, promise in batch:
                promise.set_exception(error)
            return
        for (_, promise), answer in told:
            promise.set_result(answer)
