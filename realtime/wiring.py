"""Joins the parts of the wire and starts their greenlets. The one place that knows them all."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask_socketio import SocketIO

from campaigns.bootstrap import Services
from campaigns.db.group_commit import GroupCommit
from campaigns.db.journal import Journal
from campaigns.db.step_journal import StepEntry, step_journal
from campaigns.play.quiz.plays import Plays
from campaigns.play.quiz.wall import Walls
from realtime.dispatch import Namespace
from realtime.displays import DisplaysWire
from realtime.doors import Doors
from realtime.drain import Drain
from realtime.fans import FansWire
from realtime.lane import AnswerLane
from realtime.meters import Meters
from realtime.operators import OperatorsWire
from realtime.presence import Presence
from realtime.publisher import DISPLAYS, FANS, OPERATORS, Publisher
from realtime.quiz import QuizWire
from realtime.rooms import Rooms
from realtime.screen_watch import ScreenWatch
from realtime.server import NAMESPACES
from realtime.ticker import Ticker
from realtime.walls import WallWatch


@dataclass(frozen=True)
class Wiring:
    """The running wire of one web process. `namespaces` says what may be sent, by whom: tests enumerate it."""

    journal: Journal
    steps: GroupCommit[StepEntry, bool]
    publisher: Publisher
    ticker: Ticker
    walls: WallWatch
    presence: Presence
    screens: ScreenWatch
    doors: Doors
    drain: Drain
    namespaces: tuple[Namespace, ...]

    def start(self, socketio: SocketIO) -> None:
        self.journal.start()
        self.steps.start()
        socketio.start_background_task(self.publisher.listen)
        socketio.start_background_task(self.ticker.run)
        socketio.start_background_task(self.walls.run)
        socketio.start_background_task(self.presence.run)
        socketio.start_background_task(self.screens.run)
        socketio.start_background_task(self.doors.run)

    def well(self) -> dict[str, bool]:
        """What /healthz adds to its own findings."""
        return {
            "bus": not self.publisher.bus_away,
            "places": not self.doors.full,
            "journal": self.journal.waiting < 1000 and self.steps.waiting < 1000,
        }


def wire(services: Services, socketio: SocketIO, meters: Meters, public_url: str, most_sockets: int) -> Wiring:
    """Everything behind the three namespaces, not yet started."""
    server = socketio.server
    rooms, process = Rooms(), secrets.token_hex(8)
    publisher = Publisher(services, server, rooms, process)
    journal = Journal(services.answers_sql, services.now, services.sql)
    steps = step_journal(services.answers_sql)
    plays = Plays(services, steps)
    quiz = QuizWire(plays, server, meters)
    doors = Doors(server, most_sockets, NAMESPACES, meters)
    fans = FansWire(services, server, journal, rooms, publisher, meters, doors, quiz)
    screens = ScreenWatch(services, rooms)
    displays = DisplaysWire(services, server, rooms, publisher, public_url, screens.heard)
    operators = OperatorsWire(services, server, rooms, publisher, meters)
    named = ((FANS, "fan"), (DISPLAYS, "display"), (OPERATORS, "operator"))
    spaces = tuple(Namespace(server, name, role, meters.failed) for name, role in named)
    fans.register(spaces[0])
    displays.register(spaces[1])
    operators.register(spaces[2])
    server.eio.lane = AnswerLane(services, journal, rooms, spaces[0], meters).take

    def degraded() -> list[str]:
        parts = {"redis": publisher.bus_away, "sql": ticker.sql_away or journal.waiting > 1000, "places": doors.full}
        return [name for name, away in parts.items() if away]

    ticker = Ticker(services, server, rooms, publisher, displays, operators, degraded, lambda: journal.waiting)
    walls = WallWatch(rooms, plays.passes, Walls(services))
    presence = Presence(services, rooms, process)
    drain = Drain(server, NAMESPACES, (steps.stop, journal.stop))
    return Wiring(journal, steps, publisher, ticker, walls, presence, screens, doors, drain, spaces)
