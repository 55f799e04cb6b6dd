"""WebSocket frames against RFC 6455, byte by byte, without a socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from gevent.socket import socketpair
from hypothesis import given
from hypothesis import strategies as st

from realtime.frames import (
    CLOSE,
    NO_UTF8,
    PING,
    PROTOCOL,
    TEXT,
    TOO_BIG,
    UNSUPPORTED,
    Broken,
    Inbox,
    accepted,
    closing,
    frame,
)
from realtime.handshake import upgrade

MOST = 70_000
MASK = b"\x37\xfa\x21\x3d"


def sent(opcode: int, payload: bytes, *, last: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """A frame as a page sends it."""
    length = len(payload)
    marked = 0x80 if masked else 0
    if length <= 125:
        size = bytes((marked | length,))
    elif length <= 65_535:
        size = bytes((marked | 126,)) + length.to_bytes(2, "big")
    else:
        size = bytes((marked | 127,)) + length.to_bytes(8, "big")
    body = bytes(byte ^ MASK[i % 4] for i, byte in enumerate(payload)) if masked else payload
    return bytes(((0x80 if last else 0) | reserved | opcode,)) + size + (MASK if masked else b"") + body


def all_of(*frames: bytes, at_once: int = 1 << 20) -> list[tuple[int, str | bytes]]:
    """What the frames hold, coming `at_once` bytes at a time."""
    inbox, data, found = Inbox(MOST), b"".join(frames), []
    for start in range(0, len(data), at_once):
        inbox.feed(data[start : start + at_once])
        while (message := inbox.take()) is not None:
            found.append(message)
    return found


def test_the_example_of_the_rfc_is_unmasked() -> None:
    assert all_of(bytes.fromhex("818537fa213d7f9f4d5158")) == [(TEXT, "Hello")]


def test_the_handshake_answers_as_the_rfc_shows() -> None:
    assert accepted("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize("key", ["", "short", "dGhlIHNhbXBsZSBub25j", "?" * 24, "中" * 24])
def test_what_is_no_key_gets_no_answer(key: str) -> None:
    assert accepted(key) is None


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536])
def test_every_way_to_say_a_length_is_read_and_written(length: int) -> None:
    text = "x" * length
    assert all_of(sent(TEXT, text.encode())) == [(TEXT, text)]
    ours = frame(TEXT, text.encode())
    assert ours.endswith(text.encode()) and not ours[1] & 0x80
    assert len(ours) - length == (2 if length < 126 else 4 if length < 65_536 else 10)


@pytest.mark.parametrize("at_once", [1, 2, 3, 7])
def test_frames_may_come_in_any_pieces_and_several_at_once(at_once: int) -> None:
    frames = (sent(TEXT, "小明".encode()), sent(PING, b"?"), sent(TEXT, b"x" * 200), sent(CLOSE, b"\x03\xe8"))
    said = [(TEXT, "小明"), (PING, b"?"), (TEXT, "x" * 200), (CLOSE, b"\x03\xe8")]
    assert all_of(*frames, at_once=at_once) == said == all_of(*frames)


def test_a_message_in_fragments_is_one_and_a_ping_may_come_between() -> None:
    first, rest = "小明".encode()[:2], "小明".encode()[2:]
    frames = (sent(TEXT, first, last=False), sent(PING, b""), sent(0, rest, last=False), sent(0, b"!"))
    assert all_of(*frames) == [(PING, b""), (TEXT, "小明!")]


BROKEN = {
    "not masked": (sent(TEXT, b"x", masked=False), PROTOCOL),
    "a reserved bit": (sent(TEXT, b"x", reserved=0x40), PROTOCOL),
    "an opcode of the future": (sent(0x3, b"x"), PROTOCOL),
    "binary": (sent(0x2, b"x"), UNSUPPORTED),
    "no UTF-8": (sent(TEXT, b"\xed\xa0\x80"), NO_UTF8),
    "no UTF-8 at the joint": (sent(TEXT, b"\xe5", last=False) + sent(0, b"x"), NO_UTF8),
    "a control frame in pieces": (sent(PING, b"x", last=False), PROTOCOL),
    "a control frame too long": (sent(PING, b"x" * 126), PROTOCOL),
    "a continuation of nothing": (sent(0, b"x"), PROTOCOL),
    "a new message inside another": (sent(TEXT, b"x", last=False) + sent(TEXT, b"y"), PROTOCOL),
    "a frame too long": (sent(TEXT, b"x" * (MOST + 1)), TOO_BIG),
    "a length beyond all": (b"\x81\xff" + b"\xff" * 8, TOO_BIG),
    "fragments too long together": (sent(TEXT, b"x" * MOST, last=False) + sent(0, b"x"), TOO_BIG),
}


PIECES = [
    sent(TEXT, b"42[1]"),
    sent(PING, b"?"),
    sent(TEXT, "小".encode(), last=False),
    sent(0, b"!"),
    sent(CLOSE, b""),
]
PIECES += [piece for piece, _ in BROKEN.values() if len(piece) < MOST]


@pytest.mark.parametrize("what", BROKEN)
def test_what_a_page_must_not_send_is_told_by_its_code(what: str) -> None:
    data, code = BROKEN[what]
    with pytest.raises(Broken) as broken:
        all_of(data)
    assert broken.value.code == code and closing(code) == b"\x88\x02" + code.to_bytes(2, "big")


@given(st.lists(st.binary(max_size=40) | st.sampled_from(PIECES), max_size=12), st.integers(1, 60))
def test_whatever_comes_is_messages_or_a_closing_code_and_the_same_however_it_is_cut(
    pieces: list[bytes], at_once: int
) -> None:
    data = b"".join(pieces)
    whole = outcome([data])
    assert outcome(cut(data, at_once)) == whole and outcome(pieces, quick=True) == whole
    assert outcome(cut(data, at_once), quick=True) == whole


@pytest.mark.parametrize("first", [sent(TEXT, b"half", last=False), sent(TEXT, b"half")[:5], sent(TEXT, b"whole")])
@pytest.mark.parametrize(
    "then", [sent(TEXT, b"42"), sent(TEXT, b"42") * 2, sent(TEXT, b"\xff"), sent(PING, b""), b"\x81"]
)
def test_what_does_not_come_alone_is_not_read_as_if_it_did(first: bytes, then: bytes) -> None:
    assert outcome([first, then], quick=True) == outcome([first + then])


def cut(data: bytes, at_once: int) -> list[bytes]:
    return [data[start : start + at_once] for start in range(0, len(data), at_once)]


def outcome(pieces: list[bytes], quick: bool = False) -> list[tuple[int, str | bytes] | int]:
    """The messages, and the code with which it ends if it breaks. `quick`: as the wire reads."""
    inbox, found = Inbox(300), list[tuple[int, str | bytes] | int]()
    try:
        for data in pieces:
            if quick and (text := inbox.whole(data)) is not None:
                found.append((TEXT, text))
                continue
            inbox.feed(data)
            while (message := inbox.take()) is not None:
                found.append(message)
    except Broken as broken:
        found.append(broken.code)
    return found


@dataclass
class Input:
    """`wsgi.input` of a request that asks for a WebSocket."""

    _sock: Any

    @property
    def raw(self) -> Input:
        return self


ASKED = {
    "HTTP_CONNECTION": "keep-alive, Upgrade",
    "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
}


def test_the_handshake_answers_by_the_standards_own_example() -> None:
    ours, theirs = socketpair()
    sock = upgrade(ASKED | {"wsgi.input": Input(ours)}, None, b"and this")
    answer = theirs.recv(4096)
    assert answer.startswith(b"HTTP/1.1 101") and b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in answer
    assert answer.endswith(b"\r\n\r\nand this")
    assert sock is not None and sock.fileno() >= 0 and ours.fileno() < 0  # taken from who held it
    sock.close()
    theirs.close()


@pytest.mark.parametrize("missing", ["HTTP_CONNECTION", "HTTP_SEC_WEBSOCKET_KEY", "HTTP_SEC_WEBSOCKET_VERSION"])
def test_what_is_no_handshake_is_refused_in_words_of_http(missing: str) -> None:
    told: list[str] = []
    asked = {name: value for name, value in ASKED.items() if name != missing}
    assert upgrade(asked, lambda status, headers: told.append(status)) is None and told == ["400 Bad Request"]
