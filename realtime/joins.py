"""The lane of those who come in: a token and a code → a seat, and what that fan alone sees.

When a process has died, everybody is at the door of the next one at once. Who they are is read for all who stand there
together (gathering.py), so nobody costs a query, and nothing has to be remembered that a ban or a new name could make untrue.
"""

from __future__ import annotations

import random
import time

from campaigns.bootstrap import Services
from campaigns.db.gathering import Gathering
from campaigns.domain.errors import FanfareError, Later
from campaigns.identity.fans import fans_of
from campaigns.play.own import You, yous
from campaigns.play.seat import Found, Seat, seats_of

USUAL_PER_S = 500.0  # until it has been measured
# Who waits here has its connection already: sent away, it would need another, which is a third of what coming in costs.
SHORT, LONG, WORTH_WAITING_S = 500, 6000, 15.0
PATIENCE_S = 30.0
LONGEST_S = 15.0  # however slow it goes
MEASURED_S = 1.0  # people get in by the hundred
SLOWEST_PER_S = 200.0  # a beginning says little: who is told to stay away for long leaves us idle
Asked = tuple[str | None, str]  # token, code of the run


class JoinError(FanfareError):
    """Why a fan is not let in; the code is the page's cue."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Queue:
    """Who is at the door, and when those are to come back who find too many there: each at a turn of its own, as fast as people
    get in. That is measured while there is a queue. Instants are seconds of any clock."""

    def __init__(self, now_s: float = 0.0) -> None:
        self.waiting = 0
        self._since_s, self._through, self._per_s = now_s, 0, USUAL_PER_S
        self._next_s = now_s

    @property
    def full(self) -> bool:
        return self.waiting >= min(LONG, max(SHORT, self._per_s * WORTH_WAITING_S))

    def through(self, now_s: float) -> None:
        """Somebody got in."""
        if self.waiting < SHORT // 2:
            self._since_s, self._through = now_s, 0
            return
        self._through += 1
        if now_s - self._since_s >= MEASURED_S:
            self._per_s = self._through / (now_s - self._since_s)
            self._since_s, self._through = now_s, 0

    def turn_ms(self, now_s: float) -> int:
        """The turn after those at the door and after everybody who was sent away."""
        per_s = max(self._per_s, SLOWEST_PER_S)
        self._next_s = max(self._next_s, now_s + self.waiting / per_s) + 1 / per_s
        return round(1000 * min(random.uniform(LONGEST_S / 2, LONGEST_S), self._next_s - now_s))


class JoinLane:
    """One per process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._queue = Queue(time.monotonic())
        self._seats: Gathering[Asked, Found] = Gathering("seats", self._read)
        self._yous: Gathering[Seat, You] = Gathering("yous", lambda seats: yous(services, seats))

    def seat(self, token: str | None, code: str) -> Seat:
        """The seat of who holds the token. Raises JoinError, Later, Unavailable."""
        if self._queue.full:
            raise Later(self._queue.turn_ms(time.monotonic()))
        self._queue.waiting += 1
        try:
            found = self._seats.ask((token, code), PATIENCE_S)
        finally:
            self._queue.waiting -= 1
        self._queue.through(time.monotonic())
        if isinstance(found, Seat):
            return found
        raise JoinError(str(found) if found is not None else "not_joined")

    def you(self, seat: Seat) -> You:
        """The own part of a snapshot, read after whatever the caller has done before. Raises Unavailable."""
        return self._yous.ask(seat)

    def _read(self, asked: list[Asked]) -> list[Found]:
        fans = fans_of(self._services, [token for token, _ in asked])
        known = [(code, fan.id) for (_, code), fan in zip(asked, fans, strict=True) if fan is not None]
        seats = iter(seats_of(self._services, known))
        return [None if fan is None else next(seats) for fan in fans]
