"""What will be known after a commit. One sets it once; whoever asks waits, with or without gevent's patch.

A lock is made only by somebody who really waits, and for that wait alone. Rejected: concurrent.futures.Future, whose condition,
two locks and list of waiters were a tenth of what an answer cost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

R = TypeVar("R")


class Promise(Generic[R]):
    """Thread-safe by order: whoever waits is on the list before looking, and what is known is set before the list is read."""

    __slots__ = ("_done", "_error", "_result", "_waiting")

    def __init__(self) -> None:
        self._done = False
        self._result: R | None = None
        self._error: tuple[BaseException, TracebackType | None] | None = None
        self._waiting: list[Callable[[], object]] = []

    def done(self) -> bool:
        return self._done

    def set_result(self, result: R) -> None:
        self._result = result
        self._tell()

    def set_exception(self, error: BaseException) -> None:
        self._error = error, error.__traceback__
        self._tell()

    def when_done(self, tell: Callable[[], object]) -> None:
        """Call it once it is known: now, or where it becomes known. It must neither wait nor raise."""
        self._waiting.append(tell)
        if self._done:
            self._tell()

    def result(self, timeout: float | None = None) -> R:
        """Waits for it. Raises TimeoutError when it does not come in time (it may still come), or what was set instead."""
        if not self._done:
            self._wait(-1 if timeout is None else timeout)
        if self._error is not None:
            error, trace = self._error  # of as many as wait for one read; each raise would add to what all have added
            raise error.with_traceback(trace)
        return self._result  # type: ignore[return-value]  # set: it is done, and without an error

    def _wait(self, timeout: float) -> None:
        waiting = threading.Lock()
        waiting.acquire()
        self._waiting.append(waiting.release)
        if not self._done and not waiting.acquire(timeout=timeout) and not self._done:
            raise TimeoutError

    def _tell(self) -> None:
        self._done = True
        while self._waiting:
            try:
                tell = self._waiting.pop(0)
            except IndexError:  # another thread has told the last one
                return
            tell()
