"""One WebSocket: our own frames (frames.py) on gevent's socket, without a greenlet beyond the one that reads.

What is sent is written at once, straight into the kernel, unless something waits already; what the kernel does not take goes into
the outbox, and only then there is a second greenlet, until the page has caught up. Who does not catch up is cut. It also notes
what only this layer knows: when the bytes of a message were read, and the round trip the kernel measured (docs/decisions/0006).
All of it runs in the hub's thread: nothing here needs a lock.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from typing import Any

import gevent

from realtime.frames import CLOSE, NORMAL, PING, PONG, TEXT, Broken, Inbox, accepted, closing, frame
from realtime.outbox import Outbox

MAX_MESSAGE = 8 * 1024
GONE_MS = 30_000  # the kernel gives a connection up whose other end takes nothing and says nothing
LAST_WORDS_S = 5.0  # what is still on its way to a page that is being closed
READ_AT_ONCE = 4096
IN_A_ROW = 32  # messages of one socket before the others have a turn
VERSION = "13"
TOO_SLOW = 4000  # our own closing code: the page has not taken what it was sent, and comes back for a snapshot
_MIN_RTT_OFFSET = 148  # tcpi_min_rtt in struct tcp_info (Linux ≥ 4.6): 8 bytes, 24 × u32, 4 × u64, then the third u32
_PING, _PONG = frame(TEXT, b"2"), "3"
_FROM_PAGES = tuple("12345")  # Engine.IO packets a page may send: close, probe, pong, message, upgrade; never binary
_NS_PER_US = 1000


def upgrade(environ: dict[str, Any], start_response: Any) -> Any:
    """The handshake: the socket behind it, or None after a refusal."""
    answer = accepted(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
    if answer is None or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != VERSION:
        start_response("400 Bad Request", [("Sec-WebSocket-Version", VERSION)])
        return None
    reader = environ["wsgi.input"]
    sock = getattr(reader, "rfile", reader).raw._sock  # gevent's; it closes it when we return
    with contextlib.suppress(OSError, AttributeError):  # not TCP, or not Linux
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_MS)
    sock.settimeout(None)  # a timer for each read is dear; who is silent is found by the pulse
    head = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
    sock.sendall("\r\n".join((*head, f"Sec-WebSocket-Accept: {answer}", "", "")).encode())
    return sock


class Wire:
    """One connection. `received_ns`: when the newest message was read (monotonic), a different instant for each message: an
    answer is told from its repetition by it, and both may come in one piece. `trust_kernel`: False behind a proxy, where TCP
    ends before us, so our own pings have to do."""

    __slots__ = (
        "_ended",
        "_in_a_row",
        "_inbox",
        "_lowest_ping_ns",
        "_open",
        "_outbox",
        "_pinged_ns",
        "_raw",
        "_sock",
        "_trust_kernel",
        "_writer",
        "read_ns",
        "received_ns",
    )

    def __init__(self, sock: Any, *, trust_kernel: bool) -> None:
        self._sock, self._raw, self._trust_kernel = sock, sock._sock, trust_kernel
        self._inbox = Inbox(MAX_MESSAGE)
        self._outbox: Outbox | None = None  # while the page is behind
        self._writer: gevent.Greenlet[..., None] | None = None
        self._open, self._ended = True, False
        self._in_a_row = 0
        self.received_ns, self.read_ns = 0, time.monotonic_ns()
        self._pinged_ns: int | None = None
        self._lowest_ping_ns: int | None = None

    # --- what comes in

    def wait(self) -> str | None:
        """The next message; None: there is none to come."""
        message = self._next()
        if message == _PONG and self._pinged_ns is not None:
            took_ns = self.received_ns - self._pinged_ns
            self._lowest_ping_ns = min(took_ns, self._lowest_ping_ns or took_ns)
            self._pinged_ns = None
        return message if message is not None and message[:1] in _FROM_PAGES else None

    def _next(self) -> str | None:
        try:
            while self._open and not self._ended:
                found = self._inbox.take()
                if found is None:
                    self._read()
                elif found[0] == TEXT:
                    assert isinstance(found[1], str)
                    self.received_ns = max(self.read_ns, self.received_ns + 1)
                    return found[1]
                elif found[0] == PING:
                    assert isinstance(found[1], bytes)
                    self.deliver(frame(PONG, found[1]))
                elif found[0] == CLOSE:
                    self.end(NORMAL)
        except Broken as error:
            self.end(error.code)
        except OSError:  # gone
            self._open = False
        return None

    def _read(self) -> None:
        """Wait for bytes. Who sends without a pause gets them without a pause: after some, the others have their turn."""
        self._in_a_row += 1
        if self._in_a_row >= IN_A_ROW:
            self._in_a_row = 0
            gevent.sleep(0)  # gives the turn away, waits for nothing
        data = self._sock.recv(READ_AT_ONCE)
        self.read_ns = time.monotonic_ns()
        if not data:
            self._open = False
        self._inbox.feed(data)

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
            sent = self._raw.send(data)
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
        self._ended = True
        if self._outbox is None:
            self._cut()
        else:
            self._outbox.put(closing(code))
            gevent.spawn_later(LAST_WORDS_S, self._cut)

    def linger(self) -> None:
        """Wait until what was to go out has gone, or cannot."""
        if self._writer is not None:
            self._writer.join(LAST_WORDS_S)

    def lowest_rtt_ns(self) -> int | None:
        """The lowest round trip *we* measured; what the page claims plays no part."""
        return (kernel_rtt_ns(self._sock) if self._trust_kernel else None) or self._lowest_ping_ns

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
            self._sock.sendall(in_hand)
            while self._outbox:
                self._sock.sendall(self._outbox.take())
        except OSError:
            self._cut()
        self._outbox = self._writer = None
        if self._ended:
            self._cut()

    def _cut(self) -> None:
        """Let go whoever waits for this socket: the reader finds its end, a writer an error."""
        self._open = False
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)


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
