"""What a page hears last and why, over a whole connection; what moves from polling to a WebSocket loses nothing; and no bytes
whatever hurt anybody but their own connection.
"""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from gevent import socket
from gevent.event import Event
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime import drain
from realtime.drain import RESTARTS, Drain
from realtime.frames import CLOSE, NO_UTF8, NORMAL, PING, PONG, PROTOCOL, TEXT, TOO_BIG, UNSUPPORTED
from tests.realtime.engine import FANS, PATIENCE_S, Page, Running, open_files, request, running, until
from tests.realtime.test_frames import MASK, PIECES, sent

MAX_MESSAGE = 8 * 1024


@pytest.fixture(scope="module")
def here() -> Iterator[Running]:
    with running() as made:
        yield made


def close(code: int) -> tuple[int, bytes]:
    return CLOSE, code.to_bytes(2, "big")


HALF = sent(TEXT, b"4", last=False)
ENDS = {
    "said so itself": (sent(CLOSE, b"\x03\xe9bye"), NORMAL),
    "Engine.IO's own word": (sent(TEXT, b"1"), NORMAL),
    "a packet that Engine.IO has not": (sent(TEXT, b"9"), NORMAL),
    "no packet of Socket.IO": (sent(TEXT, b"4x"), NORMAL),
    "binary": (sent(0x2, b"4"), UNSUPPORTED),
    "not masked": (sent(TEXT, b"3", masked=False), PROTOCOL),
    "a length masked, the mask missing, another frame in its place": (b"\x81\x84" + sent(TEXT, b"33"), NO_UTF8),
    "a reserved bit, as of a compressed frame": (sent(TEXT, b"3", reserved=0x40), PROTOCOL),
    "an opcode of the future": (sent(0x7, b""), PROTOCOL),
    "a ping in pieces": (sent(PING, b"x", last=False), PROTOCOL),
    "a close longer than it may be": (sent(CLOSE, b"\x03\xe8" + b"x" * 124), PROTOCOL),
    "a message inside a message": (HALF + sent(TEXT, b"3"), PROTOCOL),
    "the rest of nothing": (sent(0, b"3"), PROTOCOL),
    "no UTF-8": (sent(TEXT, b"42\xff"), NO_UTF8),
    "longer than 8 kB": (sent(TEXT, b"4" * (MAX_MESSAGE + 1)), TOO_BIG),
    "longer than 8 kB together": (HALF + sent(0, b"x" * 5000, last=False) + sent(0, b"x" * 5000), TOO_BIG),
    "a terabyte, it says": (b"\x81\xff" + (1 << 40).to_bytes(8, "big") + MASK, TOO_BIG),
}


@pytest.mark.parametrize("what", ENDS)
def test_who_must_not_say_this_hears_its_code_last_and_the_others_hear_nothing_of_it(here: Running, what: str) -> None:
    other, files = Page(here).joined(), open_files()
    page = Page(here).joined()
    data, code = ENDS[what]
    page.sock.sendall(data)
    assert page.last_words()[-1] == close(code)
    page.sock.close()
    until(lambda: list(here.connections) == [other.sid] and open_files() <= files)
    assert other.echoes(what)
    other.sock.close()
    until(here.empty)


def test_the_longest_message_is_heard_in_one_frame_in_fragments_and_with_a_ping_between(here: Running) -> None:
    page = Page(here).joined()
    text = "x" * (MAX_MESSAGE - len('42/fans,1["echo",""]'))
    whole = f'42/fans,1["echo","{text}"]'.encode()
    assert len(whole) == MAX_MESSAGE
    pieces = [whole[at : at + 1000] for at in range(0, len(whole), 1000)]
    frames = [sent(TEXT if n == 0 else 0, each, last=n == len(pieces) - 1) for n, each in enumerate(pieces)]
    answer = (TEXT, f'43/fans,1["{text}"]'.encode())
    page.sock.sendall(sent(TEXT, whole))
    assert page.take() == answer
    page.sock.sendall(sent(PING, b"between").join(frames))
    heard = [page.take()]
    while heard[-1] != answer:
        heard.append(page.take())
    assert set(heard[:-1]) == {(PONG, b"between")} and len(heard) <= len(frames)
    page.sock.close()
    until(here.empty)


def test_a_restart_says_so_in_a_word_and_in_its_code(here: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "time", SimpleNamespace(sleep=gevent.sleep, monotonic=time.monotonic))
    pages, finished = [Page(here).joined() for _ in range(3)], []
    Drain(here.server, [FANS], [lambda: finished.append(len(here.connections))]).run()
    assert finished == [3] and here.empty()
    for page in pages:
        (opcode, word), last = page.last_words()
        assert opcode == TEXT and word.startswith(b'42/fans,["reconnect",{"from_ms":') and last == close(RESTARTS)


