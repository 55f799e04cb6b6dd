"""From "this run has a newer event" to one packet for everybody: built once, framed once by Socket.IO, sent to a room.

Hints come over Redis; what a lost hint would cost is bounded by asking SQL for the newest seq once a second (`catch_up`). A
hint for a run that nobody here looks at costs nothing.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from weakref import WeakValueDictionary

from redis import RedisError
from socketio import Server
from sqlalchemy.exc import SQLAlchemyError

from campaigns.bootstrap import Services
from campaigns.db.gathering import Gathering
from campaigns.live import keys
from campaigns.play.live import load_live, newest
from campaigns.play.seat import Seat
from realtime.rooms import AWAY_NS, Room, Rooms, room_name

log = logging.getLogger("fanfare.publisher")
FANS, DISPLAYS, OPERATORS = "/fans", "/displays", "/operators"
FIRST_BACK_OFF_S, LONGEST_BACK_OFF_S = 0.1, 2.0
BEFORE_PLAY = ("scheduled", "lobby")
GATHER_S = 0.05  # how long a seat waits for others to be told of with it
WORD_S = 0.5  # how long a last packet gets before its socket is closed


class Publisher:
    """Keeps the rooms of this process at the newest scene."""

    def __init__(self, services: Services, server: Server, rooms: Rooms, process: str) -> None:
        self._services, self._server, self._rooms, self._process = services, server, rooms, process
        self._locks: WeakValueDictionary[int, threading.Lock] = (
            WeakValueDictionary()
        )  # each as long as somebody holds it
        self._making = threading.Lock()
        self._looks: Gathering[int, None] = Gathering("looks", self._look_at)
        self._newly_seated: list[tuple[int, int, int]] = []  # run, fan, stamp
        self.bus_away = False
        self.wall_chosen: Callable[[], None] = lambda: None  # the displays' wire puts its own here
        self.renamed: Callable[[str], None] = lambda sid: None  # the fans' wire puts its own here

    def seated(self, seat: Seat, stamp: int) -> None:
        """Tell other processes that the fan's newest tab is here. Not heard: two tabs live, and one answer counts."""
        if not self._newly_seated:
            self._server.start_background_task(self._tell_seated)
        self._newly_seated.append((seat.run_id, seat.fan_id, stamp))

    def _tell_seated(self) -> None:
        """In one word, of all who came within a moment: a hall comes at once."""
        self._server.sleep(GATHER_S)
        seats, self._newly_seated = self._newly_seated, []
        if not self.bus_away:
            with contextlib.suppress(RedisError):
                numbers = (str(number) for seat in seats for number in seat)
                self._services.bus.publish(keys.SEATED, " ".join((self._process, *numbers)))

    def _hear_seated(self, process: str, numbers: list[int]) -> None:
        if process != self._process:
            for run_id, fan_id, stamp in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
                self._seated_elsewhere(run_id, fan_id, stamp, process)

    def _seated_elsewhere(self, run_id: int, fan_id: int, stamp: int, process: str) -> None:
        room = self._rooms.by_run.get(run_id)
        sid = room.fans.get(fan_id) if room is not None else None
        if sid is not None:
            older = (self._rooms.stamps[sid], self._process) < (stamp, process)
            if older:
                self.dismiss(sid, "replaced")

    def dismiss(self, sid: str, reason: str) -> None:
        """Tell a fan's page that it is out, and close its socket once the word is through."""
        seat = self._rooms.seats.get(sid)
        self._server.emit("removed", {"reason": reason}, to=sid, namespace=FANS)
        if seat is not None:
            self._server.leave_room(sid, room_name(seat.run_id), namespace=FANS)
        self._rooms.leave_fan(sid)
        self._server.start_background_task(self._cut, sid)

    def _cut(self, sid: str) -> None:
        self._server.sleep(WORD_S)
        self._server.disconnect(sid, namespace=FANS)

    def room(self, run_id: int) -> Room:
        """The room of this run, loaded if this process has not had it yet. Who comes in does not wait for a refresh under way: it
        will be sent what that brings."""
        known = self._rooms.by_run.get(run_id)
        return known if known is not None else self._load(run_id)

    def _load(self, run_id: int) -> Room:
        with self._lock(run_id):
            known = self._rooms.by_run.get(run_id)
            if known is None:
                known = Room(load_live(self._services, run_id))
                known.take(known.live)
                if known.live.packet.scene not in BEFORE_PLAY:  # we come late: others may be on their way back
                    known.trusted_ns = time.monotonic_ns() + AWAY_NS
                self._rooms.by_run[run_id] = known
            return known

    def refresh(self, run_id: int) -> None:
        """Load the newest scene and send it if it is newer than what the room shows."""
        for sid in self._refresh(run_id):
            self.renamed(sid)  # without the lock: their snapshot asks for the room

    def _refresh(self, run_id: int) -> list[str]:
        """The sids of fans who are called otherwise from now on."""
        with self._lock(run_id):
            room = self._rooms.by_run.get(run_id)
            if room is None:
                return []
            live = load_live(self._services, run_id)
            if live.packet.seq <= room.live.packet.seq:
                room.live = replace(room.live, due_ns=live.due_ns)  # a cohort's: what comes next may be known only now
                return []
            room.take(live)
            self._send(run_id, room)
            for fan_id in live.removed.keys() & room.fans.keys():
                self.dismiss(room.fans[fan_id], live.removed[fan_id])
            here = live.named.keys() & room.fans.keys()
            return [room.fans[fan] for fan in here if self._rooms.call(room.fans[fan], live.named[fan])]

    def look(self, run_id: int) -> None:
        """As `refresh`, for what any page can cause: one look for all who ask meanwhile, cheap when there is nothing newer."""
        self._looks.ask(run_id)

    def _look_at(self, run_ids: list[int]) -> list[None]:
        self._catch_up({run_id: room for run_id in run_ids if (room := self._rooms.by_run.get(run_id)) is not None})
        return [None] * len(run_ids)

    def catch_up(self) -> None:
        """Ask SQL for what the bus may have dropped."""
        self._catch_up(dict(self._rooms.by_run))

    def _catch_up(self, rooms: dict[int, Room]) -> None:
        for run_id, (seq, joined) in newest(self._services, list(rooms)).items() if rooms else ():
            rooms[run_id].joined = joined
            if seq > rooms[run_id].live.packet.seq or rooms[run_id].live.follows is not None:
                self.refresh(run_id)

    def listen(self) -> None:
        """Runs for ever in a greenlet of its own: hints from Redis, and back again after an outage within 2 s."""
        back_off_s = FIRST_BACK_OFF_S
        while True:
            try:
                self._listen_once()
            except RedisError as error:
                if not self.bus_away:
                    back_off_s = FIRST_BACK_OFF_S
                    log.warning("the bus is away: %s", error)
                self.bus_away = True
            except SQLAlchemyError as error:
                log.warning("SQL is away: %s", error)
            except Exception:  # a hint that nobody of ours wrote must not end the listening
                log.exception("the listener goes on after an unexpected error")
            time.sleep(back_off_s)
            back_off_s = min(LONGEST_BACK_OFF_S, back_off_s * 2)

    def _listen_once(self) -> None:
        """Until the connection ends. A time-out of the read only means that nothing happened."""
        bus = self._services.bus.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # redis-py
        try:
            bus.subscribe(keys.MOVED, keys.SEATED, keys.WALL, keys.FLASH)
            self.bus_away = False
            while True:
                hint = bus.get_message(timeout=5.0)
                if hint is not None:
                    self._hear(hint["channel"].decode(), hint["data"].decode().split())
        finally:
            bus.close()

    def _hear(self, channel: str, words: list[str]) -> None:
        if channel == keys.SEATED:
            self._hear_seated(words[0], [int(word) for word in words[1:]])
        elif channel == keys.WALL:
            self.wall_chosen()
        elif channel == keys.FLASH:
            self._flash(int(words[0]), [int(ns) / 1e6 for ns in words[1:]])
        else:
            self._hear_moved(int(words[0]), int(words[1]))

    def _hear_moved(self, run_id: int, seq: int) -> None:
        """Who moved it may have been ourselves: then its room shows that already. A cohort's has a count of its own."""
        for each in self._rooms.told_by(run_id):
            room = self._rooms.by_run.get(each)
            if room is not None and (each != run_id or room.live.packet.seq < seq):
                self.refresh(each)

    def _send(self, run_id: int, room: Room) -> None:
        for namespace in (FANS, DISPLAYS):
            self._server.emit("scene", room.packet_json, to=room_name(run_id), namespace=namespace)

    def _flash(self, run_id: int, at_ms: list[float]) -> None:
        """The screens alone: a phone that flashed would tell its fan before the stream does."""
        self._server.emit("flash", {"at_ms": at_ms}, to=room_name(run_id), namespace=DISPLAYS)

    def _lock(self, run_id: int) -> threading.Lock:
        with self._making:
            lock = self._locks.get(run_id)
            if lock is None:
                lock = self._locks[run_id] = threading.Lock()
            return lock
