"""Engine.IO as we run it: the library's for whoever polls, our own for WebSockets.

The library starts a writer's greenlet for each connection and another for each ping, keeps a queue that has no end, and wakes
the writer through it for every message. Here a connection at rest is a few objects: what is sent is written at once, what comes
in is read by the event loop (websocket.py), and one greenlet asks all pages in turn whether they are there. A message that may
have to wait is handled in a greenlet of its own, one of a connection at a time, so that a page's messages stay in order.
Rejected: another server beside Flask-SocketIO, whose API, polling and clients stay as they are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import gevent
from engineio import Server
from engineio.packet import CLOSE, MESSAGE, NOOP, OPEN, PING, PONG, UPGRADE, Packet

from realtime.frames import NORMAL, TEXT, frame
from realtime.handshake import upgrade
from realtime.polling import WRITTEN, Polling, Written
from realtime.pulse import Pulse
from realtime.websocket import Wire

MOST_WAITING = 16  # messages of one page that wait for the one in hand; then it is not read any further
PROBE_S = 5.0  # for a page that polls to try its WebSocket and move over
# What handlers ask of a request. The rest of an environ would be held as long as its connection.
KEPT = ("HTTP_COOKIE", "HTTP_USER_AGENT", "REMOTE_ADDR", "wsgi.url_scheme")
_MESSAGE, _CLOSE, _UPGRADE = str(MESSAGE), str(CLOSE), str(UPGRADE)
_PROBE, _PROBED = f"{PING}probe", f"{PONG}probe"


class Connection(Polling):
    """One page. `wire`: its WebSocket, once it has one. `turn`: those whom the pulse asks together with it. `received_ns`: when
    the message in hand was read. `fan`: its id among the fans, for the answers' lane."""

    wire: Wire | None = None
    _probing: Wire | None = None
    fan: str | None = None
    received_ns = 0
    _busy = False  # a message is in hand: those that come wait
    lost = False  # the page has hung up; its farewell waits until what is in hand is done

    @property
    def heard_ns(self) -> int:
        """When something came from the page."""
        return self.polled_ns if self.wire is None else self.wire.read_ns

    def send(self, packet: Any) -> None:
        if self.upgraded and self.wire is not None:
            self.wire.send(packet.encode())
        else:
            self.keep(packet)

    def in_vain(self, price: float = 1.0) -> bool:
        return super().in_vain(price) if self.wire is None else self.wire.in_vain(price)

    def ask(self) -> None:
        """Are you there?"""
        if self.upgraded and self.wire is not None:
            self.wire.ping()
        elif not self.upgrading:
            self.send(Packet(PING))

    def schedule_ping(self) -> None:
        """The pulse does it."""

    def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:
        self._drop_probe()
        if self.wire is None:
            super().close(wait=wait, abort=abort, reason=reason)
            self.server.sockets.pop(self.sid, None)  # the library's posts stumble over what is closed
        elif not self.closing:
            self.closing = True
            why = reason or self.server.reason.SERVER_DISCONNECT
            self.server._trigger_event("disconnect", self.sid, why, run_async=False)
            if not abort:
                self.wire.send(_CLOSE)
            self.closed = True
            self.wire.end(NORMAL)

    def _first(self) -> bytes:
        """What a page that begins with the WebSocket hears first."""
        return frame(TEXT, Packet(OPEN, self.server.opening(self.sid, "websocket")).encode().encode())

    def _upgrade_websocket(self, environ: dict[str, Any], start_response: Any) -> Any:
        if self.wire is not None or self._probing is not None:
            start_response("400 Bad Request", [])
            return (b"this connection has its WebSocket already",)
        sock = upgrade(environ, start_response, b"" if self.connected else self._first())
        if sock is None:
            return (b"no WebSocket handshake",)
        environ.clear()
        environ["HTTP_UPGRADE"] = "websocket"  # all that our server looks at afterwards
        wire = Wire(sock, trust_kernel=self.server.trust_kernel)
        if self.connected:
            self._probing = wire
            gevent.spawn_later(PROBE_S, self._drop_probe, wire)
            wire.listen(partial(self._probe, wire), partial(self._probe_lost, wire))
        else:
            self.connected = True
            self._move_to(wire)
        return ()  # a list would be taken for packets of a poll

    def _probe(self, wire: Wire, message: str, received_ns: int) -> None:
        """A page that polled so far tries the WebSocket, ends its polling, then says that it moves over."""
        if message == _PROBE and not self.upgrading and self.wire is None:
            self.upgrading = True
            wire.send(_PROBED)
            self.queue.put(Packet(NOOP))  # lets the poll under way go
        elif message == _UPGRADE and self.upgrading:
            self.upgrading, self._probing = False, None
            self._move_to(wire)
        else:
            wire.end(NORMAL)

    def _probe_lost(self, wire: Wire) -> None:
        if self._probing is wire:
            self.upgrading, self._probing = False, None

    def _drop_probe(self, wire: Wire | None = None) -> None:
        """Nobody moves over by it any more: the time is up, or the connection is at its end."""
        if self._probing is not None and wire in (None, self._probing):
            self._probing.end(NORMAL)

    def _move_to(self, wire: Wire) -> None:
        """What waited for the WebSocket goes out, then what comes in is heard."""
        self.wire = wire
        while self._queue is not None and not self._queue.empty():
            wire.send(self._queue.get().encode())
        if self._polling:  # what was to let it go has just been taken
            self.queue.put(Packet(NOOP))
        self.upgraded = True
        wire.listen(self._hear, self._lost)

    def _hear(self, message: str, received_ns: int) -> None:
        """In the event loop."""
        if not self._busy:
            self._take_up(message, received_ns)
            return
        assert self.wire is not None
        self._waiting = self._waiting or deque()
        self._waiting.append((message, received_ns))
        if len(self._waiting) >= MOST_WAITING:
            self.wire.pause()

    def _lost(self) -> None:
        """In the event loop: nothing more comes. What is in hand is finished first."""
        self.lost = True
        self._hear(_CLOSE, 0)

    def _take_up(self, message: str, received_ns: int) -> None:
        self._busy, self.received_ns = True, received_ns
        if message[0] == _MESSAGE:
            if not self.server.lane(self, message):
                gevent.spawn(self._hand_on, message)
        elif message[0] == _CLOSE:
            gevent.spawn(self.leave)
        else:
            self.go_on()

    def _hand_on(self, message: str) -> None:
        try:
            self.server.heard(self.sid, message[1:])
        finally:
            self.go_on()

    def go_on(self) -> None:
        """The message in hand is done: the next."""
        self._busy = False
        if self._waiting:
            message, received_ns = self._waiting.popleft()
            if not self._waiting and self.wire is not None:
                self._waiting = None
                gevent.get_hub().loop.run_callback(self.wire.go_on)
            self._take_up(message, received_ns)


