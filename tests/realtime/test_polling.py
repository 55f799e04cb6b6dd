"""Who polls: no more waiting than others have, one post and one WebSocket at a time, and gone when it no longer fetches."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
import pytest
from gevent import socket
from gevent.event import Event as Door

from realtime import engine
from realtime.dispatch import Event, Namespace
from realtime.fans import clock
from realtime.frames import CLOSE, NORMAL, TEXT, closing
from realtime.messages import Nothing
from realtime.outbox import MOST_BYTES, MOST_MESSAGES
from realtime.websocket import MAX_MESSAGE
from tests.realtime.engine import FANS, PATIENCE_S, Page, Running, open_files, request, running, until
from tests.realtime.polls import beats, http, polls, sid_of, sweep
from tests.realtime.test_frames import sent


@pytest.fixture
def here() -> Iterator[Running]:
    with running() as made:
        made_of = Namespace(made.server, FANS, "fan", lambda: None)
        made_of.register(Nothing, lambda *_: None, lambda sid: None, [Event("clock", Nothing, clock)])
        yield made


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


def test_what_was_fetched_waits_no_more(here: Running) -> None:
    sid = polls(here)
    for _ in range(3):
        here.server.send("." * (MOST_BYTES // 2), to=sid_of(here, sid), namespace=FANS)
        assert http(here, "GET", sid).startswith(b"HTTP/1.1 200")
    sweep(here)


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
    until(lambda: connection._posting)
    connection._fetched_ns = now_ns = connection._heard_ns + pulse._silent_ns + 1
    beats(pulse, now_ns)
    assert not connection.closed
    heard_ns = connection._heard_ns
    done.set()
    posting.get(timeout=PATIENCE_S)
    assert connection._heard_ns > heard_ns
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


def begun_post(here: Running, sid: str, body: str) -> socket.socket:
    """Its head is there, its body is to come."""
    page = socket.create_connection(("127.0.0.1", here.port), timeout=PATIENCE_S)
    here.opened.append(page)
    page.sendall(request("POST", f"polling&sid={sid}", {"Connection": "close"}, body)[: -len(body)])
    until(lambda: here.connections[sid]._posting)
    return page


def test_who_posts_while_a_post_is_in_hand_is_ended(here: Running) -> None:
    sid, files = polls(here), open_files()
    page = begun_post(here, sid, '42/fans,7["clock"]')
    assert http(here, "POST", sid, '42/fans,8["clock"]').startswith(b"HTTP/1.1 400")
    assert not here.connections
    page.close()
    until(lambda: open_files() <= files)
    sweep(here)


def test_a_post_that_was_begun_before_its_page_moved_over_says_nothing_any_more(here: Running) -> None:
    """It would be taken for what came by the WebSocket, with the arrival of that."""
    heard: list[int] = []
    here.server.on("say", heard.append, namespace=FANS)
    sid, said = polls(here), '42/fans,["say"]'
    post = begun_post(here, sid, said)
    page = Page(here, upgrade=sid)
    page.say("2probe")
    assert page.text() == "3probe"
    page.say("5")
    until(lambda: here.connections[sid].upgraded)
    post.sendall(said.encode())
    assert post.recv(1 << 16).startswith(b"HTTP/1.1 400")
    until(lambda: not here.connections)
    assert heard == []
    sweep(here)


def test_who_fetches_twice_at_once_is_ended(here: Running) -> None:
    sid, stays, files = polls(here), polls(here), open_files()
    first = gevent.spawn(http, here, "GET", sid)
    until(lambda: here.connections[sid]._polling)
    assert http(here, "GET", sid).startswith(b"HTTP/1.1 400")
    assert list(here.connections) == [stays]
    first.get(timeout=PATIENCE_S)
    until(lambda: open_files() <= files)
    sweep(here)


@pytest.mark.parametrize("body", ["x", "\x1e", "3" + "." * MAX_MESSAGE, "d=", "9"])
def test_who_posts_what_are_no_packets_is_ended_and_no_error_of_ours(
    here: Running, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    sid, stays = polls(here), polls(here)
    assert http(here, "POST", sid, body).startswith(b"HTTP/1.1 400")
    assert list(here.connections) == [stays]
    assert http(here, "POST", sid, "3").startswith(b"HTTP/1.1 400")
    assert not [record for record in caplog.records if record.exc_info]
    sweep(here)


def test_a_page_that_was_closed_while_it_polls_is_told_so_at_its_next_post(here: Running) -> None:
    sid, talks = polls(here), polls(here)
    here.connections[sid].close(wait=False)
    http(here, "POST", talks, "bAAAA")  # what belongs to nothing: Socket.IO's part closes it
    for each in (sid, talks):
        assert http(here, "POST", each, "3").startswith(b"HTTP/1.1 400")
    sweep(here)


def test_who_moves_over_without_waiting_for_its_poll_lets_it_go(here: Running) -> None:
    sid = polls(here)
    poll = gevent.spawn(http, here, "GET", sid)
    until(lambda: here.connections[sid]._polling)
    page = Page(here, upgrade=sid)
    page.sock.sendall(sent(TEXT, b"2probe") + sent(TEXT, b"5"))
    assert page.text() == "3probe"
    assert poll.get(timeout=10).endswith(b"\r\n\r\n6")  # not when the poll's own time is over
    page.say('42/fans,7["clock"]')
    assert page.text() == "6" and page.text().startswith("43/fans,7[")
    sweep(here)
