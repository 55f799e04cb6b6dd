"""From an HTTP request to a bare socket: the WebSocket's handshake, and what the kernel is told and asked about the connection.

The kernel by itself would hold megabytes for a page that reads nothing, beside our outbox: it is told to hold 128 kB.
Rejected: TCP_NOTSENT_LOWAT, which bounds what has not been sent, and not what nobody has acknowledged.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from typing import Any

from gevent import monkey

from realtime.frames import accepted

VERSION = "13"
HELD_BYTES = 64 * 1024  # on its way to one page; the kernel takes it twice, for what it needs itself
_MIN_RTT_OFFSET = 148  # tcpi_min_rtt in struct tcp_info (Linux ≥ 4.6): 8 bytes, 24 × u32, 4 × u64, then the third u32
_NS_PER_US = 1000
_Bare = monkey.get_original("socket", "socket")


def upgrade(environ: dict[str, Any], start_response: Any, first: bytes = b"") -> socket.socket | None:
    """The handshake, and what goes out with it: the socket behind it, taken from the HTTP server, which is done with it; or None
    after a refusal."""
    answer = accepted(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
    willing = "upgrade" in environ.get("HTTP_CONNECTION", "").lower()
    if answer is None or not willing or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != VERSION:
        start_response("400 Bad Request", [("Sec-WebSocket-Version", VERSION)])
        return None
    theirs = hold_little(environ)
    head = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
    theirs.sendall("\r\n".join((*head, f"Sec-WebSocket-Accept: {answer}", "", "")).encode() + first)
    return bare(theirs)


def hold_little(environ: dict[str, Any]) -> Any:
    """gevent's socket that a request has come by; from now on the kernel holds little for it."""
    reader = environ["wsgi.input"]
    theirs = getattr(reader, "rfile", reader).raw._sock
    with contextlib.suppress(OSError):  # not TCP
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, HELD_BYTES)
    return theirs


def bare(theirs: Any) -> socket.socket:
    """gevent's socket without gevent: what it wraps, and its place in the event loop, would be kept for each page."""
    sock: socket.socket = _Bare(fileno=theirs.detach())
    sock.setblocking(False)
    return sock


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
