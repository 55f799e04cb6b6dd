"""How a web process takes its leave, so that a restart under a running show costs nobody more than a moment.

Every page is told to come back, within a span in which each chooses an instant of its own; what
has been said is committed and acknowledged, and then the connections are closed with a code that says why. A client that
knows nothing of the word sees its connection end and comes back by its own rules. Bounded: when SQL is away we go all the same,
because nothing that is waiting has been acknowledged and every page repeats what has not been.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from socketio import Server

RESTARTS = 1012  # a registered closing code: the server restarts
FROM_MS, MOST_MS = 300, 8000  # within which span pages come back to whoever serves them then
BACK_PER_S = 1000  # how many at most come back in a second, on average
LAST_ANSWERS_S = 0.3  # what is on its way while the word goes out
ACKS_S = 0.1  # acknowledgements after the last commit
GONE_S = 1.0  # what waits for slow pages
LOOK_S = 0.02


def within_ms(pages: int) -> int:
    """Until when so many pages shall be back: the more, the longer."""
    return min(MOST_MS, 2 * FROM_MS + pages * 1000 // BACK_PER_S)


class Drain:
    """`finish`: each commits what waits with it, bounded; last the one whose word must not come a moment too late."""

    def __init__(self, server: Server, namespaces: Sequence[str], finish: Sequence[Callable[[], None]]) -> None:
        self._server, self._namespaces, self._finish = server, namespaces, finish

    def run(self) -> None:
        """Returns when the process may end; nobody new can reach it any more."""
        self._tell()
        time.sleep(LAST_ANSWERS_S)  # those who were about to say something
        for finish in self._finish:
            finish()
        time.sleep(ACKS_S)  # who waited for the commit writes its acknowledgement
        self._close()

    def _tell(self) -> None:
        word = {"from_ms": FROM_MS, "within_ms": within_ms(len(self._server.eio.sockets))}
        for namespace in self._namespaces:
            for room in list(self._server.manager.rooms.get(namespace, {})):
                if room is not None:  # those who have not been let in yet
                    self._server.emit("reconnect", word, to=room, namespace=namespace)

    def _close(self) -> None:
        """All at once; what waits for a slow page goes out before, for a while."""
        for connection in list(self._server.eio.sockets.values()):
            if connection.wire is not None:
                connection.wire.end(RESTARTS)
            else:
                connection.close(wait=False)
        until_s = time.monotonic() + GONE_S
        while self._server.eio.sockets and time.monotonic() < until_s:
            time.sleep(LOOK_S)  # the event loop sees them go
