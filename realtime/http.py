"""gevent's HTTP server as we run it: nobody holds a file who says nothing, and what a connection costs is what it must.

A hall that comes back is mostly this: thousands of requests for the wire, each with a small head in one piece. Such a head,
if there is nothing unusual about it, is taken apart by one expression; anything else (folded, chunked, twice the same, not here
yet) goes the way of the library, which hands every head to the parser for e-mail: a sixth of what a handshake cost. Who is in
the kernel is taken out of it sooner than those inside get on: its queue is for 4096, whom it does not hold is heard again after
ever longer spans, and pages give up after 8 s; inside, they wait in peace. Who has given up is never read.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from email.message import Message
from socket import IPPROTO_TCP, SHUT_RD, TCP_NODELAY, TCP_USER_TIMEOUT
from typing import Any

import gevent
from gevent.pywsgi import WSGIHandler, WSGIServer
from gevent.socket import socket

from realtime.doors import hung_up

SILENT_S = 20.0  # an open connection is an open file: it is for those who say something
PIECE = 64 * 1024  # of an answer: each must be taken within SILENT_S
SLOWEST = 1024  # bytes of a body in a second, after that
LONGEST_S = 300.0  # for any body: how long it is to be is only what its sender says
KEPT_S = 90.0  # between two requests: longer than proxies keep what they do not use
GONE_MS = 30_000  # the kernel gives a connection up whose other end takes nothing and says nothing
IN_A_ROW = 64  # connections accepted before the others have a turn, which may be 20 ms
FOR_A_WIRE = "GET /socket.io/"
END = b"\r\n\r\n"
_NAME = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_USUAL = re.compile(rb"(?:%s:[^\r\n\x00]*\r\n){1,90}\r\n" % _NAME)  # the library takes a hundred at most
_OTHERS = frozenset({"transfer-encoding", "expect"})  # theirs are the subtleties


class Head:
    """The headers of a request, as the library asks for them."""

    status = ""  # nothing wrong

    def __init__(self, held: dict[str, str]) -> None:
        self._held = held

    def get(self, name: str, default: str | None = None) -> str | None:
        return self._held.get(name.lower(), default)

    getheader = get

    @property
    def typeheader(self) -> str | None:
        return self._held.get("content-type")

    @property
    def headers(self) -> Iterator[str]:
        return (f"{name}: {value}" for name, value in self._held.items())


def usual_head(data: bytes) -> tuple[Head, int] | None:
    """The head that these bytes begin with, and its length; None for whatever is not the usual."""
    found = _USUAL.match(data)
    if found is None:
        return None
    held: dict[str, str] = {}
    lines = found[0].decode("latin-1").split("\r\n")[:-2]
    for line in lines:
        name, _, value = line.partition(":")
        held[name.lower()] = value.strip(" \t")
    plain = held.get("content-length", "0").isdecimal()
    if len(held) < len(lines) or not _OTHERS.isdisjoint(held) or not plain:
        return None
    return Head(held), found.end()


def ends_plainly(head: Message) -> bool:
    """Where the body ends is said once, and so that nobody before us can have read it otherwise."""
    lengths, codings = head.get_all("content-length", []), head.get_all("transfer-encoding", [])
    plain = all(length.strip().isdecimal() for length in lengths) and all(each.lower() == "chunked" for each in codings)
    return plain and len(lengths) + len(codings) <= 1


class Handler(WSGIHandler):  # type: ignore[misc]  # untyped library
    """Waits for a request for a while only, and reads none where a WebSocket has spoken: what still comes there when we stop
    are frames, not HTTP."""

    _whole = False  # the head is here: to read it is no wait

    def read_requestline(self) -> str:
        """Empty ends the connection: who said nothing, and a page that has given up while we had no breath."""
        line = ""
        with gevent.Timeout(SILENT_S if self.requestline is None else KEPT_S, False):
            self._whole = END in self.rfile.peek(1)
            line = str(super().read_requestline())
        return "" if line.startswith(FOR_A_WIRE) and hung_up(self.socket.fileno()) else line

    def read_request(self, raw_requestline: str) -> bool:
        if self._whole:
            return bool(super().read_request(raw_requestline))
        read = False
        with gevent.Timeout(SILENT_S, False):
            read = bool(super().read_request(raw_requestline))
        return read

    def MessageClass(self, *given: object) -> object:
        """The library's name for what reads the headers."""
        usual = usual_head(self.rfile.peek(1)) if self._whole else None
        if usual is None:
            read = super().MessageClass(*given)
            read.status = read.status or ("" if ends_plainly(read) else "unclear where the body ends")
            return read
        head, length = usual
        self.rfile.read(length)
        return head

    def handle_one_response(self) -> None:
        """A body is waited for as long as it goes on coming, and does more than drip."""
        self.socket.settimeout(SILENT_S)
        late = self._body_until()
        try:
            super().handle_one_response()
        finally:
            self.close_connection |= self.wsgi_input._chunked_input_error  # nobody knows where the next request begins
            self.socket.settimeout(None)
            if late is not None:
                late.kill(block=False)

    def _body_until(self) -> gevent.Greenlet[..., None] | None:
        """Ends the reading when there has been time enough for the body. None: there is none."""
        if not (self.content_length or self.wsgi_input.chunked_input):
            return None
        seconds = SILENT_S + min((self.content_length or 0) / SLOWEST, LONGEST_S)
        return gevent.spawn_later(seconds, self._no_more_of, self.socket, self.wsgi_input)

    def _no_more_of(self, page: socket, body: Any) -> None:
        if body.chunked_input or body.position < body.content_length:
            with contextlib.suppress(OSError):
                page.shutdown(SHUT_RD)

    def _sendall(self, data: bytes) -> None:
        for at in range(0, len(data), PIECE):
            super()._sendall(data[at : at + PIECE])

    def handle_error(self, kind: type[BaseException], error: BaseException, trace: object) -> None:
        if issubclass(kind, OSError):  # the other end's doing; what the program raises it answers and logs itself
            self.close_connection = True
        else:
            super().handle_error(kind, error, trace)

    def log_request(self) -> None:
        """There is no log of requests; without this the line would be written all the same."""

    def run_application(self) -> None:
        try:
            super().run_application()
        finally:
            if self.environ.get("HTTP_UPGRADE", "").lower() == "websocket":
                self.close_connection = True


class HttpServer(WSGIServer):  # type: ignore[misc]  # untyped library
    handler_class = Handler
    max_accept = IN_A_ROW

    def init_socket(self) -> None:
        """What is accepted inherits these. Without the first, what follows another little piece waits for a round trip."""
        super().init_socket()
        self.socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self.socket.setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, GONE_MS)
