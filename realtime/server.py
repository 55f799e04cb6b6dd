"""All tuning of the wire in one place, and the seams behind which our own wire stands.

Origins: Engine.IO's default, the address the page itself came from, as a proxy may have it in X-Forwarded-*: no browser sends
those for another site's page. Handlers run in the connection's own greenlet, so one fan's events stay in order. Rejected:
Flask's request context per event (54 µs of CPU for nothing we use), RedisManager (drops messages in an outage, publishes
even to itself): the scene is state, so a hint over our bus and one packet per process is enough.
"""

from __future__ import annotations

import logging

from flask import Flask
from flask_socketio import SocketIO

from realtime import wire_json
from realtime.engine import take_over
from realtime.fanout import Fanout
from realtime.packets import TextPacket, close_on_malformed
from realtime.websocket import MAX_MESSAGE

NAMESPACES = ("/fans", "/displays", "/operators")
PING_INTERVAL_S, PING_TIMEOUT_S = 15, 15  # a connection that is gone is noticed within their sum


def make_socketio(app: Flask, *, polling: bool = True, trusted_proxies: int = 0) -> SocketIO:
    """Flask-SocketIO on gevent with our WebSocket and our rooms under it."""
    for name in ("engineio.server", "socketio.server"):
        logging.getLogger(name).setLevel(logging.ERROR)
    socketio = SocketIO(
        app,
        async_mode="gevent",
        transports=["polling", "websocket"] if polling else ["websocket"],
        async_handlers=False,
        manage_session=False,
        monitor_clients=False,  # the pulse does it
        client_manager=Fanout(),
        ping_interval=PING_INTERVAL_S,
        ping_timeout=PING_TIMEOUT_S,
        max_http_buffer_size=MAX_MESSAGE,
        http_compression=False,
        allow_upgrades=True,
        always_connect=False,
        serializer=TextPacket,
        json=wire_json,
        namespaces=list(NAMESPACES),  # otherwise "/" is open to anybody
    )
    take_over(socketio.server.eio, trust_kernel=not trusted_proxies)
    close_on_malformed(socketio.server)
    return socketio
