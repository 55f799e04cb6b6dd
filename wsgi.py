"""Composition root of the web process: gevent's patch first, then settings → services → Flask + Socket.IO.

`python wsgi.py held` builds everything while the stores still start, and serves when it is told to (deploy/hold.py).
"""

from gevent import monkey

monkey.patch_all()

import sys  # everything after the patch, or psycopg would block the hub

if "psycopg" in sys.modules:
    raise RuntimeError("psycopg was imported before gevent's patch")

import gc

gc.disable()  # what imports make stays: looking through it again and again is a fifth of the start

import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import gevent
from flask_socketio import SocketIO
from gevent.pywsgi import WSGIServer
from prometheus_client import CollectorRegistry

from campaigns.bootstrap import build_services
from campaigns.domain.checklist import Machine
from campaigns.web import create_app
from campaigns.web.proxies import behind_proxies
from config import Settings
from deploy.hold import wait_if_held
from deploy.links import base_url, lan_address
from realtime.doors import raise_file_limit, sockets_within
from realtime.http import HttpServer
from realtime.meters import Meters
from realtime.server import make_socketio
from realtime.wiring import Wiring, wire

BACKLOG = 4096  # a hall connects at once
STOP_WITHIN_S = 8.0


def offload(work: Callable[[], object]) -> object:
    """Slow work (password hashing) in a real thread, so that the hub keeps serving."""
    return gevent.get_hub().threadpool.apply(work)


def make_server(settings: Settings) -> tuple[WSGIServer, SocketIO, Wiring]:
    """The HTTP server with everything behind it; no store has been asked for anything yet, no greenlet runs."""
    services = build_services(settings, pool_size=20)
    registry = CollectorRegistry()
    public_url = base_url(settings.public_url, settings.host, settings.port, lan_address())
    files = raise_file_limit()
    most = settings.max_sockets or sockets_within(files)
    wiring: list[Wiring] = []
    app = create_app(
        services,
        public_url=public_url,
        secret_key=settings.secret_key,
        joins_per_minute=settings.joins_per_minute,
        issuers=dict(settings.handover_secrets),
        offload=offload,
        metrics=registry,
        alive=lambda: wiring[0].well(),
        machine=Machine((Path(settings.var_dir).resolve(),), files, most),
    )
    socketio = make_socketio(app, polling=settings.polling, trusted_proxies=settings.trusted_proxies)
    behind_proxies(app, settings.trusted_proxies)
    wiring.append(wire(services, socketio, Meters(registry), public_url, most))
    log = logging.getLogger("fanfare.http")
    server = HttpServer((settings.host, settings.port), app, BACKLOG, log=None, error_log=log)
    gc.freeze()  # for good: no collection walks through the program itself
    gc.enable()
    return server, socketio, wiring[0]


def main(arguments: list[str]) -> None:
    settings = Settings.from_environ(os.environ).complete()
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s %(message)s")
    server, socketio, wiring = make_server(settings)
    wait_if_held(arguments)
    wiring.start(socketio)

    def stop(signum: int, frame: FrameType | None) -> None:
        """Nobody new from now on; everybody who is here is sent elsewhere, or here again (realtime/drain.py)."""
        gevent.spawn(_finish, server, wiring)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.serve_forever()


def _finish(server: WSGIServer, wiring: Wiring) -> None:
    with gevent.Timeout(STOP_WITHIN_S, False):
        server.stop_accepting()
        server.socket.close()  # `close` would wake serve_forever, which ends handlers before they have had their say
        wiring.drain.run()
    os._exit(0)  # greenlets of open sockets would hold the process; everything acknowledged is committed


if __name__ == "__main__":
    main(sys.argv[1:])
