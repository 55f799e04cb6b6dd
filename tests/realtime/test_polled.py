"""What goes to and comes from who polls: counted by its length, and until it has been taken."""

from __future__ import annotations

from collections.abc import Iterator
from socket import SO_RCVBUF, SOL_SOCKET

import pytest
from engineio.packet import MESSAGE, Packet
from gevent import socket

from realtime import http as web
from realtime import polling
from realtime.outbox import MOST_BYTES, MOST_MESSAGES
from realtime.websocket import IN_VAIN
from tests.realtime.engine import ENGINE, PATIENCE_S, Page, Running, greenlets, open_files, request, running, until
from tests.realtime.polls import http, polls, sweep


@pytest.fixture
def here() -> Iterator[Running]:
    with running() as made:
        yield made


def slow_poll(here: Running, sid: str, waiting: int) -> socket.socket:
    """More than the kernel holds is on its way to somebody who takes nothing."""
    for _ in range(waiting // 1000):
        here.connections[sid].keep(Packet(MESSAGE, "." * 999))
    page = socket.socket()
    here.opened.append(page)
    page.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)
    page.connect(("127.0.0.1", here.port))
    page.sendall(request("GET", f"polling&sid={sid}", {}))
    until(lambda: here.connections[sid].queue.empty())
    return page


def test_who_polls_again_before_it_has_taken_the_answer_is_ended_and_nothing_of_it_stays(
    here: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "MOST_MESSAGES", 1000)
    sid, stays, files, alive = polls(here), polls(here), open_files(), greenlets()
    monkeypatch.setattr(web, "SILENT_S", 0.5)
    slow_poll(here, sid, 250_000)
    assert http(here, "GET", sid).startswith(b"HTTP/1.1 400")
    assert list(here.connections) == [stays]
    until(lambda: open_files() <= files + 1 and greenlets() <= alive)  # the page's own end
    sweep(here)


def test_what_is_on_its_way_by_a_poll_counts_as_waiting(here: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "MOST_MESSAGES", 1000)
    sid, stays = polls(here), polls(here)
    page = slow_poll(here, sid, 250_000)
    here.connections[sid].keep(Packet(MESSAGE, "." * (MOST_BYTES - 250_001)))
    assert sid in here.connections
    here.connections[sid].keep(Packet(MESSAGE, ""))
    until(lambda: list(here.connections) == [stays])
    page.close()
    sweep(here)


def test_who_is_being_ended_is_not_ended_again_for_each_word_it_would_hear(here: Running) -> None:
    sid, alive = polls(here), greenlets()
    for _ in range(MOST_MESSAGES + 50):
        here.connections[sid].keep(Packet(MESSAGE, ""))
    assert greenlets() <= alive + 1
    until(lambda: not here.connections)
    sweep(here)


def test_who_took_its_answer_slowly_is_there_as_before(here: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "MOST_MESSAGES", 1000)
    sid = polls(here)
    for _ in range(2):
        page, taken = slow_poll(here, sid, 250_000), b""
        while len(taken) < 250_000:
            taken += page.recv(1 << 16)
        until(lambda: not here.connections[sid]._polling)
    http(here, "POST", sid, '42/fans,7["echo",1]')
    assert b"43/fans,7[" in http(here, "GET", sid)
    sweep(here)


def test_a_word_to_who_is_moving_over_does_not_end_the_poll_in_hand(
    here: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "MOST_MESSAGES", 1000)
    sid = polls(here)
    slow_poll(here, sid, 250_000)
    page = Page(here, upgrade=sid)
    page.say("2probe")
    assert page.text() == "3probe"
    assert http(here, "GET", sid).endswith(b"\r\n\r\n6")
    assert here.connections[sid]._polling
    sweep(here)


def test_a_post_counts_by_its_length_and_not_by_its_packets(here: Running) -> None:
    sid = polls(here)
    said = "\x1e".join(f'42/fans,{n}["echo",{n}]' for n in range(60))
    assert http(here, "POST", sid, said).startswith(b"HTTP/1.1 200")
    heard = http(here, "GET", sid).partition(b"\r\n\r\n")[2].split(b"\x1e")
    assert heard == [b"43/fans,%d[%d]" % (n, n) for n in range(60)]
    sweep(here)


@pytest.mark.parametrize("useless", ["3", "5", '42/elsewhere,["echo",1]', "41/elsewhere,"])
def test_what_is_of_no_use_in_a_post_has_an_end(here: Running, useless: str) -> None:
    sid, stays = polls(here), polls(here)
    for _ in range(2):
        assert http(here, "POST", stays, "\x1e".join(["3"] * int(IN_VAIN))).startswith(b"HTTP/1.1 200")
    heard = '42/fans,7["echo",1]'
    assert http(here, "POST", sid, "\x1e".join([*[useless] * (int(IN_VAIN) + 1), heard])).startswith(b"HTTP/1.1 400")
    assert list(here.connections) == [stays]
    http(here, "POST", stays, "\x1e".join(["3"] * (int(IN_VAIN) + 1)))
    until(lambda: not here.connections)
    sweep(here)


@pytest.mark.parametrize(("chunks", "status"), [(b'13\r\n42/fans,7["echo",1]\r\n0\r\n\r\n', 200), (b"x", 400)])
def test_a_post_in_chunks_is_heard_and_one_that_breaks_off_ends_its_page(
    here: Running, chunks: bytes, status: int
) -> None:
    sid = polls(here)
    with socket.create_connection(("127.0.0.1", here.port), timeout=PATIENCE_S) as page:
        to = f"POST {ENGINE}polling&sid={sid} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: Chunked\r\n\r\n"
        page.sendall(to.encode() + chunks + request("GET", "polling", {"Connection": "close"}))
        answers = b"".join(iter(lambda: page.recv(1 << 16), b""))
    assert answers.startswith(b"HTTP/1.1 %d" % status)
    assert (b'"sid"' in answers) == (status == 200)  # where something broke off, no other request begins
    assert (sid in here.connections) == (status == 200)
    if status == 200:
        assert b"43/fans,7[" in http(here, "GET", sid)
    sweep(here)


def test_an_answer_to_head_has_no_body(here: Running) -> None:
    assert http(here, "HEAD").endswith(b"\r\n\r\n")
