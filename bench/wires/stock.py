"""Flask-SocketIO as its manual starts it: gevent, gevent-websocket, a room, a handler that acknowledges and stores nothing.

python bench/wires/stock.py PORT < commands          # in an environment of its own: gevent-websocket must not be in ours
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()  # before anything else is imported
# ruff: noqa: E402  # which is why the imports come late

import json
import sys
import time
from typing import Any

import gevent
from flask import Flask
from flask_socketio import SocketIO, join_room
from gevent.fileobject import FileObjectPosix

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent", cors_allowed_origins="*")
ACK = {"outcome": "recorded", "elapsed_ms": 796, "raw_ms": 842, "network_ms": 46, "receipt": "Q7F2-9KXM"}


@socketio.on("connect", namespace="/fans")  # type: ignore[untyped-decorator]  # untyped library
def connect(auth: Any = None) -> None:
    join_room("run:1")


@socketio.on("answer", namespace="/fans")  # type: ignore[untyped-decorator]  # untyped library
def answer(message: Any) -> dict[str, Any]:
    return ACK


def obey() -> None:
    event: list[Any] = []
    for line in FileObjectPosix(sys.stdin, "r"):
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "payload":
            event = json.loads(rest.partition(",")[2])
        elif word == "push":
            times, gap_ms = map(float, rest.split())
            for _ in range(int(times)):
                print("at", time.monotonic_ns(), flush=True)
                socketio.emit(event[0], event[1], to="run:1", namespace="/fans")
                gevent.sleep(gap_ms / 1000)
        print("done", flush=True)


gevent.spawn(obey)
gevent.spawn_later(0.5, print, "ready", flush=True)
socketio.run(app, "127.0.0.1", int(sys.argv[1]), log_output=False)
