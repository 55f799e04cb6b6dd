"""Asks all pages whether they are there: one greenlet for a whole process, where the library has one for each page."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import gevent

if TYPE_CHECKING:
    from realtime.engine import Connection

NS_PER_S = 1_000_000_000


class Pulse:
    """Asks every page once per `interval_s` whether it is there; who says nothing for `timeout_s` more has gone. The pages are
    dealt out over the seconds of the interval, so that no second has them all."""

    def __init__(self, interval_s: int, timeout_s: int) -> None:
        self._silent_ns = (interval_s + timeout_s) * NS_PER_S
        self._turns: list[set[Connection]] = [set() for _ in range(interval_s)]
        self._next_turn = itertools.cycle(self._turns)
        self._dealt = itertools.cycle(self._turns)

    def deal(self) -> set[Connection]:
        """The turn for a new connection."""
        return next(self._dealt)

    def run(self) -> None:
        """For ever, in a greenlet of its own."""
        while True:
            gevent.sleep(1.0)
            self.beat(time.monotonic_ns())

    def beat(self, now_ns: int) -> None:
        """Ask those whose turn it is."""
        turn = next(self._next_turn)
        for connection in list(turn):
            if connection.closed:
                turn.discard(connection)
                connection.server.sockets.pop(connection.sid, None)
            elif now_ns - connection.heard_ns > self._silent_ns:
                connection.close(wait=False, reason=connection.server.reason.PING_TIMEOUT)
            else:
                connection.ask()
