"""The pulse of a web process: looks at deadlines, sends counters at most twice a second, asks SQL what the bus dropped.

Deadlines are stored and compared; this only announces. The sweeper does the same once a second for runs nobody watches.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from socketio import Server
from sqlalchemy.exc import SQLAlchemyError

from campaigns.bootstrap import Services
from campaigns.control.people import newest_names
from campaigns.domain.question import Kind
from campaigns.domain.scene import BuzzPart, ScenePacket
from campaigns.play.buzz import buzz_now
from campaigns.settle.due import close_answered, keep_time
from realtime.displays import DisplaysWire
from realtime.messages import plain
from realtime.operators import OperatorsWire
from realtime.publisher import DISPLAYS, FANS, Publisher
from realtime.rooms import HEARD_NS, Room, Rooms, room_name

log = logging.getLogger("fanfare.ticker")
PULSE_S = 0.04
TICK_S, LONGEST_TICK_S = 0.5, 3.0
TICK_SHARE = 8  # a tick may take an eighth of the time
CROWD = 50  # answers on their way into SQL
POLL_S = 1.0
NAMES_SHOWN = 40
TAKES = ("open", "closed")


def after_tick_s(began_s: float, ended_s: float) -> float:
    """When the next one is due. Counters change with everybody who comes in and go to everybody who is there: in a hall that
    comes back they would take all the time that it needs to come in."""
    return began_s + min(LONGEST_TICK_S, max(TICK_S, TICK_SHARE * (ended_s - began_s)))


def is_due(now_s: float, due_s: float, answers: int) -> bool:
    """Those who wait for their acknowledgement go first: a tick lets a crowd of answers by, for half a second."""
    return now_s >= due_s + (TICK_S if answers >= CROWD else 0.0)


@dataclass
class Ticker:
    services: Services
    server: Server
    rooms: Rooms
    publisher: Publisher
    displays: DisplaysWire
    operators: OperatorsWire
    degraded: Callable[[], list[str]]
    answers: Callable[[], int]  # how many are on their way into SQL
    sql_away: bool = False

    def run(self) -> None:
        """For ever, in a greenlet of its own."""
        next_tick = next_poll = 0.0
        while True:
            now = time.monotonic()
            try:
                self.watch_clocks()
                if is_due(now, next_tick, self.answers()):
                    next_tick = now + TICK_S
                    self.tick()
                    next_tick = after_tick_s(now, time.monotonic())
                if now >= next_poll:
                    next_poll = now + POLL_S
                    self.poll()
                self.sql_away = False
            except SQLAlchemyError as error:
                if not self.sql_away:
                    log.warning("SQL is away: %s", error)
                self.sql_away = True
                next_poll = now + POLL_S
                time.sleep(0.2)
            except Exception:  # without the ticker no question would open or close any more
                log.exception("the ticker goes on after an unexpected error")
                time.sleep(0.2)
            time.sleep(PULSE_S)

    def watch_clocks(self) -> None:
        """Deadlines of the runs watched here, and rounds that everybody has answered."""
        now = self.services.now()
        for run_id, room in list(self.rooms.by_run.items()):
            if room.live.due_ns is not None and room.live.due_ns <= now.ns and keep_time(self.services, run_id):
                self.publisher.refresh(run_id)
            gate = room.live.gate
            if room.live.close_when_all and gate is not None and room.everybody_answered(now):
                close_answered(self.services, run_id, gate.round_id)
                self.publisher.refresh(run_id)

    def tick(self) -> None:
        """Counters that changed, one packet for all; the newest state always goes out."""
        for run_id, room in list(self.rooms.by_run.items()):
            counters, buzz = (
                (room.live.packet.seq, room.joined, room.connected, room.answers),
                self._buzz(run_id, room),
            )
            if counters != room.ticked or buzz != room.buzz:
                room.ticked, room.buzz = counters, buzz
                room.desk_dirty = True
                self._send_tick(run_id, room, counters)
            if room.desks and room.desk_dirty:
                room.desk_dirty = False
                self.operators.send(run_id, room, self.degraded())

    def _buzz(self, run_id: int, room: Room) -> BuzzPart | None:
        """Who pressed first, while that may change: also for a moment after the close, until it is judged.

        SQL sorts all presses for it, so it is asked again only when there is a new one, or something happened.
        """
        gate = room.live.gate
        changing = gate is not None and gate.kind is Kind.BUZZER and gate.taking and room.live.packet.scene in TAKES
        if not changing:
            return None
        state = (room.live.packet.seq, len(room.answered), frozenset(room.live.removed))  # before SQL is asked
        deaf = self.services.now().ns - room.heard_ns > HEARD_NS  # to presses in other processes
        if room.buzz_asked is None or room.buzz_asked[0] != state or deaf:
            room.buzz_asked = (state, buzz_now(self.services, run_id))
        return room.buzz_asked[1]

    def poll(self) -> None:
        self.publisher.catch_up()
        self.displays.follow_newest()
        self.operators.end_logged_out()
        self.rooms.forget_empty()
        self.services.visits.write(self.services.sql)
        for run_id, room in list(self.rooms.by_run.items()):
            room.desk_dirty = True  # rate and p99 fall also when nothing happens
            by_hours = room.live.scheduled or room.live.is_quiz
            if by_hours and keep_time(self.services, run_id):
                self.publisher.refresh(run_id)

    def _names(self, run_id: int, room: Room) -> dict[str, object]:
        """The names, and by name the badge of those who wear one.

        Read before somebody hid them, they are not sent after it: the next tick brings what stands for them.
        """
        names, packet = newest_names(self.services, run_id, NAMES_SHOWN), room.live.packet
        hidden = isinstance(packet, ScenePacket) and packet.run.nameless
        shown = [each for each in names if isinstance(each, int) is hidden]
        if len(shown) < len(names):
            room.ticked = ()
        return {"names": shown, "badges": {each: names[each] for each in shown if names[each] is not None}}

    def _send_tick(self, run_id: int, room: Room, counters: tuple[int, ...]) -> None:
        names = ("seq", "joined", "connected", "answered")
        packet: dict[str, object] = dict(zip(names, counters, strict=True))
        if room.buzz is not None:
            packet["buzz"] = plain(room.buzz)
        self.server.emit("tick", packet, to=room_name(run_id), namespace=FANS)
        if room.displays:
            if room.live.is_quiz:
                packet |= plain(room.wall) if room.wall is not None else {}
            elif room.live.packet.scene == "lobby":
                packet = packet | self._names(run_id, room)
            self.server.emit("tick", packet, to=room_name(run_id), namespace=DISPLAYS)
