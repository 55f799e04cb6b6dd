"""How much anybody may send: a token bucket each. A fan has one, whatever the number of tabs and however often it connects."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

BURST, PER_SECOND = 40.0, 10.0  # events at once, and from then on
COMING = 4.0  # events that a connection is worth
DEBT = 100.0  # of who was cut for a flood
LOOK_AT = 4096  # purses; who has been quiet for long need not be remembered


class Purses:
    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._held: dict[Hashable, tuple[float, float]] = {}  # what was left, and when
        self._look_at = LOOK_AT

    def __len__(self) -> int:
        return len(self._held)

    def pays(self, who: Hashable, price: float) -> bool:
        """False: too much at once. Who is refused pays too, what there is."""
        now_s = self._now_s()
        left, since_s = self._held.get(who, (BURST, now_s))
        left = min(BURST, left + (now_s - since_s) * PER_SECOND)
        self._held[who] = (left - price if left >= price else min(0.0, left), now_s)
        if len(self._held) > self._look_at:
            self._forget_full(now_s)
        return left >= price

    def indebt(self, who: Hashable) -> None:
        """Nothing for a while, so that coming again is no way to go on."""
        self._held[who] = (-DEBT, self._now_s())

    def forget(self, who: Hashable) -> None:
        self._held.pop(who, None)

    def _forget_full(self, now_s: float) -> None:
        """A full purse is what everybody has to begin with."""
        held = self._held.items()
        self._held = {who: (left, at) for who, (left, at) in held if left + (now_s - at) * PER_SECOND < BURST}
        self._look_at = max(LOOK_AT, 2 * len(self._held))
