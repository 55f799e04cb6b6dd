"""One WebSocket: our own frames (frames.py) on a bare socket, without a greenlet.

What comes in is read by a callback of the event loop and handed on message by message; who is handed one must not wait there.
What is sent is written at once, straight into the kernel, unless something waits already; what the kernel does not take goes into
the outbox, and only then there is a greenlet, until the page has caught up. Who does not catch up is cut. It also notes
what only this layer knows: when the bytes of a message were read, and the round trip the kernel measured (docs/decisions/0006).
All of it runs in the hub's thread: nothing here needs a lock. Rejected: a greenlet that reads (20 KiB of paused frames each).
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import gevent
from gevent import monkey
from gevent.socket import wait_write

from realtime.frames import CLOSE, NORMAL, PING, PONG, TEXT, Broken, Inbox, accepted, closing, frame
from realtime.outbox import Outbox

MAX_MESSAGE = 8 * 1024
GONE_MS = 30_000  # the kernel gives a connection up whose other end takes nothing and says nothing
LAST_WORDS_S = 5.0  # what is still on its way to a page that is being closed
READ_AT_ONCE = 4096  # of one socket before the others have a turn
VERSION = "13"
TOO_SLOW = 4000  # our own closing code: the page has not taken what it was sent, and comes back for a snapshot
RTT_KEPT_NS = 5_000_000_000  # a lowest round trip changes slowly: not asked of the kernel for each answer
_READABLE = 1  # of the event loop's watchers
_MIN_RTT_OFFSET = 148  # tcpi_min_rtt in struct tcp_info (Linux ≥ 4.6): 8 bytes, 24 × u32, 4 × u64, then the third u32
_PING, _PONG = frame(TEXT, b"2"), "3"
_FROM_PAGES = frozenset(
    "12345"
)  # Engine.IO packets a page may send: close, probe, pong, message, upgrade; never binary
_NS_PER_US = 1000
_Bare = monkey.get_original("socket", "socket")

Hear = Callable[[str, int], None]


def upgrade(environ: dict[str, Any], start_response: Any, first: bytes = b"") -> socket.socket | None:
    """The handshake, and what goes out with it: the socket behind it, taken from the HTTP server, which is done with it; or None
    after a refusal."""
    answer = accepted(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
    willing = "upgrade" in environ.get("HTTP_CONNECTION", "").lower()
    if answer is None or not willing or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != VERSION:
        start_response("400 Bad Request", [("Sec-WebSocket-Version", VERSION)])
        return None
    reader = environ["wsgi.input"]
    theirs = getattr(reader, "rfile", reader).raw._sock  # gevent's
    with contextlib.suppress(OSError, AttributeError):  # not TCP, or not Linux
        theirs.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_MS)
    head = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
    theirs.sendall("\r\n".join((*head, f"Sec-WebSocket-Accept: {answer}", "", "")).encode() + first)
    return bare(theirs)


def bare(theirs: Any) -> socket.socket:
    """gevent's socket without gevent: what it wraps, and its place in the event loop, would be kept for each page."""
    sock: socket.socket = _Bare(fileno=theirs.detach())
    sock.setblocking(False)
    return sock


