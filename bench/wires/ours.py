"""Our web process as it is, with one door more: what stands on its standard input is pushed to a run's room.

    python -m bench.wires.ours [PART] < commands         # settings from the environment, as wsgi.py

Without a part of the hot path, so that the table shows what that part is worth: `group-commit` (every answer its own
transaction), `fanout` (python-socketio's own client manager), `lane` (an answer goes the way of every other event).
"""

import wsgi  # isort: skip  # gevent's patch first

import json
import os
import sys
import time

import gevent
from gevent.fileobject import FileObjectPosix
from socketio import Manager

from campaigns.db import group_commit
from config import Settings
from realtime import server as wire
from realtime.lane import AnswerLane


def without(part: str) -> None:
    if part == "group-commit":
        group_commit.BATCH = 1
    elif part == "fanout":
        setattr(wire, "Fanout", Manager)  # noqa: B010  # what ours is made from, in its place
    elif part == "lane":
        setattr(AnswerLane, "take", lambda *given: False)  # noqa: B010  # takes nothing
    else:
        raise SystemExit(f"there is no part {part}")


def main() -> None:
    for part in sys.argv[1:]:
        without(part)
    settings = Settings.from_environ(os.environ).complete()
    server, socketio, wiring = wsgi.make_server(settings)
    wiring.start(socketio)

    def obey() -> None:
        event, room = [], ""
        for line in FileObjectPosix(sys.stdin, "r"):
            word, _, rest = line.rstrip("\n").partition(" ")
            if word == "room":
                room = rest
            elif word == "payload":
                event = json.loads(rest.partition(",")[2])
            elif word == "push":
                times, gap_ms = map(float, rest.split())
                for _ in range(int(times)):
                    print("at", time.monotonic_ns(), flush=True)
                    socketio.server.emit(event[0], event[1], to=room, namespace="/fans")
                    gevent.sleep(gap_ms / 1000)
            print("done", flush=True)

    gevent.spawn(obey)
    server.start()
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
