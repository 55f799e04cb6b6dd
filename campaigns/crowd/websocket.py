"""A WebSocket client for one asyncio loop, as cheap as it can be: the load must not take the server's processor.

RFC 6455 as far as a client of ours needs it: masked text out, unmasked text in, ping, close. It stamps the instant at which bytes
were read, before anything is parsed, so that a page's own work is not counted as the server's. Rejected: asyncio streams (a task
switch and a copy per frame), aiohttp (eight packages for one handshake).
"""

from __future__ import annotations

import asyncio
import base64
import os
import time
from collections.abc import Callable

from campaigns.crowd.errors import CrowdError

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
FIN, MASKED = 0x80, 0x80
SHORT, MEDIUM = 125, 0xFFFF
SAYS_MEDIUM, SAYS_LONG = 126, 127

OnText = Callable[["WebSocket", str, float], None]


class WebSocket(asyncio.Protocol):
    """`on_text(self, text, read_s)` for every message; `ready` resolves at the end of the handshake, `gone` at the end of all."""

    def __init__(self, request: bytes, on_text: OnText) -> None:
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()
        self._request, self._on_text = request, on_text
        self._buffer = bytearray()
        self._text = bytearray()
        self._shaken = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(CrowdError("the server closed the connection during the handshake"))
        if not self.gone.done():
            self.gone.set_result(None)

    def data_received(self, data: bytes) -> None:
        read_s = time.monotonic()
        self._buffer += data
        if not self._shaken and not self._shake():
            return
        while self._frame(read_s):
            pass

    def send(self, text: str) -> None:
        self._send(TEXT, text.encode())

    def abort(self) -> None:
        """Gone without a word, like a phone in a tunnel."""
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._send(CLOSE, b"\x03\xe8")
            self._transport.close()

    def _shake(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = bytes(self._buffer[:12])
        del self._buffer[: end + 4]
        self._shaken = True
        if not self.ready.done():
            if status.endswith(b"101"):
                self.ready.set_result(None)
            else:
                self.ready.set_exception(CrowdError(f"no WebSocket: the server said {status!r}"))
        return status.endswith(b"101")

    def _frame(self, read_s: float) -> bool:
        """Take one whole frame from the buffer; False when there is none yet."""
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        length, start = buffer[1] & 0x7F, 2
        if length >= SAYS_MEDIUM:
            size = 2 if length == SAYS_MEDIUM else 8
            start += size
            if len(buffer) < start:
                return False
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return False
        first, payload = buffer[0], bytes(buffer[start : start + length])
        del buffer[: start + length]
        self._take(first & 0x0F, bool(first & FIN), payload, read_s)
        return True

    def _take(self, opcode: int, last: bool, payload: bytes, read_s: float) -> None:
        if opcode == PING:
            self._send(PONG, payload)
        elif opcode == CLOSE:
            self.close()
        elif opcode != PONG:
            self._text += payload
            if last:
                text = self._text.decode()
                self._text.clear()
                self._on_text(self, text, read_s)

    def _send(self, opcode: int, payload: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        length = len(payload)
        if length <= SHORT:
            head = bytes((FIN | opcode, MASKED | length))
        elif length <= MEDIUM:
            head = bytes((FIN | opcode, MASKED | SAYS_MEDIUM)) + length.to_bytes(2, "big")
        else:
            head = bytes((FIN | opcode, MASKED | SAYS_LONG)) + length.to_bytes(8, "big")
        mask = os.urandom(4)
        key = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
        masked = (int.from_bytes(payload, "big") ^ key).to_bytes(length, "big")
        self._transport.write(head + mask + masked)


async def connect(host: str, port: int, path: str, cookie: str, on_text: OnText) -> WebSocket:
    """An open WebSocket. Raises CrowdError, OSError."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"Cookie: {cookie}",
    )
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(lambda: WebSocket(request, on_text), host, port)
    await socket.ready
    return socket