def http(here: Running, method: str, sid: str = "", body: str = "") -> str:
    """What a page that polls is answered."""
    page = socket.create_connection(("127.0.0.1", here.port), timeout=PATIENCE_S)
    here.opened.append(page)
    page.sendall(request(method, "polling" + (f"&sid={sid}" if sid else ""), {"Connection": "close"}, body))
    data = b""
    while got := page.recv(1 << 16):
        data += got
    page.close()
    head, _, said = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), data
    return said.decode()


def events(texts: list[str]) -> list[Any]:
    return [json.loads(text[8:])[1] for text in texts if text.startswith("42/fans,")]


def test_who_moves_from_polling_to_a_websocket_hears_everything_once_and_in_order(here: Running) -> None:
    sid = json.loads(http(here, "GET")[1:])["sid"]
    http(here, "POST", sid, "40/fans,{}")
    assert http(here, "GET", sid).startswith("40/fans,")
    tell(here, 0, 5)
    heard = http(here, "GET", sid).split("\x1e")
    poll = gevent.spawn(http, here, "GET", sid)  # stays open, as the real one does
    page = Page(here, upgrade=sid)
    page.say("2probe")
    assert page.text() == "3probe"
    heard += poll.get(timeout=PATIENCE_S).split("\x1e")  # let go
    tell(here, 5, 10)  # between two ways
    page.say("5")
    page.say('42/fans,7["echo","over"]')
    until(lambda: here.connections[sid].upgraded)
    tell(here, 10, 15)
    while len(events(heard)) < 15 or '43/fans,7["over"]' not in heard:
        heard.append(page.text())
    assert events(heard) == list(range(15)) and [text for text in heard if text[:2] == "43"] == ['43/fans,7["over"]']
    page.sock.close()
    until(here.empty)


def tell(here: Running, first: int, end: int) -> None:
    for n in range(first, end):
        here.tell("told", n)


SAID = st.text(max_size=30) | st.sampled_from(
    ["40/fans,", "41/fans,", '42/fans,["echo"', ",1]", "43/fans,", "451-", "1", "5", "2probe"]
)
TEXTS = st.lists(SAID, max_size=4).map(lambda parts: sent(TEXT, "".join(parts).encode("utf-8", "ignore")))


@settings(deadline=None, max_examples=150)
@given(st.lists(TEXTS | st.binary(max_size=30) | st.sampled_from(PIECES), max_size=8), st.integers(1, 80))
def test_no_bytes_hurt_anybody_but_their_own_connection(here: Running, pieces: list[bytes], at_once: int) -> None:
    wrong = Wrong()
    with wrong:
        other, page = Page(here).joined(), Page(here)
        data = b"".join([sent(TEXT, b"40/fans,"), *pieces])
        for start in range(0, len(data), at_once):
            try:
                page.sock.sendall(data[start : start + at_once])
            except OSError:  # it need not hear us out
                break
        assert other.echoes(1)
        page.sock.close()
        until(lambda: list(here.connections) == [other.sid])
        assert other.echoes(2)
        other.sock.close()
        until(here.empty)
    assert wrong.said == ""


class Wrong(logging.Handler):
    """What the wire logs as an error, and what the event loop and greenlets that failed print."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.logged: list[str] = []
        self.printed = io.StringIO()

    @property
    def said(self) -> str:
        return "\n".join((*self.logged, self.printed.getvalue())).strip()

    def emit(self, record: logging.LogRecord) -> None:
        self.logged.append(record.getMessage())

    def __enter__(self) -> None:
        logging.getLogger().addHandler(self)
        gevent.get_hub().exception_stream = self.printed

    def __exit__(self, *error: object) -> None:
        logging.getLogger().removeHandler(self)
        del gevent.get_hub().exception_stream


def test_of_who_hangs_up_while_a_handler_has_it_in_hand_that_is_known_at_once(here: Running) -> None:
    page, done = Page(here).joined(), Event()
    here.server.on("wait", lambda sid: done.wait(PATIENCE_S), namespace=FANS)
    page.say('42/fans,["wait"]')
    connection = here.connections[page.sid]
    until(lambda: connection._busy)
    page.sock.close()
    until(lambda: connection.lost)
    assert not connection.closed
    done.set()
    until(lambda: connection.closed)
