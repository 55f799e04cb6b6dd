"""The head of a request: what we take apart ourselves says what the library's parser says; what is unusual is left to it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import gevent
import pytest
from gevent.pywsgi import headers_factory
from hypothesis import given
from hypothesis import strategies as some

from realtime import http
from realtime.http import HttpServer, usual_head

PATIENCE_S = 60.0
MUCH = b"." * 30_000_000  # no kernel takes that for somebody who does not read

CHROME = (
    b"Host: quiz.example\r\nConnection: Upgrade\r\nPragma: no-cache\r\nUpgrade: websocket\r\nOrigin: https://quiz.example\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nSec-WebSocket-Version: 13\r\nCookie: fan=a-b_c; lang=zh\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Empty:\r\nX-Umlaut: \xe4 \t\r\n\r\n"
)


def library(data: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in headers_factory(BytesIO(data)).headers)
    return {name.lower(): value.strip() for name, _, value in lines}


def ours(data: bytes) -> dict[str, str] | None:
    found = usual_head(data)
    if found is None:
        return None
    lines = (line.partition(":") for line in found[0].headers)
    return {name: value.strip() for name, _, value in lines}


def test_a_usual_head_says_what_the_library_reads_and_ends_where_the_head_does() -> None:
    found = usual_head(CHROME + b"\x81\x80and frames\r\n\r\n")
    assert found is not None and found[1] == len(CHROME)
    assert ours(CHROME) == library(CHROME)
    head = found[0]
    assert (head.get("Upgrade"), head.getheader("connection"), head.get("x-none", "")) == ("websocket", "Upgrade", "")
    assert (head.typeheader, head.status) == (None, "")


@pytest.mark.parametrize(
    "head",
    [
        b"\r\n",
        b"A: b\r\n",
        b"A: b\n\n",
        b"A: b\r\n folded\r\n\r\n",
        b"A : b\r\n\r\n",
        b": b\r\n\r\n",
        b"no colon\r\n\r\n",
        b"A: b\rc\r\n\r\n",
        b"A: b\x00\r\n\r\n",
        b"Content-Length: 3\r\ncontent-length: 4\r\n\r\n",
        b"Cookie: a=1\r\nCookie: b=2\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"Expect: 100-continue\r\n\r\n",
        b"Content-Length: 1_0\r\n\r\n",
        b"Content-Length: +5\r\n\r\n",
        b"".join(b"X-%d: 1\r\n" % n for n in range(91)) + b"\r\n",
    ],
)
def test_an_unusual_head_is_left_to_the_library(head: bytes) -> None:
    assert usual_head(head) is None


@given(some.binary(max_size=80), some.binary(max_size=20))
def test_whatever_comes_is_read_as_by_the_library_or_left_to_it(first: bytes, second: bytes) -> None:
    data = b"A:" + first + b"\r\n" + second + b": 1\r\n\r\n"
    assert ours(data) in (None, library(data))


@pytest.mark.parametrize(
    "ends",
    [
        b"Content-Length: 5\r\nContent-Length: 0\r\n",
        b"Content-Length: 5\r\nContent-Length: 5\r\n",
        b"Content-Length: 0_5\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: gzip\r\n",
    ],
)
def test_a_body_whose_end_could_be_read_in_two_ways_is_refused(
    connect: Callable[[], socket.socket], ends: bytes
) -> None:
    """What a proxy before us takes for one request must not be two for us."""
    with connect() as page:
        page.sendall(b"POST /little HTTP/1.1\r\nHost: x\r\n" + ends + b"\r\n01234")
        page.sendall(b"GET /little HTTP/1.1\r\nHost: x\r\n\r\n")
        told = rest_of(page)
        assert told.startswith(b"HTTP/1.1 400") and b"200 OK" not in told


def answers(environ: dict[str, Any], start: Any) -> list[bytes]:
    if environ["PATH_INFO"] != "/asked":
        environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/slow":
        gevent.sleep(0.5)
    start("200 OK", [("Content-Type", "text/plain")])
    return [MUCH if environ["PATH_INFO"] == "/much" else b"little"]


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], socket.socket]]:
    """Connections to a server of ours that is soon bored."""
    monkeypatch.setattr(http, "SILENT_S", 0.2)
    server = HttpServer(("127.0.0.1", 0), answers, log=None, error_log=None)
    server.start()
    yield lambda: gevent.socket.create_connection(("127.0.0.1", server.server_port), timeout=PATIENCE_S)
    server.stop()


def rest_of(page: socket.socket) -> bytes:
    """All that still comes. TimeoutError: the connection is held."""
    data = bytearray()
    try:
        while got := page.recv(1 << 20):
            data += got
    except ConnectionResetError:
        pass
    return bytes(data)


@pytest.mark.parametrize("body", [b"Content-Length: 9\r\n\r\nhalf", b"Transfer-Encoding: chunked\r\n\r\n4\r\nha"])
def test_a_body_that_was_promised_and_does_not_come_holds_no_connection(
    connect: Callable[[], socket.socket], body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with connect() as page:
        page.sendall(b"POST /little HTTP/1.1\r\nHost: x\r\n" + body)
        assert b"200 OK" not in rest_of(page) and "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 100\r\n\r\n",
        b"Content-Length: 1%s\r\n\r\n" % (b"0" * 12),
        b"Transfer-Encoding: chunked\r\n\r\n",
    ],
)
@pytest.mark.parametrize("path", [b"/little", b"/asked"])
def test_a_body_that_drips_holds_no_connection(
    connect: Callable[[], socket.socket], body: bytes, path: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the program reads it or has answered already."""
    monkeypatch.setattr(http, "SLOWEST", 1000)
    monkeypatch.setattr(http, "LONGEST_S", 0.5)
    with connect() as page, contextlib.suppress(OSError):
        page.sendall(b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + body)
        drip = b"1\r\nx\r\n" if b"chunked" in body else b"x"
        for _ in range(99):
            page.sendall(drip)
            gevent.sleep(0.05)
        raise AssertionError("it went on dripping")


