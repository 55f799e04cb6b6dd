"""How many sockets this process takes. Beyond that, fans are asked to come again, each at a moment of its own.

A socket is an open file: a process that runs out of files serves nobody, not even its database. Desks and screens are let
in always, and so is a fan who was here a moment ago: both are few, and there is headroom for them. A connection that comes to
no audience within STRANGER_S takes the place of somebody who would: it is ended. That is time in which we listened: while
this process had no breath, a page could not get its word in.
"""

from __future__ import annotations

import random
import resource
import select
import time
from collections.abc import Sequence

from gevent import monkey
from socketio import Server

from campaigns.domain.errors import Full
from realtime.meters import Meters
from realtime.packets import close

ENDLESS = 1 << 20  # where the system sets no limit
LEAST_HEADROOM, MOST_HEADROOM = 128, 2048  # pages being fetched, SQL, Redis, desks, screens
RETRY_FROM_MS, RETRY_TO_MS = 3_000, 8_000
FULL_S = 15.0  # how long a refusal is told as "full": longer than those outside wait
_Poll = monkey.get_original("select", "poll")  # gevent's gives the turn away
STRANGER_S, LOOK_S = 5.0, 1.0


def raise_file_limit() -> int:
    """Take all the files that the system grants without asking; returns how many may be open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENDLESS if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return ENDLESS if soft == resource.RLIM_INFINITY else soft


def hung_up(descriptor: int) -> bool:
    """The other end has closed, whatever it said before and we have not read yet. Does not wait."""
    poll = _Poll()
    poll.register(descriptor, select.POLLRDHUP)
    return bool(poll.poll(0))


def sockets_within(files: int) -> int:
    """How many sockets leave enough files for everything else."""
    return max(1, files - min(max(files // 8, LEAST_HEADROOM), MOST_HEADROOM))


def heard_in_s(asleep_s: float) -> float:
    """Of a sleep of LOOK_S that lasted so long: the time in which we listened. Who wakes up late had no breath so long before."""
    return max(0.0, LOOK_S - (asleep_s - LOOK_S))


class Doors:
    """`most`: open sockets of all kinds, the one that is asking among them. `namespaces`: where an audience is to be found."""

    def __init__(self, server: Server, most: int, namespaces: Sequence[str], meters: Meters) -> None:
        self._server, self._most, self._namespaces, self._meters = server, most, namespaces, meters
        self._refused_s = float("-inf")
        self._strangers: dict[str, float] = {}  # connection → when it was first seen without an audience

    @property
    def full(self) -> bool:
        """Somebody was sent away lately."""
        return time.monotonic() - self._refused_s < FULL_S

    def admit(self) -> None:
        """Raises Full."""
        if len(self._server.eio.sockets) > self._most:
            self._refused_s = time.monotonic()
            self._meters.turned_away.inc()
            raise Full(random.randint(RETRY_FROM_MS, RETRY_TO_MS))

    def run(self) -> None:
        """For ever, in a greenlet of its own."""
        listened_s = 0.0
        while True:
            asleep_s = time.monotonic()
            time.sleep(LOOK_S)  # the pulse of this greenlet
            listened_s += heard_in_s(time.monotonic() - asleep_s)
            self.look_round(listened_s)

    def look_round(self, now_s: float) -> None:
        """End the connections that have come to nobody. `now_s`: how long we have listened so far."""
        alone = [each for each in list(self._server.eio.sockets) if not self._known(each)]
        self._strangers = {each: self._strangers.get(each, now_s) for each in alone}
        for connection, since_s in self._strangers.items():
            if now_s - since_s >= STRANGER_S:
                close(self._server, connection)

    def _known(self, connection: str) -> bool:
        sid_in = self._server.manager.sid_from_eio_sid
        return any(sid_in(connection, namespace) is not None for namespace in self._namespaces)
