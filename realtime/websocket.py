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
import time
from collections.abc import Callable
from typing import Any

import gevent
from gevent.socket import wait_write

from realtime.frames import CLOSE, NORMAL, PING, POLICY, PONG, TEXT, Broken, Inbox, closing, frame
from realtime.handshake import kernel_rtt_ns
from realtime.outbox import Outbox

MAX_MESSAGE = 8 * 1024
LAST_WORDS_S = 5.0  # what is still on its way to a page that is being closed
READ_AT_ONCE = 4096  # of one socket before the others have a turn
IN_VAIN, IN_VAIN_PER_S = 200.0, 10.0  # pings, refusals, words to nobody: at once, and from then on
TOO_SLOW = 4000  # our own closing code: the page has not taken what it was sent, and comes back for a snapshot
RTT_KEPT_NS = 5_000_000_000  # a lowest round trip changes slowly: not asked of the kernel for each answer
_READABLE = 1  # of the event loop's watchers
_PING, _PONG = frame(TEXT, b"2"), "3"
_MESSAGE, _LEAVES = "4", "1"
_FROM_PAGES = frozenset("1235")  # what else a page may send: close, probe, pong, upgrade; never binary
_NS_PER_S = 1_000_000_000

Hear = Callable[[str, int], None]


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
        "_owed",
        "_pinged_ns",
        "_rtt_ns",
        "_rtt_read_ns",
        "_send",
        "_sock",
        "_trust_kernel",
        "_vain",
        "_vain_ns",
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
        self._owed: bytes | None = None  # the newest ping that wants its pong
        self._vain, self._vain_ns = 0.0, self.read_ns

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
        elif self._ended:  # nobody hears it, and nobody keeps it: the last words wait for the page to read
            return
        elif (message := self._inbox.whole(data)) is not None:
            self._found(TEXT, message)
        else:
            self._inbox.feed(data)
            self._take()

    def _take(self) -> None:
        """Hand on what is here, as long as somebody wants it."""
        try:
            while self._wanted() and (found := self._inbox.take()) is not None:
                self._found(*found)
        except Broken as error:
            self.end(error.code)
        if self._owed is not None:  # of many pings the newest (RFC 6455, 5.5.3)
            self.deliver(frame(PONG, self._owed))
            self._owed = None

    def _wanted(self) -> bool:
        return not self._ended and self._watcher is not None and self._watcher.active

    def _found(self, opcode: int, payload: str | bytes) -> None:
        if isinstance(payload, str):
            self.received_ns = max(self.read_ns, self.received_ns + 1)
            assert self._hear is not None
            if payload[:1] == _MESSAGE:
                self._hear(payload, self.received_ns)
            elif payload == _PONG:
                self._pong()
            elif payload[:1] not in _FROM_PAGES:
                self.end(NORMAL)
            elif payload[:1] == _LEAVES or self.in_vain():
                self._hear(payload, self.received_ns)
        elif opcode == CLOSE:
            self.end(NORMAL)
        elif self.in_vain() and opcode == PING:
            self._owed = payload

    def _pong(self) -> None:
        if self._pinged_ns is None:
            self.in_vain()
            return
        took_ns = self.received_ns - self._pinged_ns
        self._lowest_ping_ns = min(took_ns, self._lowest_ping_ns or took_ns)
        self._pinged_ns = None

    def in_vain(self, price: float = 1.0) -> bool:
        """What has come was of no use. False: so much of it that the page is cut; it is not waited for until it has taken the
        word why."""
        since_ns, self._vain_ns = self._vain_ns, self.read_ns
        self._vain = max(0.0, self._vain - (self.read_ns - since_ns) * IN_VAIN_PER_S / _NS_PER_S) + price
        if self._vain <= IN_VAIN:
            return True
        self.end(POLICY)
        self._cut()
        return False

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
            self._outbox.put(closing(code), last=True)
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
