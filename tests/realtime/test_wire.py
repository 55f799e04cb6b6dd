"""What one page is sent, on real sockets: in order and whole, however little the kernel takes; who takes nothing is cut."""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from socket import SHUT_WR, SO_RCVBUF, SO_SNDBUF, SOL_SOCKET
from typing import Any

import gevent
import pytest
from gevent.socket import socketpair

from realtime import websocket
from realtime.frames import CLOSE, POLICY, TEXT, closing, frame
from realtime.handshake import bare
from realtime.outbox import MOST_BYTES, MOST_MESSAGES, Outbox
from realtime.websocket import TOO_SLOW, Wire
from tests.realtime.engine import until
from tests.realtime.test_frames import sent

PATIENCE_S = 60.0
SMALL = 4096  # of a socket's buffers: the kernel doubles it
HELD_MOST = 300_000


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Wire, Any]]:
    """A wire and the page's end of it, with little room between them, and time for last words on a busy machine."""
    monkeypatch.setattr(websocket, "LAST_WORDS_S", PATIENCE_S)
    ours, theirs = socketpair()
    ours.setsockopt(SOL_SOCKET, SO_SNDBUF, SMALL)
    theirs.setsockopt(SOL_SOCKET, SO_RCVBUF, SMALL)
    theirs.settimeout(PATIENCE_S)
    wire = Wire(bare(ours), trust_kernel=False)
    yield wire, theirs
    theirs.close()
    wire._cut()
    wire._sock.close()


class Heard:
    """What a wire has handed on. `lost`: it has said that no more comes."""

    def __init__(self, wire: Wire) -> None:
        self.messages: list[tuple[str, int]] = []
        self.lost = False
        wire.listen(lambda message, received_ns: self.messages.append((message, received_ns)), self.end)

    def end(self) -> None:
        self.lost = True

    def until(self, messages: int = 1 << 30) -> list[str]:
        """So many have come, or no more come."""
        with gevent.Timeout(PATIENCE_S):
            while len(self.messages) < messages and not self.lost:
                gevent.sleep(0.001)
        return [message for message, _ in self.messages]


def frames(data: bytes) -> list[tuple[int, bytes]]:
    """(opcode, payload) of whole frames as a server sends them; AssertionError: something else is between."""
    found = []
    while data:
        assert data[0] & 0xF0 == 0x80 and data[0] & 0x0F in (TEXT, CLOSE), data[:20]
        length, at = data[1], 2
        if length >= 126:
            at = 4 if length == 126 else 10
            length = int.from_bytes(data[2:at], "big")
        assert len(data) >= at + length, "half a frame at the end"
        found.append((data[0] & 0x0F, data[at : at + length]))
        data = data[at + length :]
    return found


def read_all(page: Any, most: int = 1 << 16) -> bytes:
    data = b""
    while got := page.recv(most):
        data += got
    return data


def said(n: int, size: int) -> bytes:
    return f"{n}:".encode().ljust(size, b".")


def test_what_the_kernel_does_not_take_follows_in_order_and_whole(pair: tuple[Wire, Any]) -> None:
    wire, page = pair
    for n in range(40):
        wire.deliver(frame(TEXT, said(n, 5000)))
    wire.end(1000)
    got = frames(read_all(page, 700))
    assert got == [*((TEXT, said(n, 5000)) for n in range(40)), (CLOSE, (1000).to_bytes(2, "big"))]


def test_the_last_word_is_said_once_though_the_kernel_does_not_take_it_at_once(pair: tuple[Wire, Any]) -> None:
    wire, page = pair
    room = bytes(wire._sock.getsockopt(SOL_SOCKET, SO_SNDBUF))
    with pytest.raises(BlockingIOError):
        while True:
            wire._sock.send(room)
    wire.end(1000)
    assert wire._outbox is not None and read_all(page).lstrip(b"\0") == closing(1000)


@pytest.mark.parametrize("seed", range(8))
def test_many_who_write_at_once_never_cut_into_each_other(pair: tuple[Wire, Any], seed: int) -> None:
    wire, page = pair
    dice = random.Random(seed)
    plans = [[said(writer * 1000 + n, dice.choice([2, 130, 3000, 70_000])) for n in range(12)] for writer in range(4)]

    def write(plan: list[bytes]) -> None:
        for payload in plan:
            while len(waiting(wire)) > MOST_MESSAGES // 2 or waiting(wire).held > MOST_BYTES // 4:
                gevent.sleep(0.001)  # not more than a page may have waiting: others test that
            wire.deliver(frame(TEXT, payload))
            gevent.sleep(dice.choice([0, 0, 0.001]))

    reading = gevent.spawn(read_all, page, 1500)
    gevent.joinall([gevent.spawn(write, plan) for plan in plans], timeout=PATIENCE_S, raise_error=True)
    wire.end(1000)
    got = [payload for opcode, payload in frames(reading.get(timeout=PATIENCE_S)) if opcode == TEXT]
    assert sorted(got) == sorted(payload for plan in plans for payload in plan)
    for plan in plans:  # each one's own in order
        assert [payload for payload in got if payload in plan] == plan


def waiting(wire: Wire) -> Outbox:
    return wire._outbox or Outbox()


def blocked(wire: Wire) -> None:
    """Until the kernel takes no more."""
    for _ in range(100):
        wire.deliver(frame(TEXT, said(0, 3000)))
        if wire._outbox is not None:
            return
    raise AssertionError("the kernel takes everything")


