"""What no page of ours would send: clear refusals, nothing lost, the server goes on, no traceback on the wire."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from campaigns.bootstrap import Services
from deploy.house import House
from realtime.purses import BURST, COMING, PER_SECOND
from tests.raw import handshake
from tests.realtime.mid_question import MidQuestion, mid_question, no_traceback

MAX_MESSAGE = 8 * 1024


@pytest.fixture(scope="module")
def stage(house: House, services: Services) -> Iterator[MidQuestion]:
    with mid_question(house, services) as running:
        yield running


MALFORMED = {
    "no type": "x",
    "an Engine.IO type of the future": "9",
    "an Engine.IO open from the page": "0{}",
    "an empty Socket.IO packet": "4",
    "a Socket.IO type of the future": "47/fans,[]",
    "an event that is no list": '42/fans,{"clock":1}',
    "an event without a name": "42/fans,[]",
    "an event without anything": "42/fans,",
    "an event named by a number": "42/fans,[5]",
    "an event named by a list": '42/fans,[["clock"]]',
    "truncated JSON": '42/fans,1["answer",{"round":"1","pla',
    "JSON of the wrong kind": "42/fans,nonsense",
    "JSON as deep as it fits": "42/fans," + "[" * 7000,
    "objects as deep as they fit": '42/fans,["answer",' + '{"a":' * 1400,
    "an endless acknowledgement number": "42/fans," + "1" * 200 + '["clock"]',
    "a binary event": '451-/fans,["answer",{"_placeholder":true,"num":0}]',
    "a promise of attachments without end": '459999999999-/fans,["answer"]',
    "a binary acknowledgement": "461-/fans,1[]",
    "a connect error from the page": '44/fans,"no"',
    "half a character": '42/fans,["clock"]\ud800'.encode("utf-8", "surrogatepass").decode("latin-1") + "[",
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_packet_ends_its_own_connection_only(stage: MidQuestion, what: str) -> None:
    with stage.phone() as phone:
        phone.send(MALFORMED[what])
        phone.wait_closed()
        no_traceback(phone)
    stage.still_serves()


@pytest.mark.parametrize(
    "frame", [b"", b"\x04", b"42/fans,[]", os.urandom(200)], ids=["empty", "byte", "text", "noise"]
)
def test_a_binary_frame_ends_its_own_connection_only(stage: MidQuestion, frame: bytes) -> None:
    with stage.phone() as phone:
        phone.send(frame)
        phone.wait_closed()
        no_traceback(phone)
    stage.still_serves()


def test_a_page_that_says_nothing_wrong_stays(stage: MidQuestion) -> None:
    """Negative control: acknowledgements nobody asked for, a pong out of turn, another namespace's packets."""
    with stage.phone() as phone:
        for frame in (
            "43/fans,77[1]",
            "3",
            '42/operators,["next",{"seq":0}]',
            "41/displays,",
            '42/nobody,["x"]',
            "40/fans,",
        ):
            phone.send(frame)
        assert phone.ask("clock")["now_ms"] > 0 and not phone.closed


def test_a_flood_of_events_is_throttled_and_ends_with_the_flood(stage: MidQuestion) -> None:
    with stage.phone() as phone:
        began = time.monotonic()
        for number in range(1000, 1200):
            phone.send(f'42/fans,{number}["clock",{{}}]')
        phone._until(lambda: 1199 in phone._acks)
        refused = [ack for ack in phone._acks.values() if ack.get("error") == "throttled"]
        admitted = 200 - len(refused)
        assert BURST - COMING <= admitted <= BURST + PER_SECOND * (time.monotonic() - began) + 1 and not phone.closed
        time.sleep(2 / PER_SECOND)
        assert phone.ask("clock")["now_ms"] > 0
        stage.still_serves()


def test_a_frame_above_the_limit_ends_the_connection(stage: MidQuestion) -> None:
    with stage.phone() as phone:
        fits = json.dumps(["answer", {"round": "1", "pad": "x" * (MAX_MESSAGE - 200)}])
        assert phone.ask_raw(fits)["error"] == "bad_input"
        phone.send("42/fans," + json.dumps(["answer", {"pad": "x" * MAX_MESSAGE}]))
        phone.wait_closed()
    stage.still_serves()


def frame_of(opcode: int, payload: bytes, *, last: bool, claims: int | None = None) -> bytes:
    """A masked WebSocket frame with a mask of zeros; `claims`: a length other than the real one."""
    length = len(payload) if claims is None else claims
    head = bytes([opcode | (0x80 if last else 0)])
    head += (
        bytes([0x80 | 127]) + length.to_bytes(8, "big")
        if length > 65535
        else bytes([0x80 | 126]) + length.to_bytes(2, "big")
    )
    return head + b"\0\0\0\0" + payload


def ends(opened: Any) -> bool:
    """The server ends this WebSocket: a close frame or the end of the stream."""
    try:
        while frame := opened.recv_frame():
            if frame.opcode == 8:
                return True
    except (OSError, ValueError):
        return True
    except Exception as error:  # the library's own words for "closed"
        return "closed" in type(error).__name__.lower()
    return True


def test_a_bomb_of_fragments_ends_the_connection(stage: MidQuestion) -> None:
    opened = handshake(stage.house.url)
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it need not hear us out
            opened.sock.sendall(frame_of(1, b"4" + b"x" * 4000, last=False))
            for _ in range(4):
                opened.sock.sendall(frame_of(0, b"x" * 4000, last=False))
        assert ends(opened)
    finally:
        opened.shutdown()
    stage.still_serves()


def test_a_frame_that_claims_a_terabyte_ends_the_connection(stage: MidQuestion) -> None:
    opened = handshake(stage.house.url)
    try:
        opened.sock.sendall(frame_of(1, b"4" + b"x" * 9000, last=True, claims=2**40))
        assert ends(opened)
    finally:
        opened.shutdown()
    stage.still_serves()


def upgrade(house: House, **headers: str) -> bytes:
    """The raw answer to a WebSocket handshake."""
    where = urlsplit(house.url)
    asked = {
        "Host": where.netloc,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(b"0123456789abcdef").decode(),
        "Sec-WebSocket-Version": "13",
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in asked.items())
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=60) as wire:
        wire.sendall(f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n{lines}\r\n".encode())
        return wire.recv(4096)


def test_permessage_deflate_is_not_accepted(house: House) -> None:
    offered = upgrade(house, **{"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"})
    head = offered.split(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 101") and b"extensions" not in head and b"deflate" not in head


def test_another_sites_origin_is_refused_at_the_handshake(house: House) -> None:
    for origin in ("http://evil.example", "null", f"https://{urlsplit(house.url).netloc}.evil.example"):
        answer = upgrade(house, Origin=origin)
        assert answer.startswith(b"HTTP/1.1 400") and b"Traceback" not in answer
    assert upgrade(house, Origin=house.url).startswith(b"HTTP/1.1 101")
    assert upgrade(house).startswith(b"HTTP/1.1 101")


@pytest.mark.parametrize(
    "query",
    ["", "EIO=3&transport=websocket", "EIO=4&transport=pigeon", "EIO=4&transport=polling&sid=nobody", "EIO=x", "j=1"],
)
def test_a_handshake_of_nonsense_is_a_bad_request(house: House, query: str) -> None:
    where = urlsplit(house.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=60) as wire:
        wire.sendall(f"GET /socket.io/?{query} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := wire.recv(4096):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 400") and b"Traceback" not in answer
