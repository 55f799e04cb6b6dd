"""Bounds of one connection: what is of no use costs little and ends it, and nobody has more waiting than is theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from gevent import socket
from gevent.event import Event as Door

from campaigns.bootstrap import Services
from realtime import engine, websocket
from realtime.dispatch import DEAR, Event, Namespace
from realtime.fans import clock
from realtime.frames import CLOSE, NORMAL, PING, POLICY, PONG, TEXT, closing
from realtime.messages import Nothing
from realtime.outbox import MOST_BYTES, MOST_MESSAGES
from realtime.packets import COMING, in_vain
from realtime.pulse import Pulse
from realtime.purses import BURST, DEBT
from realtime.websocket import IN_VAIN, IN_VAIN_PER_S
from tests.realtime.engine import FANS, PATIENCE_S, Page, Running, open_files, request, running, until
from tests.realtime.test_doorstep import Doorstep
from tests.realtime.test_frames import sent

MANY = int(IN_VAIN)
SMALL = 4096
IN_KERNEL_MOST = 300_000  # both ends' buffers, and what the kernel keeps beside the bytes
CUT = (CLOSE, POLICY.to_bytes(2, "big"))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """With a table of two events, and no time that passes where something is counted."""
    monkeypatch.setattr(websocket, "IN_VAIN_PER_S", 0.0)
    with running() as made:
        yield made


@pytest.fixture(autouse=True)
def namespace(here: Running) -> Namespace:
    made = Namespace(here.server, FANS, "fan", lambda: None)
    made.purses._now_s = lambda: 1000.0
    events = [Event("clock", Nothing, clock), Event("dear", Nothing, clock, DEAR)]
    made.register(Nothing, lambda *_: None, lambda sid: None, events)
    return made


def test_of_many_pings_at_once_the_newest_has_its_pong(here: Running) -> None:
    page = Page(here)
    page.sock.sendall(b"".join(sent(PING, b"%d" % n) for n in range(40)))
    assert page.take() == (PONG, b"39")
    page.say("40/fans,{}")
    assert page.text().startswith("40/fans,")


FLOODS = {
    "pings": sent(PING, b""),
    "pongs": sent(PONG, b""),
    "pongs of Engine.IO that nobody asked for": sent(TEXT, b"3"),
    "pings of Engine.IO": sent(TEXT, b"2"),
    "moves of Engine.IO": sent(TEXT, b"5"),
    "acknowledgements": sent(TEXT, b"43/fans,1[]"),
    "events for another audience": sent(TEXT, b'42/operators,1["x"]'),
    "leavings of nobody": sent(TEXT, b"41/nobody,"),
}
KNOCKS = {
    "comings to nobody": sent(TEXT, b"40/nobody,"),
    "comings again and again": sent(TEXT, b"40/fans,{}"),
}
COUNTED = {what: (1, flood) for what, flood in FLOODS.items()} | {
    what: (COMING, knock) for what, knock in KNOCKS.items()
}


@pytest.mark.parametrize("what", COUNTED)
def test_who_floods_with_what_is_of_no_use_is_cut_and_the_others_are_not(here: Running, what: str) -> None:
    other, page, files = Page(here).joined(), Page(here).joined(), open_files()
    price, flood = COUNTED[what]
    page.sock.sendall(flood * int((MANY - COMING) / price))  # to come was the first
    page.say('42/fans,7["clock"]')
    while (found := page.take())[0] != TEXT or not found[1].startswith(b"43/fans,7["):
        pass
    page.sock.sendall(flood)
    assert page.last_words()[-1] == CUT
    until(lambda: list(here.connections) == [other.sid] and open_files() < files)
    other.say('42/fans,8["clock"]')
    assert other.text().startswith('43/fans,8[{"now_ms"')


def test_a_message_in_too_many_pieces_is_none(here: Running) -> None:
    page = Page(here)
    page.sock.sendall(sent(TEXT, b"4", last=False) + sent(0, b"", last=False) * 64)
    assert page.last_words() == [CUT]


def test_who_goes_on_after_hundreds_of_refusals_is_cut_and_in_debt(here: Running, namespace: Namespace) -> None:
    namespace.payer = lambda sid: "one fan"
    page = Page(here).joined()
    for n in range(int(BURST) + MANY):
        page.say(f'42/fans,{n}["clock"]')
    *heard, last = page.last_words()
    said = [json.loads(payload[payload.index(b"[") :])[0] for _, payload in heard]
    assert last == CUT and len(said) == BURST + MANY - COMING
    assert all("now_ms" in each for each in said[: int(BURST)])
    assert all(each["error"] == "throttled" for each in said[int(BURST) :])
    assert namespace.purses._held["one fan"] == (-DEBT, 1000.0)


def test_whose_refusals_are_few_a_second_is_never_cut(here: Running) -> None:
    wire = here.connections[Page(here).sid].wire
    assert wire is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(websocket, "IN_VAIN_PER_S", IN_VAIN_PER_S)
        for _ in range(5 * MANY):
            wire.read_ns += int(1.01e9 / IN_VAIN_PER_S)
            assert wire.in_vain()


def seconds_until_cut(page: Page, here: Running, between_s: float) -> int | None:
    """Of who comes again so often; None: never."""
    wire = here.connections[page.sid].wire
    assert wire is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(websocket, "IN_VAIN_PER_S", IN_VAIN_PER_S)
        for n in range(5 * MANY):
            wire.read_ns += int(between_s * 1e9)
            if not in_vain(here.server, page.sid, COMING):
                return int(n * between_s)
    return None


def test_who_comes_again_every_second_is_cut_within_a_minute_and_who_does_it_less_often_never(here: Running) -> None:
    assert 10 < (seconds_until_cut(Page(here).joined(), here, 1.0) or 0) < 60
    assert seconds_until_cut(Page(here).joined(), here, 2.1) is None


def test_who_is_in_and_comes_again_hears_nothing_and_stays_in(here: Running) -> None:
    page = Page(here).joined()
    page.say("40/fans,{}")
    page.say('42/fans,7["clock"]')
    assert page.text().startswith("43/fans,7[")


def test_who_waits_to_be_let_in_and_comes_again_is_let_in_once(here: Running, namespace: Namespace) -> None:
    opened, asked = Door(), []

    def slowly(sid: str, *_: object) -> None:
        asked.append(sid)
        opened.wait(PATIENCE_S)

    namespace.register(Nothing, slowly, lambda sid: None, [Event("clock", Nothing, clock)])
    page = Page(here)
    page.say("40/fans,{}")
    until(lambda: len(asked) == 1)
    page.say("40/fans,{}")
    page.say('42/fans,7["clock"]')
    opened.set()
    assert page.text().startswith("40/fans,") and page.text().startswith("43/fans,7[")
    assert len(asked) == 1


def test_what_is_dear_empties_a_purse_sooner(here: Running, services: Services) -> None:
    page, affordable = Page(here).joined(), int(BURST / DEAR)
    for n in range(affordable + 1):
        page.say(f'42/fans,{n}["dear"]')
    said = [page.text() for _ in range(affordable + 1)]
    assert ["throttled" in each for each in said] == [False] * affordable + [True]
    events = Doorstep(services).namespace.events.values()
    assert {each.name for each in events if each.price > 1} == {"standing", "awards", "boards"}


def test_a_page_that_does_not_read_has_little_in_the_kernel(here: Running) -> None:
    page = Page(here, room=SMALL)
    wire, told = here.connections[page.sid].wire, 0
    assert wire is not None
    while wire._outbox is None:
        wire.send("." * 9000)
        told += 9000
    assert SMALL < told < IN_KERNEL_MOST


# --- who polls


def http(here: Running, method: str, sid: str = "", body: str = "", headers: dict[str, str] | None = None) -> bytes:
    """The whole answer."""
    with socket.create_connection(("127.0.0.1", here.port), timeout=PATIENCE_S) as page:
        to = ("websocket" if headers else "polling") + (f"&sid={sid}" if sid else "")
        page.sendall(request(method, to, {"Connection": "close", **(headers or {})}, body))
        data = b""
        while got := page.recv(1 << 16):
            data += got
    return data


def polls(here: Running) -> str:
    """The sid of a page that polls, and is in."""
    sid = str(json.loads(http(here, "GET").partition(b"\r\n\r\n")[2][1:])["sid"])
    http(here, "POST", sid, "40/fans,{}")
    assert b"40/fans," in http(here, "GET", sid)
    return sid


@pytest.mark.parametrize(("size", "kept"), [(1, MOST_MESSAGES), (9000, MOST_BYTES // 9100)])
def test_who_polls_has_no_more_waiting_than_others(here: Running, size: int, kept: int) -> None:
    sid, stays = polls(here), polls(here)
    for n in range(kept):
        here.server.send("." * size, to=sid_of(here, sid), namespace=FANS)
        assert sid in here.connections and n < kept
    for _ in range(2):
        here.server.send("." * size, to=sid_of(here, sid), namespace=FANS)
    until(lambda: list(here.connections) == [stays])
    assert http(here, "GET", sid).startswith(b"HTTP/1.1 400")
    http(here, "POST", stays, '42/fans,7["clock"]')
    assert b"43/fans,7[" in http(here, "GET", stays)
    sweep(here)


def beats(pulse: Pulse, now_ns: int) -> None:
    for _ in pulse._turns:
        pulse.beat(now_ns)


def sweep(here: Running) -> None:
    """Everybody goes."""
    for connection in list(here.connections.values()):
        connection.close(wait=False)
    for _ in here.server.eio.pulse._turns:
        here.server.eio.pulse.beat(0)


def sid_of(here: Running, connection: str) -> Any:
    return here.rooms.sid_from_eio_sid(connection, FANS)


def test_who_posts_and_never_fetches_is_not_there(here: Running) -> None:
    page, pulse = polls(here), here.server.eio.pulse
    connection = here.connections[page]
    connection._fetched_ns -= 1
    now_ns = connection._fetched_ns + pulse._silent_ns + 1
    http(here, "POST", page, '42/fans,7["clock"]')
    beats(pulse, now_ns)
    assert connection.closed
    sweep(here)


def test_who_fetches_while_its_post_is_in_hand_is_there(here: Running) -> None:
    page, pulse, done = polls(here), here.server.eio.pulse, Door()
    here.server.on("wait", lambda sid: done.wait(PATIENCE_S), namespace=FANS)
    connection = here.connections[page]
    posting = gevent.spawn(http, here, "POST", page, '42/fans,["wait"]')
    until(lambda: connection._posts)
    connection._fetched_ns = now_ns = connection._heard_ns + pulse._silent_ns + 1
    beats(pulse, now_ns)
    assert not connection.closed
    done.set()
    posting.get(timeout=PATIENCE_S)
    connection._fetched_ns = now_ns = connection._heard_ns + pulse._silent_ns + 1  # and then it says nothing
    beats(pulse, now_ns)
    until(lambda: connection.closed)
    sweep(here)


HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_who_polls_tries_one_websocket_at_a_time_and_not_for_long(
    here: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PROBE_S", 0.2)
    sid, files = polls(here), open_files()
    first = Page(here, upgrade=sid)
    first.say("2probe")
    assert first.text() == "3probe"
    assert http(here, "GET", sid, headers=HANDSHAKE).startswith(b"HTTP/1.1 400")
    assert first.last_words() == [(CLOSE, closing(NORMAL)[2:])]
    first.sock.close()
    until(lambda: open_files() <= files)
    monkeypatch.setattr(engine, "PROBE_S", PATIENCE_S)
    second = Page(here, upgrade=sid)
    here.connections[sid].close(wait=False)
    assert second.last_words() == [(CLOSE, closing(NORMAL)[2:])]
    sweep(here)
