"""The lane of those who come in: a token and a code → a seat, and what that fan alone sees.

When a process has died, everybody is at the door of the next one at once. Who they are is read for all who stand there
together (gathering.py), so nobody costs a query, and nothing has to be remembered that a ban or a new name could make untrue.
"""

from __future__ import annotations

import random
import time

from campaigns.bootstrap import Services
from campaigns.db.gathering import TOGETHER, Gathering
from campaigns.domain.errors import FanfareError, Later
from campaigns.identity.fans import fans_of
from campaigns.play.own import You, yous
from campaigns.play.seat import Found, Seat, seats_of

# Who waits here has its connection already, and its place: sent away, it would need another, a third of what coming in costs.
WORTH_WAITING_S, PATIENCE_S = 60.0, 90.0
AGAIN_MS = (5_000, 15_000)
Asked = tuple[str | None, str]  # token, code of the run


class JoinError(FanfareError):
    """Why a fan is not let in; the code is the page's cue."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Queue:
    """Who is at the door, and whether it is worth waiting there: that depends on how long a read for many takes, the one under
    way included. Instants are seconds of any clock."""

    def __init__(self) -> None:
        self.waiting = 0
        self._since_s = self._took_s = 0.0

    def full(self, now_s: float) -> bool:
        """Who came now would wait for too long."""
        return self.waiting / TOGETHER * max(self._took_s, self._mean_s(now_s)) > WORTH_WAITING_S

    def come(self, now_s: float) -> None:
        """The first one begins a new queue, which is not as slow as an older one was."""
        if self.waiting == 0:
            self._since_s, self._took_s = now_s, 0.0
        self.waiting += 1

    def read(self, now_s: float) -> None:
        """Another read is over."""
        self._took_s = self._mean_s(now_s)
        self._since_s = now_s

    def _mean_s(self, now_s: float) -> float:
        """With the read under way. One alone says little: meanwhile the process may have shaken thousands of hands."""
        return (self._took_s + now_s - self._since_s) / 2


class JoinLane:
    """One per process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._queue = Queue()
        self._seats: Gathering[Asked, Found] = Gathering("seats", self._read)
        self._yous: Gathering[Seat, You] = Gathering("yous", lambda seats: yous(services, seats))

    def seat(self, token: str | None, code: str) -> Seat:
        """The seat of who holds the token. Raises JoinError, Later, Unavailable."""
        if self._queue.full(time.monotonic()):
            raise Later(random.randint(*AGAIN_MS))
        self._queue.come(time.monotonic())
        try:
            found = self._seats.ask((token, code), PATIENCE_S)
        finally:
            self._queue.waiting -= 1
        if isinstance(found, Seat):
            return found
        raise JoinError(str(found) if found is not None else "not_joined")

    def you(self, seat: Seat) -> You:
        """The own part of a snapshot, read after whatever the caller has done before. Raises Unavailable."""
        return self._yous.ask(seat, PATIENCE_S)

    def _read(self, asked: list[Asked]) -> list[Found]:
        try:
            fans = fans_of(self._services, [token for token, _ in asked])
            known = [(code, fan.id) for (_, code), fan in zip(asked, fans, strict=True) if fan is not None]
            seats = iter(seats_of(self._services, known))
            return [None if fan is None else next(seats) for fan in fans]
        finally:
            self._queue.read(time.monotonic())
