"""The walls of quizzes: once a second what has moved there, for the rooms of this process that a display looks at.

A greenlet of its own, because counting a season's plays the first time may take seconds, and the ticker opens questions.
It only loads; the ticker sends (at most twice a second, and to displays alone).
"""

from __future__ import annotations

import logging
import time

from sqlalchemy.exc import SQLAlchemyError

from campaigns.play.quiz.passes import Passes
from campaigns.play.quiz.wall import Walls
from realtime.rooms import Rooms

log = logging.getLogger("fanfare.walls")
EVERY_S = 1.0


class WallWatch:
    def __init__(self, rooms: Rooms, passes: Passes, walls: Walls) -> None:
        self._rooms, self._passes, self._walls = rooms, passes, walls

    def run(self) -> None:
        """For ever. While SQL is away walls keep what they show."""
        while True:
            try:
                self.look()
            except SQLAlchemyError as error:
                log.info("SQL is away: %s", error)
            except Exception:  # one bad row must not darken every wall
                log.exception("the walls go on after an unexpected error")
            time.sleep(EVERY_S)  # the pulse of this greenlet

    def look(self) -> None:
        self._walls.tell(self._passes.taken())
        watched = {
            run_id: room for run_id, room in list(self._rooms.by_run.items()) if room.live.is_quiz and room.displays
        }
        self._walls.forget(list(watched))
        for run_id, room in watched.items():
            wall = self._walls.wall(run_id)
            if wall != room.wall:
                room.wall = wall
                room.ticked = ()
