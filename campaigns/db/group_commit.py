"""Group commit: what arrived while the last commit was under way is the next batch; one flusher per process.

A promise is kept only after the transaction that holds its entry has committed; that is the acknowledgement. When SQL is away
the batch is kept and tried again (the arrival stays the arrival), so nobody is told "recorded" falsely and nobody loses what was
said in time. What is committed, and how a repetition is recognised, is the `commit` function's. Commits keep a pace: a lone entry
goes out at once, a crowd's go out together, because most of what a commit costs it costs once. Rejected: one transaction per
entry (25 times the CPU), an acknowledgement from Redis (a failover loses it).
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from campaigns.db.promise import Promise

log = logging.getLogger("fanfare.journal")
BATCH = 500
MOST_WAITING = 50_000
PACE_S = 0.015  # from the beginning of one commit to that of the next, unless a whole batch is waiting
LONGEST_BACK_OFF_S = 1.0
# The pool is empty when others hang on a SQL that does not answer.
AWAY = (OperationalError, InterfaceError, PoolTimeout)

E = TypeVar("E")
R = TypeVar("R")


class GroupCommit(Generic[E, R]):
    """Thread-safe without a lock, as one step on a dictionary or a deque is; under gevent's patch its threads are greenlets, and
    `put` never waits. `key` names what an entry is about: one at a time each."""

    def __init__(
        self,
        name: str,
        commit: Callable[[list[E]], list[R]],
        key: Callable[[E], Hashable],
        busy: R,
        pace_s: float = PACE_S,
    ) -> None:
        self._commit, self._key, self._busy, self._pace_s = commit, key, busy, pace_s
        self._waiting: deque[tuple[E, Promise[R]]] = deque()
        self._pending: dict[Hashable, Promise[R]] = {}
        self._work = threading.Event()
        self._stopping = False
        self._flusher = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._flusher.start()

    def stop(self) -> None:
        """Commit what is waiting, then end. Bounded: gives up after 3 s when SQL is away."""
        self._stopping = True
        self._work.set()
        self._flusher.join(timeout=3)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def put(self, entry: E, promise: Promise[R] | None = None) -> tuple[Promise[R], bool]:
        """The promise of what is under way under this key, and whether this entry is the first to ask for it: then it is the
        one given, if one is."""
        promise = Promise() if promise is None else promise
        known = self._pending.setdefault(self._key(entry), promise)
        if known is not promise:
            return known, False
        if len(self._waiting) >= MOST_WAITING:
            del self._pending[self._key(entry)]
            promise.set_result(self._busy)
            return promise, True
        self._waiting.append((entry, promise))
        if not self._work.is_set():
            self._work.set()
        return promise, True

    def pending(self, key: Hashable) -> Promise[R] | None:
        """The promise of an entry that is on its way into SQL."""
        return self._pending.get(key)

    def _run(self) -> None:
        while not (self._stopping and not self._waiting):
            self._work.wait()
            self._work.clear()
            while self._waiting:
                began_s = time.monotonic()
                self._until_done([self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))])
                self._rest(began_s + self._pace_s - time.monotonic())

    def _rest(self, seconds: float) -> None:
        if seconds > 0 and len(self._waiting) < BATCH and not self._stopping:
            time.sleep(seconds)  # the pace: meanwhile the next batch gathers

    def _until_done(self, batch: list[tuple[E, Promise[R]]]) -> None:
        back_off_s = 0.05
        while True:
            try:
                results = self._commit([entry for entry, _ in batch])
                break
            except AWAY as error:
                if self._stopping:
                    return
                log.warning("SQL is away, %d entries wait: %s", len(batch), str(error).partition("\n")[0])
                time.sleep(back_off_s)  # until SQL is back nothing else can be done here
                back_off_s = min(LONGEST_BACK_OFF_S, back_off_s * 2)
            except Exception as error:  # whatever it is, the flusher must go on: everybody waits for it
                self._give_up_or_split(batch, error)
                return
        self._resolve(batch, results)

    def _give_up_or_split(self, batch: list[tuple[E, Promise[R]]], error: Exception) -> None:
        """A row that SQL refuses must not hold the others back: try them one by one."""
        if len(batch) > 1:
            for one in batch:
                self._until_done([one])
            return
        entry, promise = batch[0]
        log.error("%r refused by SQL: %s", self._key(entry), error)
        self._pending.pop(self._key(entry), None)
        promise.set_exception(error)

    def _resolve(self, batch: list[tuple[E, Promise[R]]], results: list[R]) -> None:
        for entry, _ in batch:
            self._pending.pop(self._key(entry), None)
        for (entry, promise), result in zip(batch, results, strict=True):
            try:
                promise.set_result(result)
            except Exception:  # of somebody who waited for it; the flusher must go on: everybody waits for it
                log.exception("%r is committed; who waited for it failed", self._key(entry))
