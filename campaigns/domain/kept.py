"""What is costly to make and the same for many, kept for a while: by a key that says which state it shows.

The key changes with what was made, so nothing is ever taken back. One at a time makes; whoever comes meanwhile waits for
that instead of making it too. Accepted: what no key tells is old by `for_ns` at most.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class Kept(Generic[V]):
    """Of one process: the newest `most`, each for `for_ns` after it was made."""

    def __init__(self, *, most: int, for_ns: int) -> None:
        self._most, self._for_ns, self._making = most, for_ns, Lock()
        self._made: OrderedDict[Hashable, tuple[int, V]] = OrderedDict()

    def get(self, key: Hashable, now_ns: int, make: Callable[[], V]) -> V:
        """`now_ns`: monotonic. What `make` raises is passed on, and nothing is kept of it."""
        found = self._made.get(key)
        if found is not None and now_ns - found[0] < self._for_ns:
            return found[1]
        with self._making:
            found = self._made.get(key)
            if found is not None and now_ns - found[0] < self._for_ns:
                return found[1]
            value = make()
            self._made[key] = now_ns, value
            self._made.move_to_end(key)
            while len(self._made) > self._most:
                self._made.popitem(last=False)
            return value
