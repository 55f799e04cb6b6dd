"""Our web process as it is, with one door more: what stands on its standard input is pushed to a run's room, or waited for.

    python -m bench.wires.ours [PART] < commands         # settings from the environment, as wsgi.py

Without a part of the hot path, so that the table shows what that part is worth: `group-commit` (every answer its own
transaction), `fanout` (python-socketio's own client manager), `lane` (an answer goes the way of every other event).
"""

import wsgi  # isort: skip  # gevent's patch first

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import gevent
from gevent.fileobject import FileObjectPosix
from socketio import Manager, Server

from campaigns.db import group_commit
from campaigns.domain.clock import Timing
from config import Settings
from realtime import server as wire
from realtime.lane import AnswerLane
from realtime.rooms import Rooms

PATIENCE_S = 60.0


def without(part: str) -> None:
    if part == "group-commit":
        group_commit.BATCH = 1
    elif part == "fanout":
        setattr(wire, "Fanout", Manager)  # noqa: B010  # what ours is made from, in its place
    elif part == "lane":
        setattr(AnswerLane, "take", lambda *given: False)  # noqa: B010  # takes nothing
    else:
        raise SystemExit(f"there is no part {part}")


def wait_until(done: Callable[[], bool]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > until_s:
            raise SystemExit("it did not come to that")  # whoever reads our output hears of it
        gevent.sleep(0.02)


def takes(rooms: Rooms, round_id: int) -> bool:
    """An answer to this round would be in time now."""
    gates = [room.live.gate for room in rooms.by_run.values()]
    clocks = [gate.clock for gate in gates if gate is not None and gate.round_id == round_id and gate.taking]
    now_ns = time.monotonic_ns()
    return any(clock is not None and clock.accepts(now_ns) is Timing.IN_TIME for clock in clocks)


def push(server: Server, event: list[Any], room: str, times: int, gap_ms: float) -> None:
    for _ in range(times):
        print("at", time.monotonic_ns(), flush=True)
        server.emit(event[0], event[1], to=room, namespace="/fans")
        gevent.sleep(gap_ms / 1000)


def obey(server: Server, rooms: Rooms) -> None:
    event, room = [], ""
    for line in FileObjectPosix(sys.stdin, "r"):
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "room":
            room = rest
        elif word == "payload":
            event = json.loads(rest.partition(",")[2])
        elif word == "push":
            times, gap_ms = map(float, rest.split())
            push(server, event, room, int(times), gap_ms)
        elif word == "takes":
            wait_until(partial(takes, rooms, int(rest)))
        print("done", flush=True)


def main() -> None:
    for part in sys.argv[1:]:
        without(part)
    settings = Settings.from_environ(os.environ).complete()
    server, socketio, wiring = wsgi.make_server(settings)
    wiring.start(socketio)
    gevent.spawn(obey, socketio.server, wiring.ticker.rooms)
    server.start()
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
