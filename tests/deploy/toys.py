"""Toy children: they keep the promises that the supervisor relies on, and break those it must not rely on."""

from __future__ import annotations

import http.server
import os
import signal
import sys
import time


class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        return


def prepare() -> None:
    if os.environ.get("TOY_PREPARE") == "fails":
        sys.exit("the migration went wrong")
    print('@prepared {"migrated": true}', flush=True)
    print('@prepared {"code": "K7M2QD", "token": "t0ken"}', flush=True)


def web() -> None:
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
    {"prepare": prepare, "web": web, "worker": worker, "sweeper": sweeper}[sys.argv[1]]()
