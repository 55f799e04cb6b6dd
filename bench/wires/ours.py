"""Our web process as it is, with one door more: what stands on its standard input is pushed to a run's room.

python bench/wires/ours.py < commands          # settings from the environment, as wsgi.py
"""

import wsgi  # isort: skip  # gevent's patch first

import json
import os
import sys
import time

import gevent
from gevent.fileobject import FileObjectPosix

from config import Settings


def main() -> None:
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