def test_of_a_state_only_the_newest_waits(pair: tuple[Wire, Any]) -> None:
    wire, page = pair
    blocked(wire)
    for n in range(500):
        wire.deliver(frame(TEXT, said(n, 4000)), "scene")
        if n == 100:
            wire.deliver(frame(TEXT, b"an acknowledgement"))
    wire.end(1000)
    told = [payload for opcode, payload in frames(read_all(page)) if opcode == TEXT and payload != said(0, 3000)]
    assert told == [b"an acknowledgement", said(499, 4000)]


@pytest.mark.parametrize("size", [10, 3000, 60_000])
def test_who_takes_nothing_is_cut_and_nothing_of_it_stays(
    pair: tuple[Wire, Any], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gc.collect()  # what other tests have left is not looked for
    monkeypatch.setattr(websocket, "LAST_WORDS_S", 0.05)
    wire, page = pair
    blocked(wire)
    held = []
    for n in range(3 * MOST_MESSAGES):
        wire.deliver(frame(TEXT, said(n, size)))
        held.append(waiting(wire).held)
    assert max(held) + 3000 <= HELD_MOST and wire._ended and held[-1] < size + 10
    writer = wire._writer
    assert writer is not None
    writer.join(PATIENCE_S)
    assert writer.dead and wire._outbox is None and wire._sock.fileno() < 0
    assert page.recv(1) and not [each for each in gc.get_objects() if isinstance(each, Outbox)]


def test_who_wakes_up_in_time_is_told_why(pair: tuple[Wire, Any]) -> None:
    wire, page = pair
    blocked(wire)
    for n in range(2 * MOST_MESSAGES):
        wire.deliver(frame(TEXT, said(n, 3000)))
    got = frames(read_all(page))  # whole frames to the last one
    assert got[-1] == (CLOSE, TOO_SLOW.to_bytes(2, "big")) and {payload for _, payload in got[:-1]} == {said(0, 3000)}


def test_who_says_its_last_word_and_takes_nothing_is_let_go(
    pair: tuple[Wire, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "LAST_WORDS_S", 0.05)
    wire, page = pair
    heard = Heard(wire)
    blocked(wire)
    writer = wire._writer
    assert writer is not None
    page.shutdown(SHUT_WR)
    assert heard.until() == []
    writer.join(PATIENCE_S)
    assert writer.dead and wire._outbox is None and wire._sock.fileno() < 0


@pytest.mark.parametrize("last", [b"\x81\x05plain", sent(CLOSE, b"\x03\xe8")])  # no mask; a farewell
def test_of_who_has_been_told_to_go_nothing_is_heard_or_kept(pair: tuple[Wire, Any], last: bytes) -> None:
    wire, page = pair
    heard = Heard(wire)
    blocked(wire)
    page.sendall(last + sent(TEXT, b"42"))
    until(lambda: wire._ended)
    held = len(wire._inbox._bytes)
    for _ in range(64):
        page.sendall(bytes(SMALL))
    page.shutdown(SHUT_WR)
    assert heard.until() == [] and len(wire._inbox._bytes) == held < SMALL


def test_for_the_last_word_there_is_room_where_there_is_none_for_another(pair: tuple[Wire, Any]) -> None:
    wire, page = pair
    blocked(wire)
    for n in range(MOST_MESSAGES):
        wire.deliver(frame(TEXT, said(n, 10)))
    wire.end(POLICY)
    got = frames(read_all(page))
    assert got[-1] == (CLOSE, POLICY.to_bytes(2, "big")) and len(got) > MOST_MESSAGES


def test_a_page_that_is_gone_is_no_error_for_who_writes(pair: tuple[Wire, Any]) -> None:
    wire, page = pair
    page.close()
    for n in range(5):
        wire.deliver(frame(TEXT, said(n, 100)))
    assert Heard(wire).until() == [] and wire._writer is None and wire._sock.fileno() < 0


def test_two_messages_in_one_piece_are_read_at_different_instants(pair: tuple[Wire, Any]) -> None:
    """An answer and its repetition may come together, and are told apart by the instant."""
    wire, page = pair
    heard = Heard(wire)
    page.sendall(sent(TEXT, b"42[1]") + sent(TEXT, b"42[1]"))
    assert heard.until(2) == ["42[1]", "42[1]"]
    (_, first_ns), (_, second_ns) = heard.messages
    assert second_ns > first_ns > 0


def test_what_comes_in_a_pause_is_heard_after_it_and_the_kernel_holds_the_rest(pair: tuple[Wire, Any]) -> None:
    wire, page = pair
    heard = Heard(wire)
    page.sendall(sent(TEXT, b"41"))
    heard.until(1)
    wire.pause()
    page.sendall(sent(TEXT, b"42"))
    gevent.sleep(0.05)  # it would be heard by now
    assert [message for message, _ in heard.messages] == ["41"]
    wire.go_on()
    assert heard.until(2) == ["41", "42"]


@pytest.mark.parametrize("last", [sent(CLOSE, b"\x03\xe8"), sent(0x2, b"binary"), sent(TEXT, b"9"), None])
def test_after_the_end_nothing_is_heard_and_no_file_is_left(pair: tuple[Wire, Any], last: bytes | None) -> None:
    wire, page = pair
    heard = Heard(wire)
    page.sendall(sent(TEXT, b"41") + (last or b""))
    page.sendall(sent(TEXT, b"42") if last else b"")
    if last is None:
        page.close()
    assert heard.until() == ["41"] and heard.lost and wire._sock.fileno() < 0
    assert last is None or frames(read_all(page))[-1][0] == CLOSE
