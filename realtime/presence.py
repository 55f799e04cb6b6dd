"""Fans in other web processes, twice a second: for "everybody has answered" and for the counters.

Everything read here ends in the room's memory, so that the ticker never waits for Redis. Without Redis, or before it can be
believed, `room.elsewhere` is None: then no question closes early, it closes by its time or by the desk. Accepted: a fan who
came to another process within the last second is not missed.
"""

from __future__ import annotations

import logging
import time

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from campaigns.bootstrap import Services
from campaigns.live.presence import exchange
from campaigns.play.live import answered_by
from realtime.rooms import Room, Rooms

log = logging.getLogger("fanfare.presence")
PERIOD_S = 0.5


class Presence:
    """`process` names this web process among the others."""

    def __init__(self, services: Services, rooms: Rooms, process: str) -> None:
        self._services, self._rooms, self._process = services, rooms, process
        self._told: dict[int, frozenset[int]] = {}

    def run(self) -> None:
        """For ever, in a greenlet of its own."""
        while True:
            self.look_round()
            time.sleep(PERIOD_S)  # the pulse of this greenlet

    def look_round(self) -> None:
        rooms = dict(self._rooms.by_run)
        self._told = {run_id: told for run_id, told in self._told.items() if run_id in rooms}
        try:
            for run_id, room in rooms.items():
                self._look(run_id, room)
        except (RedisError, SQLAlchemyError) as error:  # what we know grows old by itself (HEARD_NS in rooms.py)
            log.info("not told who is elsewhere: %s", error)
        except Exception:  # a word that nobody of ours wrote must not end it
            log.exception("presence goes on after an unexpected error")

    def _look(self, run_id: int, room: Room) -> None:
        asked_ns = self._services.now().ns
        waited = room.waited(asked_ns)
        room.elsewhere = exchange(
            self._services.live, run_id, self._process, waited, self._told.get(run_id), room.fans.keys()
        )
        self._told[run_id] = waited
        gate = room.live.gate
        if room.elsewhere is not None and room.elsewhere.processes and gate is not None and gate.taking:
            answered = answered_by(self._services, gate.round_id)
            if room.live.gate is not None and room.live.gate.round_id == gate.round_id:
                room.answered |= answered - room.live.removed.keys()
        room.heard_ns = asked_ns
