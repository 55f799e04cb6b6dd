"""How many sockets this process takes. Beyond that, fans are asked to come again, each at a moment of its own.

A socket is an open file: a process that runs out of files serves nobody, not even its database. Desks and screens are let
in always, and so is a fan who was here a moment ago: both are few, and there is headroom for them.
"""

from __future__ import annotations

import random
import resource

from socketio import Server

from campaigns.domain.errors import Full

ENDLESS = 1 << 20  # where the system sets no limit
LEAST_HEADROOM, MOST_HEADROOM = 128, 2048  # pages being fetched, SQL, Redis, desks, screens
RETRY_FROM_MS, RETRY_TO_MS = 3_000, 8_000


def raise_file_limit() -> int:
    """Take all the files that the system grants without asking; returns how many may be open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENDLESS if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return ENDLESS if soft == resource.RLIM_INFINITY else soft


def sockets_within(files: int) -> int:
    """How many sockets leave enough files for everything else."""
    return max(1, files - min(max(files // 8, LEAST_HEADROOM), MOST_HEADROOM))


class Doors:
    """`most`: open sockets of all kinds, the one that is asking among them."""

    def __init__(self, server: Server, most: int) -> None:
        self._server, self._most = server, most

    def admit(self) -> None:
        """Raises Full."""
        if len(self._server.eio.sockets) > self._most:
            raise Full(random.randint(RETRY_FROM_MS, RETRY_TO_MS))