def test_a_body_that_is_long_has_longer_than_one_that_says_nothing(
    connect: Callable[[], socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "SLOWEST", 1)
    with connect() as page:
        page.sendall(b"POST /little HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 60\r\n\r\n")
        for _ in range(6):
            page.sendall(b"." * 10)
            gevent.sleep(0.05)
        assert b"200 OK" in rest_of(page)


def test_a_program_that_takes_long_after_the_body_came_loses_no_connection(
    connect: Callable[[], socket.socket],
) -> None:
    with connect() as page:
        page.sendall(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n..")
        assert b"200 OK" in page.recv(1 << 16)
        page.sendall(b"GET /little HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"200 OK" in rest_of(page)


def test_an_answer_that_nobody_takes_holds_no_connection(connect: Callable[[], socket.socket]) -> None:
    with connect() as page:
        page.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        gevent.sleep(1.0)  # five times as long as it is waited for
        assert 0 < len(rest_of(page)) < len(MUCH)


def test_who_goes_on_taking_an_answer_gets_all_of_it(
    connect: Callable[[], socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "SILENT_S", PATIENCE_S)  # of a machine that may be busy
    with connect() as page:
        page.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert len(rest_of(page)) > len(MUCH)


def test_who_waits_in_the_kernel_is_taken_out_of_it_in_a_few_turns_of_the_loop() -> None:
    """A hall comes at once; the kernel holds some thousands, and forgets the others for seconds."""
    many, turns = 120, []

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        turns.append(gevent.get_hub().loop.iteration)
        start_response("204 No Content", [])
        return []

    server = HttpServer(("127.0.0.1", 0), app, many, log=None, error_log=None)
    server.init_socket()
    pages = [socket.create_connection(("127.0.0.1", server.server_port), PATIENCE_S) for _ in range(many)]
    try:
        for page in pages:
            page.sendall(b"GET / HTTP/1.1\r\nHost: quiz.example\r\nConnection: close\r\n\r\n")
        server.start()
        with gevent.Timeout(PATIENCE_S):
            while len(turns) < many:
                gevent.sleep(0.001)
        assert len(set(turns)) <= 12
    finally:
        for page in pages:
            page.close()
        server.stop(timeout=1)
