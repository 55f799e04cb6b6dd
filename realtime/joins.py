"""The lane of those who come in: a token and a code → a seat, and what that fan alone sees.

When a process has died, everybody is at the door of the next one at once. Who they are is read for all who stand there
together (gathering.py), so nobody costs a query, and nothing has to be remembered that a ban or a new name could make untrue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from campaigns.bootstrap import Services
from campaigns.db.gathering import Gathering
from campaigns.domain.errors import FanfareError, Unavailable
from campaigns.identity.fans import fans_of
from campaigns.play.own import You, yous
from campaigns.play.seat import Found, Seat, seats_of

T = TypeVar("T")
Asked = tuple[str | None, str]  # token, code of the run


class JoinError(FanfareError):
    """Why a fan is not let in; the code is the page's cue."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class JoinLane:
    """One per process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._seats: Gathering[Asked, Found] = Gathering("seats", self._read)
        self._yous: Gathering[Seat, You] = Gathering("yous", lambda seats: yous(services, seats))

    def seat(self, token: str | None, code: str) -> Seat:
        """The seat of who holds the token. Raises JoinError, Unavailable."""
        found = self._patiently(lambda: self._seats.ask((token, code)))
        if isinstance(found, Seat):
            return found
        raise JoinError(str(found) if found is not None else "not_joined")

    def you(self, seat: Seat) -> You:
        """The own part of a snapshot, read after whatever the caller has done before. Raises Unavailable."""
        return self._patiently(lambda: self._yous.ask(seat))

    def _patiently(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except TimeoutError:
            raise Unavailable("too many come at once: try again") from None

    def _read(self, asked: list[Asked]) -> list[Found]:
        fans = fans_of(self._services, [token for token, _ in asked])
        known = [(code, fan.id) for (_, code), fan in zip(asked, fans, strict=True) if fan is not None]
        seats = iter(seats_of(self._services, known))
        return [None if fan is None else next(seats) for fan in fans]