class Engine(Server):  # type: ignore[misc]  # untyped library
    """`heard(sid, text)`: what a page's message goes to. `lane(page, message)` is asked first, in the event loop: True if it
    takes the message and will let the page `go_on`. Made by `take_over` from the server that Flask-SocketIO has built."""

    pulse: Pulse
    trust_kernel: bool
    heard: Callable[[str, str], None]
    lane: Callable[[Connection, str], bool]
    _beating: bool = False

    def _handle_connect(self, environ: Any, start_response: Any, transport: str, jsonp_index: Any = None) -> Any:
        if not self._beating:
            self._beating = True
            self.start_background_task(self.pulse.run)
        sid = self.generate_id()
        connection = self.sockets[sid] = Connection(self, sid, self.pulse.deal())
        self._trigger_event("connect", sid, {name: environ[name] for name in KEPT if name in environ}, run_async=False)
        if transport == "websocket":
            try:
                return connection._upgrade_websocket(environ, start_response)
            finally:
                if connection.wire is None:
                    connection.leave()
        connection.send(Packet(OPEN, self.opening(sid, transport)))
        connection.connected = True
        return self._ok(connection.fetch(environ), jsonp_index=jsonp_index)

    def handle_request(self, environ: Any, start_response: Any) -> Any:
        answer = super().handle_request(environ, start_response)
        if environ.get("REQUEST_METHOD") == "HEAD":
            return []  # the library would answer it with a body
        return Written(answer, environ.pop(WRITTEN)) if WRITTEN in environ else answer

    def opening(self, sid: str, transport: str) -> dict[str, Any]:
        return {
            "sid": sid,
            "upgrades": self._upgrades(sid, transport),
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }


def take_over(engine: Server, *, trust_kernel: bool) -> None:
    """Flask-SocketIO names the class of its Engine.IO server itself; this is the seam behind which ours stands."""
    engine.__class__ = Engine
    engine.trust_kernel = trust_kernel
    engine.lane = lambda page, message: False
    engine.pulse = Pulse(int(engine.ping_interval), int(engine.ping_timeout))
