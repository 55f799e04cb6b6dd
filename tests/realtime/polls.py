"""Pages that poll, on the wire of engine.py."""

from __future__ import annotations

import json
from typing import Any

from gevent import socket

from realtime.pulse import Pulse
from tests.realtime.engine import FANS, PATIENCE_S, Running, request


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
