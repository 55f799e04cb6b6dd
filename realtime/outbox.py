"""What one page has been sent and has not taken yet. Bounded, so that a page in a tunnel costs memory for a while only.

A message may carry the name of the state that it is (`scene`, `tick`): of those the newest is enough, an older one that still
waits is dropped for it. What the writer has in hand is not counted: a frame that is half out must be finished.
"""

from __future__ import annotations

from collections import deque

MOST_MESSAGES = 64
MOST_BYTES = 256 * 1024


class Outbox:
    """`held`: bytes that wait."""

    __slots__ = ("_waiting", "held")

    def __init__(self) -> None:
        self._waiting: deque[tuple[str | None, bytes]] = deque()
        self.held = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, data: bytes, state: str | None = None, *, last: bool = False) -> bool:
        """Keep it for later. False: that is more than one page may have waiting, and it was not kept; for the `last` word, why it
        is the last, there is always room."""
        if state is not None:
            self._forget(state)
        if not last and (len(self._waiting) >= MOST_MESSAGES or self.held + len(data) > MOST_BYTES):
            return False
        self._waiting.append((state, data))
        self.held += len(data)
        return True

    def take(self) -> bytes:
        """The next in order. IndexError: nothing waits."""
        _, data = self._waiting.popleft()
        self.held -= len(data)
        return data

    def clear(self) -> None:
        self._waiting.clear()
        self.held = 0

    def _forget(self, state: str) -> None:
        for waiting in self._waiting:
            if waiting[0] == state:
                self._waiting.remove(waiting)
                self.held -= len(waiting[1])
                return
