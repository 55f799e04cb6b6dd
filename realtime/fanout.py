"""Socket.IO's rooms, so that a message to many is encoded once, framed once and written straight to each of them.

The library's manager queues per socket and wakes each writer; it also looks through all rooms of the house when one page
leaves, and keeps a room for every page. Here a page's rooms are known by its id, and a page is no room of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gevent
from bidict import bidict
from engineio.packet import MESSAGE
from engineio.packet import Packet as EnginePacket
from socketio import Manager
from socketio.packet import EVENT

from realtime.frames import TEXT, frame

STATES = frozenset({"scene", "tick", "desk", "remote"})  # what a newer one of the same name makes worthless
IN_A_ROW = 256  # deliveries before the others have a turn


class Pending(dict[str, None]):
    """Who has not been let in yet, oldest first. The library keeps a list, which it looks through at every event of anybody: with
    a hall at the door that is thousands of comparisons each."""

    def append(self, sid: str) -> None:
        self[sid] = None

    def remove(self, sid: str) -> None:
        del self[sid]


class Fanout(Manager):  # type: ignore[misc]  # untyped library
    """One process's clients. `rooms[namespace][None]` is everybody there, connection by sid, as in the library."""

    def __init__(self) -> None:
        super().__init__()
        self._rooms_of: dict[tuple[str, str], set[str]] = {}  # (namespace, sid)

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        **more: Any,
    ) -> None:
        """To a room or to one page (a name or a sid). Never to everybody: some have not been let in yet."""
        to = more.get("to") or room
        if not isinstance(to, str) or skip_sid or callback:
            raise ValueError("a message goes to one room or one page, without exceptions and without a callback")
        members = list(self.members(namespace, to))
        if not members:
            return
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        text = self.server.packet_class(EVENT, namespace=namespace, data=[event, *arguments]).encode()
        self._deliver(members, text, event if event in STATES else None)

    def _deliver(self, members: list[str], text: str, state: str | None) -> None:
        packet = EnginePacket(MESSAGE, text)
        framed = frame(TEXT, packet.encode().encode())
        sockets = self.server.eio.sockets
        for n, connection in enumerate(members, start=1):
            socket = sockets.get(connection)
            if socket is None:
                continue
            if socket.upgraded:
                socket.wire.deliver(framed, state)
            else:
                socket.send(packet)
            if n % IN_A_ROW == 0:
                gevent.sleep(0)  # gives the turn away, waits for nothing

    def pre_connect(self, eio_sid: str, namespace: str) -> Any:
        self.pending_connect.setdefault(namespace, Pending())
        return super().pre_connect(eio_sid, namespace)

    def members(self, namespace: str, room: str) -> Iterable[str]:
        """The connections of a room, or of one page."""
        known = self.rooms.get(namespace, {})
        if room in known:
            return known[room].values()  # type: ignore[no-any-return]  # untyped library
        one = known.get(None, {}).get(room)
        return () if one is None else (one,)

    def is_sid_room(self, namespace: str, room: Any) -> bool:
        return room is not None and room in self.rooms.get(namespace, {}).get(None, {})

    def basic_enter_room(self, sid: str, namespace: str, room: Any, eio_sid: str | None = None) -> None:
        if room == sid:
            return
        if room is None:
            self.rooms.setdefault(namespace, {}).setdefault(None, bidict())[sid] = eio_sid
            return
        connection = self.rooms.get(namespace, {}).get(None, {}).get(sid)
        if connection is None or self.is_sid_room(namespace, room):
            raise ValueError(f"{sid} is not connected to {namespace}, or {room} is a page")
        self.rooms[namespace].setdefault(room, {})[sid] = connection
        self._rooms_of.setdefault((namespace, sid), set()).add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: Any) -> None:
        members = self.rooms.get(namespace, {}).get(room)
        if members is None or members.pop(sid, None) is None:
            return
        own = self._rooms_of.get((namespace, sid))
        if own is not None:
            own.discard(room)
            if not own:
                del self._rooms_of[namespace, sid]
        if not members and room is not None:
            del self.rooms[namespace][room]

    def basic_disconnect(self, sid: str, namespace: str, **more: Any) -> None:
        for room in list(self._rooms_of.get((namespace, sid), ())):
            self.basic_leave_room(sid, namespace, room)
        self.basic_leave_room(sid, namespace, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]

    def get_participants(self, namespace: str, room: Any) -> Iterable[tuple[str, str]]:
        yield from list(self.rooms.get(namespace, {}).get(room, {}).items())

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        return list(self._rooms_of.get((namespace, sid), ()))