class Wire:
    """One connection. `received_ns`: when the newest message was read (monotonic), a different instant for each message: an
    answer is told from its repetition by it, and both may come in one piece. `trust_kernel`: False behind a proxy, where TCP
    ends before us, so our own pings have to do."""

    __slots__ = (
        "_ended",
        "_hear",
        "_inbox",
        "_lost",
        "_lowest_ping_ns",
        "_open",
        "_outbox",
        "_pinged_ns",
        "_rtt_ns",
        "_rtt_read_ns",
        "_send",
        "_sock",
        "_trust_kernel",
        "_watcher",
        "_writer",
        "read_ns",
        "received_ns",
    )

    def __init__(self, sock: socket.socket, *, trust_kernel: bool) -> None:
        self._sock, self._send, self._trust_kernel = sock, sock.send, trust_kernel
        self._inbox = Inbox(MAX_MESSAGE)
        self._outbox: Outbox | None = None  # while the page is behind
        self._writer: gevent.Greenlet[..., None] | None = None
        self._watcher: Any = None  # while we read
        self._hear: Hear | None = None
        self._lost: Callable[[], None] | None = None
        self._open, self._ended = True, False
        self.received_ns, self.read_ns = 0, time.monotonic_ns()
        self._pinged_ns: int | None = None
        self._lowest_ping_ns: int | None = None
        self._rtt_ns: int | None = None
        self._rtt_read_ns = -RTT_KEPT_NS

    # --- what comes in

    def listen(self, hear: Hear, lost: Callable[[], None]) -> None:
        """From now on `hear(message, when it was read)`, and `lost()` once there is none to come. Both are called in the
        event loop and must not wait."""
        self._hear, self._lost = hear, lost
        if not self._open:
            self._over()
        elif self._watcher is None:
            self._watcher = gevent.get_hub().loop.io(self._sock.fileno(), _READABLE)
            self._watcher.start(self._read)

    def pause(self) -> None:
        """Read nothing for a while: what the page sends waits in the kernel, and then with the page."""
        if self._watcher is not None:
            self._watcher.stop()

    def go_on(self) -> None:
        """After a pause."""
        if self._watcher is not None and not self._watcher.active:
            self._watcher.start(self._read)
            self._take()

    def _read(self) -> None:
        try:
            data = self._sock.recv(READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:  # gone
            data = b""
        self.read_ns = time.monotonic_ns()
        if not data:
            self._over()
        elif (message := self._inbox.whole(data)) is not None:
            self._found(TEXT, message)
        else:
            self._inbox.feed(data)
            self._take()

    def _take(self) -> None:
        """Hand on what is here, as long as somebody wants it."""
        try:
            while self._watcher is not None and self._watcher.active:
                found = self._inbox.take()
                if found is None:
                    return
                self._found(*found)
        except Broken as error:
            self.end(error.code)

    def _found(self, opcode: int, payload: str | bytes) -> None:
        if isinstance(payload, str):
            self.received_ns = max(self.read_ns, self.received_ns + 1)
            if payload == _PONG:
                self._pong()
            elif payload[:1] in _FROM_PAGES:
                assert self._hear is not None
                self._hear(payload, self.received_ns)
            else:
                self.end(NORMAL)
        elif opcode == PING:
            self.deliver(frame(PONG, payload))
        elif opcode == CLOSE:
            self.end(NORMAL)

    def _pong(self) -> None:
        if self._pinged_ns is not None:
            took_ns = self.received_ns - self._pinged_ns
            self._lowest_ping_ns = min(took_ns, self._lowest_ping_ns or took_ns)
            self._pinged_ns = None

    def _over(self) -> None:
        """Nothing more comes. Whoever writes still may do so for a while, and lets the socket go afterwards."""
        lost, self._lost = self._lost, None
        if lost is None:
            return
        self._open = False
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.stop()
            watcher.close()
        if self._writer is None:
            self._let_go()
        else:
            gevent.spawn_later(LAST_WORDS_S, self._cut)
        lost()

    def _let_go(self) -> None:
        with contextlib.suppress(OSError):
            self._sock.recv(MAX_MESSAGE)  # unread, it would turn our last words into a reset
        self._sock.close()

    # --- what goes out

    def send(self, message: str) -> None:
        self.deliver(frame(TEXT, message.encode()))

    def ping(self) -> None:
        """Engine.IO's; the page answers it as soon as it has read it."""
        self._pinged_ns = time.monotonic_ns()
        self.deliver(_PING)

    def deliver(self, data: bytes, state: str | None = None) -> None:
        """Write this frame now, or after what waits; never waits itself. A page that is gone is no error: the reader finds out.

        `state`: the name of the state it is, if a newer one may stand for it."""
        if self._outbox is not None:
            self._keep(data, state)
            return
        if not self._open or self._ended:
            return
        try:
            sent = self._send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._cut()
            return
        if sent < len(data):
            self._outbox = Outbox()
            self._writer = gevent.spawn(self._catch_up, data[sent:])

    def end(self, code: int) -> None:
        """Close it: after what waits, and after the word why."""
        if not self._open or self._ended:
            return
        if self._outbox is None:
            self.deliver(closing(code))
        else:
            self._outbox.put(closing(code))
        self._ended = True
        if self._outbox is None:
            self._cut()
        else:
            gevent.spawn_later(LAST_WORDS_S, self._cut)

    def lowest_rtt_ns(self) -> int | None:
        """The lowest round trip *we* measured; what the page claims plays no part."""
        if not self._trust_kernel:
            return self._lowest_ping_ns
        if self.read_ns - self._rtt_read_ns >= RTT_KEPT_NS:
            self._rtt_ns, self._rtt_read_ns = kernel_rtt_ns(self._sock), self.read_ns
        return self._rtt_ns or self._lowest_ping_ns

    def _keep(self, data: bytes, state: str | None) -> None:
        assert self._outbox is not None
        if self._ended or self._outbox.put(data, state):
            return
        self._outbox.clear()  # what the writer has in hand goes out whole, then the word why
        self.end(TOO_SLOW)

    def _catch_up(self, in_hand: bytes) -> None:
        """The writer's greenlet: lives as long as something waits."""
        assert self._outbox is not None
        try:
            self._write(in_hand)
            while self._outbox:
                self._write(self._outbox.take())
        except OSError:
            self._cut()
        self._outbox = self._writer = None
        if self._ended:
            self._cut()
        if not self._open:
            self._let_go()

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._send(rest) :]
            except BlockingIOError:
                wait_write(self._sock.fileno())

    def _cut(self) -> None:
        """Nothing goes out and nothing comes in any more; a writer finds an error."""
        self._open = False
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._over()


def kernel_rtt_ns(sock: socket.socket) -> int | None:
    """The kernel's lowest round trip of this TCP connection; None where it has none."""
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _MIN_RTT_OFFSET + 4)
    except (OSError, AttributeError):
        return None
    if len(info) < _MIN_RTT_OFFSET + 4:
        return None
    microseconds: int = struct.unpack_from("I", info, _MIN_RTT_OFFSET)[0]
    return microseconds * _NS_PER_US if 0 < microseconds < 0xFFFFFFFF else None
