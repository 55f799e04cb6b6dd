"""The WebSocket under Engine.IO, for now simple-websocket with its doors closed.

It would accept permessage-deflate from every browser (90 KiB a connection, and a bomb: 95 kB in, 110 MB out) and messages of
any size; here the offer is not seen and a frame ends at 8 kB. It also notes what only this layer knows: when a frame was
read, and the round trip the kernel measured. Our own frames come later (docs/decisions/0006); this is the seam.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from engineio.async_drivers import gevent as driver

MAX_MESSAGE = 8 * 1024
_MIN_RTT_OFFSET = 148  # tcpi_min_rtt in struct tcp_info (Linux ≥ 4.6): 8 bytes, 24 × u32, 4 × u64, then the third u32
_PING, _PONG = "2", "3"
_FROM_PAGES = tuple("12345")  # Engine.IO packets a page may send: close, probe, pong, message, upgrade; never binary
_NS_PER_US = 1000


class Wire(driver.WebSocketWSGI):  # type: ignore[misc]  # untyped library
    """One connection. `received_ns`: when the newest message was read (monotonic)."""

    trust_kernel = True  # False behind a proxy: TCP ends there, so our own pings have to do

    def __init__(self, handler: Callable[..., Any], server: Any) -> None:
        super().__init__(handler, server)
        self.server_args["max_message_size"] = MAX_MESSAGE
        self.received_ns = 0
        self._pinged_ns: int | None = None
        self._lowest_ping_ns: int | None = None
        handler.__self__.wire = self  # type: ignore[attr-defined]  # the Engine.IO socket, from which handlers find us

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return super().__call__(environ, start_response)

    def wait(self) -> Any:
        message = super().wait()
        self.received_ns = time.monotonic_ns()
        if message == _PONG and self._pinged_ns is not None:
            took_ns = self.received_ns - self._pinged_ns
            self._lowest_ping_ns = min(took_ns, self._lowest_ping_ns or took_ns)
            self._pinged_ns = None
        return message if isinstance(message, str) and message[:1] in _FROM_PAGES else None  # None ends it

    def send(self, message: Any) -> Any:
        if message == _PING:
            self._pinged_ns = time.monotonic_ns()
        return super().send(message)

    def lowest_rtt_ns(self) -> int | None:
        """The lowest round trip *we* measured; what the page claims plays no part."""
        return (kernel_rtt_ns(self.ws.sock) if self.trust_kernel else None) or self._lowest_ping_ns


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
