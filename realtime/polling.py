"""Whoever polls: the library's part of Engine.IO, with bounds.

A poll is in hand until the kernel has taken its answer, and what is on its way counts as waiting: who asks and asks and reads
nothing is behind like a WebSocket that reads nothing. Of a post counts how long it is, for clients fill it up to `maxPayload`,
and how many of its packets are of no use.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

import gevent
from engineio.exceptions import ContentTooLongError, EngineIOError
from engineio.packet import MESSAGE, PONG, Packet
from engineio.payload import Payload
from engineio.socket import Socket

from realtime.handshake import hold_little
from realtime.outbox import MOST_BYTES, MOST_MESSAGES
from realtime.websocket import IN_VAIN

if TYPE_CHECKING:
    from realtime.engine import Engine

WRITTEN = "fanfare.written"  # in an environ: what is called when the answer is with the kernel


class Posted(Payload):  # type: ignore[misc]  # untyped library
    """What a post holds. The library's own bound is as small as a burst of its own client's."""

    max_decode_packets = math.inf


class Written(list[bytes]):
    """An answer whose end the HTTP server tells: WSGI's `close`, also after a failure."""

    def __init__(self, pieces: list[bytes], close: Callable[[], None]) -> None:
        super().__init__(pieces)
        self.close = close


class Polling(Socket):  # type: ignore[misc]  # untyped library
    """One page, as far as it polls. `turn`: those whom the pulse asks together with it."""

    connected = upgrading = upgraded = closing = closed = False
    _queue: Any = None
    _held = 0  # of what waits for a poll, or is on its way by one
    _ending = False  # more than may wait, or too much of no use: it is being ended
    _posting = _polling = False  # a request of each kind is in hand
    _vain = 0.0  # of the post in hand: its packets of no use

    def __init__(self, server: Engine, sid: str, turn: set[Self]) -> None:
        # Not the library's, which makes a queue for every page: most never poll.
        self.server, self.sid, self.turn = server, sid, turn
        self.session: dict[str, object] = {}
        self._heard_ns = self._fetched_ns = time.monotonic_ns()
        self._waiting: deque[tuple[str, int]] | None = None
        turn.add(self)

    @property
    def queue(self) -> Any:
        """What waits for the next poll."""
        self._queue = self.server.create_queue() if self._queue is None else self._queue
        return self._queue

    @property
    def polled_ns(self) -> int:
        """When it was last there: it must fetch as well as post, but cannot post while a post is in hand."""
        return self._fetched_ns if self._posting else min(self._heard_ns, self._fetched_ns)

    def keep(self, packet: Any) -> None:
        """For the next poll."""
        if self.closed or self._ending:
            return
        self._held += len(packet.encode())
        if self._held <= MOST_BYTES and self.queue.qsize() < MOST_MESSAGES:
            self.queue.put(packet)
        else:
            self._end()

    def _end(self) -> None:
        """From within a handler of its own, which is not waited for."""
        self._ending = True
        gevent.spawn(self.leave)

    def in_vain(self, price: float = 1.0) -> bool:
        """What has come was of no use. False: so much of it in one post that the page is ended. Each post has a price of its own:
        what a request costs."""
        self._vain += price
        if self._vain <= IN_VAIN:
            return True
        self._end()
        return False

    def handle_get_request(self, environ: Any, start_response: Any) -> Any:
        self._fetched_ns = time.monotonic_ns()
        free = not self._polling
        answer = self._or_leave(super().handle_get_request, environ, start_response)
        if free and self._polling and isinstance(answer, list):
            self._tell_written(environ)
        return answer

    def handle_post_request(self, environ: Any) -> None:
        self._or_leave(self._take_post, environ)

    def _or_leave(self, work: Callable[..., Any], *given: Any) -> Any:
        """Who asks for what it must not is ended: the library would wait until it has taken all that is there for it."""
        try:
            return work(*given)
        except (EngineIOError, OSError, ValueError, LookupError) as error:  # a post broke off, or holds no packets
            self.leave()
            raise EngineIOError(str(error)) from error

    def _take_post(self, environ: Any) -> None:
        """One at a time, as Engine.IO's clients post, so that a page's messages stay in order."""
        if self._posting:
            raise EngineIOError("a post is in hand")
        self._posting, self._vain = True, 0.0
        try:
            body = environ["wsgi.input"].read(self.server.max_http_buffer_size + 1)
            if len(body) > self.server.max_http_buffer_size:
                raise ContentTooLongError
            for packet in Posted(encoded_payload=body.decode()).packets:
                if self._ending:
                    raise EngineIOError("more has been posted than its page is heard for")
                self.receive(packet)
        finally:
            self._posting, self._heard_ns = False, time.monotonic_ns()

    def fetch(self, environ: Any) -> list[Packet]:
        """The first poll."""
        packets = self.poll()
        self._tell_written(environ)
        return packets

    def poll(self) -> list[Packet]:
        """One at a time: each holds a file. It takes all there is."""
        if self._polling:
            raise EngineIOError("a poll is in hand")
        self._polling = True
        try:
            return list(super().poll())
        except BaseException:
            self._polling = False
            raise

    def _tell_written(self, environ: Any) -> None:
        hold_little(environ)
        held = self._held

        def written() -> None:
            self._held -= held
            self._polling = False

        environ[WRITTEN] = written

    def receive(self, packet: Any) -> None:
        """What a page that polls has posted, before it moved over: what it says by its WebSocket has an arrival of its own."""
        self._heard_ns = time.monotonic_ns()
        if self.upgraded:
            raise EngineIOError("posted by a page that has moved over")
        if packet.packet_type == MESSAGE or (self.in_vain() and packet.packet_type != PONG):
            super().receive(packet)

    def leave(self) -> None:
        """For good; whatever else it has sent is heard by nobody."""
        try:
            self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
        finally:
            self.turn.discard(self)
            self.server.sockets.pop(self.sid, None)
