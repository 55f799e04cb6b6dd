"""Bounds of one connection: what is of no use costs little and ends it, and nobody has more waiting than is theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from gevent.event import Event as Door

from campaigns.bootstrap import Services
from realtime import websocket
from realtime.dispatch import DEAR, Event, Namespace
from realtime.fans import clock
from realtime.frames import CLOSE, PING, POLICY, PONG, TEXT
from realtime.messages import Nothing
from realtime.packets import COMING, in_vain
from realtime.purses import BURST, DEBT
from realtime.websocket import IN_VAIN, IN_VAIN_PER_S
from tests.realtime.engine import FANS, PATIENCE_S, Page, Running, open_files, running, until
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
