"""The WebSocket under Engine.IO: our own frames (frames.py) on gevent's socket, read and written without a greenlet in between.

It also notes what only this layer knows: when the bytes of a message were read, and the round trip the kernel measured.
Engine.IO knows it by three methods, `wait`, `send`, `close`, and a call that does the handshake (docs/decisions/0006).
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

from realtime.frames import CLOSE, NORMAL, PING, PONG, TEXT, Broken, Inbox, accepted, closing, frame

MAX_MESSAGE = 8 * 1024
SILENT_S = 45.0  # our pings are answered sooner (realtime/server.py), and a reader takes what we write
READ_AT_ONCE = 4096
IN_A_ROW = 32  # messages of one socket before the others have a turn
VERSION = "13"
_MIN_RTT_OFFSET = 148  # tcpi_min_rtt in struct tcp_info (Linux ≥ 4.6): 8 bytes, 24 × u32, 4 × u64, then the third u32
_PING, _PONG = "2", "3"
_FROM_PAGES = tuple("12345")  # Engine.IO packets a page may send: close, probe, pong, message, upgrade; never binary
_NS_PER_US = 1000


class Wire:
    """One connection. `received_ns`: when the newest message was read (monotonic), a different instant for each message: an
    answer is told from its repetition by it, and both may come in one piece."""

    trust_kernel = True  # False behind a proxy: TCP ends there, so our own pings have to do

    def __init__(self, handler: Callable[..., Any], server: Any) -> None:
        self._handler = handler
        self._sock: Any = None
        self._inbox = Inbox(MAX_MESSAGE)
        self._writing = threading.Lock()  # two greenlets write: Engine.IO's, and who answers control frames
        self._open = False
        self._in_a_row = 0
        self.received_ns = self._read_ns = 0
        self._pinged_ns: int | None = None
        self._lowest_ping_ns: int | None = None
        handler.__self__.wire = self  # type: ignore[attr-defined]  # the Engine.IO socket, from which handlers find us

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """The handshake, then the connection until it ends."""
        answer = accepted(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
        if answer is None or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != VERSION:
            start_response("400 Bad Request", [("Sec-WebSocket-Version", VERSION)])
            return [b"no WebSocket handshake"]
        reader = environ["wsgi.input"]
        self._sock = getattr(reader, "rfile", reader).raw._sock  # gevent's; it closes it when we return
        self._sock.settimeout(SILENT_S)
        head = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
        self._sock.sendall("\r\n".join((*head, f"Sec-WebSocket-Accept: {answer}", "", "")).encode())
        self._open = True
        return self._handler(self)

    def wait(self) -> str | None:
        """The next message; None: there is none to come."""
        message = self._next()
        if message == _PONG and self._pinged_ns is not None:
            took_ns = self.received_ns - self._pinged_ns
            self._lowest_ping_ns = min(took_ns, self._lowest_ping_ns or took_ns)
            self._pinged_ns = None
        return message if message is not None and message[:1] in _FROM_PAGES else None

    def send(self, message: Any) -> None:
        """Raises OSError when the connection is gone."""
        if message == _PING:
            self._pinged_ns = time.monotonic_ns()
        self._write(frame(TEXT, message.encode() if isinstance(message, str) else message))

    @property
    def writing(self) -> bool:
        """Somebody is at it, and waits for the page to take what was sent before."""
        return self._writing.locked()

    def close(self) -> None:
        self._end(NORMAL)

    def lowest_rtt_ns(self) -> int | None:
        """The lowest round trip *we* measured; what the page claims plays no part."""
        return (kernel_rtt_ns(self._sock) if self.trust_kernel else None) or self._lowest_ping_ns

    def _next(self) -> str | None:
        try:
            while self._open:
                found = self._inbox.take()
                if found is None:
                    self._read()
                elif found[0] == TEXT:
                    assert isinstance(found[1], str)
                    self.received_ns = max(self._read_ns, self.received_ns + 1)
                    return found[1]
                elif found[0] == PING:
                    assert isinstance(found[1], bytes)
                    self._write(frame(PONG, found[1]))
                elif found[0] == CLOSE:
                    self._end(NORMAL)
        except Broken as error:
            self._end(error.code)
        except OSError:  # gone, or silent for too long
            self._open = False
        return None

    def _read(self) -> None:
        """Wait for bytes. Who sends without a pause gets them without a pause: after some, the others have their turn."""
        self._in_a_row += 1
        if self._in_a_row >= IN_A_ROW:
            self._in_a_row = 0
            time.sleep(0)  # gives the turn away, waits for nothing
        data = self._sock.recv(READ_AT_ONCE)
        self._read_ns = time.monotonic_ns()
        if not data:
            self._open = False
        self._inbox.feed(data)

    def _write(self, data: bytes) -> None:
        if not self._open:
            raise OSError("the connection is closed")
        with self._writing:
            self._sock.sendall(data)

    def _end(self, code: int) -> None:
        """Say so, and let whoever waits for bytes go."""
        if self._open:
            with contextlib.suppress(OSError):
                self._write(closing(code))
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
