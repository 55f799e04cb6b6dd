"""Many on the real wire: who comes and goes, who writes at once, who reads slowly or not at all. Whatever they do, every frame is
whole and in its place, and of who has left nothing stays.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from socket import IPPROTO_TCP, SO_LINGER, SO_SNDBUF, SOL_SOCKET, TCP_NODELAY, TCP_USER_TIMEOUT
from struct import pack
from typing import Any

import gevent
import pytest

from realtime import websocket
from realtime.engine import KEPT
from realtime.frames import CLOSE, PING, PONG, TEXT
from realtime.handshake import kernel_rtt_ns
from realtime.http import GONE_MS
from realtime.outbox import MOST_BYTES, MOST_MESSAGES
from realtime.websocket import TOO_SLOW
from tests.realtime.engine import FANS, PATIENCE_S, Page, Running, greenlets, members, open_files, running, until
from tests.realtime.test_frames import sent

SMALL = 4096  # of a socket's buffers: the kernel doubles it
HELD_MOST = 300_000


@pytest.fixture
def here() -> Iterator[Running]:
    with running() as made:
        Page(made).sock.close()  # what is made once is there
        until(made.empty)
        yield made


def test_two_thousand_come_and_leave_in_every_way_and_nothing_of_them_stays(here: Running) -> None:
    files, alive = open_files(), greenlets()
    for wave in range(10):
        coming = [gevent.spawn(lambda: Page(here).joined()) for _ in range(200)]
        pages = [each.get(timeout=PATIENCE_S) for each in coming]
        here.tell("wave", wave)
        assert all(page.text() == f'42/fans,["wave",{wave}]' for page in pages)
        assert len(here.connections) == 200
        assert wave or greenlets() <= alive + 5  # nobody waits for anybody
        for n, page in enumerate(pages):
            leaves(page, n % 4)
        until(here.empty)
    until(lambda: open_files() <= files)
    until(lambda: greenlets() <= alive)
    assert len(here.left) == 2000 and len({sid for sid, _ in here.left}) == 2000


def leaves(page: Page, way: int) -> None:
    if way == 1:
        page.sock.sendall(sent(CLOSE, (1001).to_bytes(2, "big")))
        assert page.last_words() == [(CLOSE, (1000).to_bytes(2, "big"))]
    elif way == 2:
        page.say("1")  # Engine.IO's own word
        assert page.last_words()[-1] == (CLOSE, (1000).to_bytes(2, "big"))
    elif way == 3:
        page.sock.setsockopt(SOL_SOCKET, SO_LINGER, pack("ii", 1, 0))  # a reset
    page.sock.close()


def test_acknowledgements_pongs_and_two_who_tell_everybody_never_cut_into_each_other(here: Running) -> None:
    dice, pages = random.Random(5), [Page(here, room=SMALL).joined() for _ in range(25)]
    for page in pages:
        here.connections[page.sid].wire._sock.setsockopt(SOL_SOCKET, SO_SNDBUF, SMALL)  # type: ignore[union-attr]  # it has one
    told = {name: [[n, "." * dice.choice([1, 100, 2000, 9000])] for n in range(40)] for name in ("left", "right")}
    heard = [gevent.spawn(hears, page, random.Random(n), 40) for n, page in enumerate(pages)]
    telling = [gevent.spawn(tells, here, name, data, random.Random(name)) for name, data in told.items()]
    gevent.joinall([*telling, *heard], timeout=PATIENCE_S, raise_error=True)
    for each in heard:
        events, acks, pongs = each.value
        assert {name: [data for event, data in events if event == name] for name in told} == told
        assert acks == [f"43/fans,{n}[{n}]" for n in range(40)]
        assert pongs == sorted(set(pongs), key=int)  # each at most once: of pings that come together the newest counts


def tells(here: Running, name: str, told: list[Any], dice: random.Random) -> None:
    for data in told:
        until(lambda: all(waiting(each) < MOST_MESSAGES // 3 for each in here.connections.values()))
        here.tell(name, data)
        gevent.sleep(dice.choice([0, 0, 0.001]))


def waiting(connection: Any) -> int:
    """Messages; more than may be where there are too many bytes for another large one."""
    outbox = connection.wire._outbox
    return 0 if outbox is None else len(outbox) if outbox.held < MOST_BYTES // 3 else MOST_MESSAGES


def hears(page: Page, dice: random.Random, each: int) -> tuple[list[Any], list[str], list[bytes]]:
    """Says something as often, reads in pieces of any size: (events, acknowledgements, pongs)."""
    events: list[Any] = []
    acks: list[str] = []
    pongs: list[bytes] = []
    said = 0
    while len(events) < 2 * each or len(acks) < each or pongs[-1:] != [b"%d" % (each - 1)]:
        if said < each:
            page.sock.sendall(sent(TEXT, b'42/fans,%d["echo",%d]' % (said, said)) + sent(PING, b"%d" % said))
            said += 1
        opcode, payload = page.take(dice.choice([3, 500, 1500, 9000]))
        if opcode == PONG:
            pongs.append(payload)
        elif payload.startswith(b"42/fans,"):
            events.append(json.loads(payload[8:]))
        elif payload != b"2":
            acks.append(payload.decode())
    return events, acks, pongs


def test_who_reads_nothing_is_cut_while_the_others_hear_all_and_nothing_of_it_stays(
    here: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "LAST_WORDS_S", 0.05)
    quick = Page(here).joined()
    reading = gevent.spawn(lambda: [quick.text() for _ in range(600)])
    gevent.sleep(0)
    files, alive = open_files(), greenlets()
    slow = Page(here, room=SMALL).joined()
    wire = here.connections[slow.sid].wire
    assert wire is not None
    for n in range(600):
        here.tell("told", [n, "." * 9000])
        until(lambda: waiting(here.connections[quick.sid]) < MOST_MESSAGES // 3)
        assert (0 if wire._outbox is None else wire._outbox.held) + 9100 <= HELD_MOST
    until(lambda: list(here.connections) == [quick.sid])
    assert [json.loads(text[8:])[1][0] for text in reading.get(timeout=PATIENCE_S)] == list(range(600))
    assert len(here.left) == 1 and [len(who) for who in members(here.rooms).values()] == [1, 1]
    until(lambda: greenlets() < alive)  # the quick one's reader has gone too
    slow.sock.close()
    until(lambda: open_files() <= files)


def test_who_reads_too_slowly_is_told_why_after_whole_frames(here: Running) -> None:
    slow = Page(here, room=SMALL).joined()
    while here.connections[slow.sid].wire._ended is False:  # type: ignore[union-attr]  # it has one
        here.tell("told", "." * 9000)
    *before, last = slow.last_words()
    assert last == (CLOSE, TOO_SLOW.to_bytes(2, "big"))
    assert set(before) == {(TEXT, b'42/fans,["told","%s"]' % (b"." * 9000))}


def test_whose_other_end_is_gone_without_a_word_is_let_go_and_who_answers_stays(here: Running) -> None:
    gone, stays = Page(here).joined(), Page(here).joined()
    files, pulse = open_files(), here.server.eio.pulse
    assert stays.echoes("still here")  # the last thing that anybody said
    now_ns = here.connections[stays.sid].heard_ns + pulse._silent_ns
    for _ in pulse._turns:
        pulse.beat(now_ns)
    until(lambda: list(here.connections) == [stays.sid])
    assert [reason for _, reason in here.left] == ["ping timeout"] and open_files() < files
    assert gone.last_words()[-1][0] == CLOSE and stays.text() == "2" and stays.echoes("and now")
    wire = here.connections[stays.sid].wire
    assert wire is not None and wire._sock.getsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT) == GONE_MS  # the kernel looks too
    assert wire._sock.getsockopt(IPPROTO_TCP, TCP_NODELAY)  # and keeps nothing back until the last was acknowledged


def test_our_own_pings_measure_the_round_trip_and_a_pong_that_nobody_asked_for_does_not(here: Running) -> None:
    page = Page(here).joined()
    wire = here.connections[page.sid].wire
    assert wire is not None
    wire._trust_kernel = False  # behind a proxy
    page.say("3")
    assert page.echoes("first") and wire.lowest_rtt_ns() is None
    wire.ping()
    assert page.text() == "2"
    page.say("3")
    assert page.echoes("second")
    first_ns = wire.lowest_rtt_ns()
    assert first_ns is not None and first_ns > 0
    wire.ping()
    gevent.sleep(first_ns / 1e9 + 0.02)  # a page that answers later
    page.say("3")
    assert page.echoes("third") and wire.lowest_rtt_ns() == first_ns


def test_of_a_request_only_what_handlers_ask_is_held_as_long_as_its_connection(here: Running) -> None:
    page = Page(here).joined()
    held = here.server.environ[page.sid]
    assert held["REMOTE_ADDR"] == "127.0.0.1" and set(held) <= set(KEPT)


def test_the_kernels_lowest_round_trip_is_believed_where_no_proxy_stands_between(here: Running) -> None:
    page = Page(here).joined()
    wire = here.connections[page.sid].wire
    assert wire is not None and page.echoes("first")
    kernel_ns = kernel_rtt_ns(wire._sock)
    assert kernel_ns is None or 0 < kernel_ns < 1e9
    assert wire.lowest_rtt_ns() == kernel_ns


def test_who_leaves_is_looked_for_in_the_own_rooms_only(here: Running) -> None:
    class Silent(dict[Any, Any]):
        def __iter__(self) -> Any:
            raise AssertionError("somebody went through all rooms")

        keys = values = items = __iter__

    pages = [Page(here).joined() for _ in range(3)]
    here.rooms.rooms[FANS] = Silent(here.rooms.rooms[FANS])
    pages[0].sock.close()
    until(lambda: len(here.left) == 1 and len(here.connections) == 2)
    here.tell("told", 1)
    assert [page.text() for page in pages[1:]] == ['42/fans,["told",1]'] * 2
    here.rooms.rooms[FANS] = {name: dict.__getitem__(here.rooms.rooms[FANS], name) for name in (None, "run:1")}
