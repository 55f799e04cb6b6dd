"""WebSocket frames (RFC 6455) on the server's side, without any transport: bytes in, messages out.

Text only, bounded, no extensions: permessage-deflate would cost 90 KiB a connection and is a bomb (95 kB in, 110 MB out).
Whatever a page must not send raises Broken with the code to close with. Rejected: wsproto under simple-websocket: three
switches of greenlets and six times the CPU for a message.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from hashlib import sha1

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
CONTINUED, TEXT, CLOSE, PING, PONG = 0x0, 0x1, 0x8, 0x9, 0xA
FIN, RESERVED, MASKED, CONTROL = 0x80, 0x70, 0x80, 0x08
SHORT, MEDIUM, LONG = 125, 126, 127
MEDIUM_MOST = 0xFFFF
NORMAL, PROTOCOL, UNSUPPORTED, NO_UTF8, POLICY, TOO_BIG = 1000, 1002, 1003, 1007, 1008, 1009
MOST_PIECES = 64  # of one message; pages send it in one
KEY_BYTES = 16
_WHOLE = FIN | TEXT


class Broken(Exception):
    """The page does not speak the protocol: `code` says how, for the closing frame."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def accepted(key: str) -> str | None:
    """What the handshake answers to Sec-WebSocket-Key; None: it is no key."""
    try:
        if len(b64decode(key, validate=True)) != KEY_BYTES:
            return None
    except (NoBase64, ValueError):
        return None
    return b64encode(sha1(key.encode() + GUID).digest()).decode()


def frame(opcode: int, payload: bytes) -> bytes:
    """One whole frame, unmasked as a server's are."""
    length = len(payload)
    if length <= SHORT:
        return bytes((FIN | opcode, length)) + payload
    if length <= MEDIUM_MOST:
        return bytes((FIN | opcode, MEDIUM)) + length.to_bytes(2, "big") + payload
    return bytes((FIN | opcode, LONG)) + length.to_bytes(8, "big") + payload


def closing(code: int) -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big"))


class Inbox:
    """Takes bytes as they come and gives (opcode, payload): TEXT in one piece, as str; CLOSE, PING, PONG as bytes."""

    __slots__ = ("_bytes", "_most", "_pieces", "_text")

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = bytearray()
        self._text: bytearray | None = None  # the fragments of a message so far
        self._pieces = 0  # how many

    def feed(self, data: bytes) -> None:
        self._bytes += data

    def whole(self, data: bytes) -> str | None:
        """What pages nearly always send: one short message, in one piece, with nothing before it and nothing behind. None: it
        is something else, to be fed and taken."""
        length = len(data) - 6
        if self._bytes or self._text is not None or not 0 <= length <= SHORT:
            return None
        if data[0] != _WHOLE or data[1] != MASKED | length:
            return None
        try:
            return _unmasked(data[2:6], data[6:]).decode()
        except UnicodeDecodeError:
            return None

    def take(self) -> tuple[int, str | bytes] | None:
        """The next message; None: it is not all here yet. Raises Broken."""
        while (found := self._frame()) is not None:
            opcode, last, payload = found
            if opcode & CONTROL:
                return opcode, payload
            if (opcode == CONTINUED) is (self._text is None):
                raise Broken(PROTOCOL)
            if last and self._text is None:
                return TEXT, _utf8(payload)
            self._text = (self._text or bytearray()) + payload
            self._pieces += 1
            if len(self._text) > self._most:
                raise Broken(TOO_BIG)
            if self._pieces > MOST_PIECES:
                raise Broken(POLICY)
            if last:
                whole, self._text, self._pieces = bytes(self._text), None, 0
                return TEXT, _utf8(whole)
        return None

    def _frame(self) -> tuple[int, bool, bytes] | None:
        held = self._bytes
        if len(held) < 2:
            return None
        first, second = held[0], held[1]
        _check(first, second)
        length, start = second & ~MASKED, 2
        if length >= MEDIUM:
            start = 4 if length == MEDIUM else 10
            if len(held) < start:
                return None
            length = int.from_bytes(held[2:start], "big")
        if length > self._most:
            raise Broken(TOO_BIG)
        end = start + 4 + length
        if len(held) < end:
            return None
        payload = _unmasked(held[start : start + 4], held[start + 4 : end])
        del held[:end]
        return first & 0x0F, bool(first & FIN), payload


def _check(first: int, second: int) -> None:
    opcode = first & 0x0F
    if opcode == 0x2:
        raise Broken(UNSUPPORTED)
    if first & RESERVED or opcode not in (CONTINUED, TEXT, CLOSE, PING, PONG) or not second & MASKED:
        raise Broken(PROTOCOL)
    if opcode & CONTROL and (not first & FIN or second & ~MASKED > SHORT):
        raise Broken(PROTOCOL)


def _unmasked(mask: bytes | bytearray, payload: bytes | bytearray) -> bytes:
    """The whole payload as one number: byte by byte would cost fifty times as much."""
    length = len(payload)
    key = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
    return (int.from_bytes(payload, "big") ^ key).to_bytes(length, "big")


def _utf8(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise Broken(NO_UTF8) from None
