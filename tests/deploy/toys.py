"""Toy children: they keep the promises that the supervisor relies on, and break those it must not rely on."""

from __future__ import annotations

import http.server
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from deploy.hold import wait_if_held


class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        return


def prepare(*held: str) -> None:
    wait_if_held(held)
    if os.environ.get("TOY_PREPARE") == "fails":
        sys.exit("the migration went wrong")
    if go_on := os.environ.get("TOY_PREPARE"):
        print("migrating", flush=True)
        while not Path(go_on).exists():
            time.sleep(0.02)  # a toy that takes its time: until the test makes this file
        print("migrated", flush=True)
    print('@prepared {"migrated": true}', flush=True)
    print('@prepared {"code": "K7M2QD", "road": "R4D5EN", "token": "t0ken"}', flush=True)


def web(*held: str) -> None:
    print("built", flush=True)
    wait_if_held(held)
    print("listening", flush=True)
    http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Healthy).serve_forever()


def worker() -> None:
    time.sleep(3600)


def sweeper() -> None:
    """Deaf to every polite request."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    {"prepare": prepare, "web": web, "worker": worker, "sweeper": sweeper}[sys.argv[1]](*sys.argv[2:])
