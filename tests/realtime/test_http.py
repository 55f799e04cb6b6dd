"""The head of a request: what we take apart ourselves says what the library's parser says; what is unusual is left to it."""

from __future__ import annotations

from io import BytesIO

import pytest
from gevent.pywsgi import headers_factory
from hypothesis import given
from hypothesis import strategies as some

from realtime.http import usual_head

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
        b"".join(b"X-%d: 1\r\n" % n for n in range(91)) + b"\r\n",
    ],
)
def test_an_unusual_head_is_left_to_the_library(head: bytes) -> None:
    assert usual_head(head) is None


@given(some.binary(max_size=80), some.binary(max_size=20))
def test_whatever_comes_is_read_as_by_the_library_or_left_to_it(first: bytes, second: bytes) -> None:
    data = b"A:" + first + b"\r\n" + second + b": 1\r\n\r\n"
    assert ours(data) in (None, library(data))
