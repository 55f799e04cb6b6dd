"""An acknowledgement is written by the greenlet that made it, where nothing else is on its way to the page.

Engine.IO puts every packet into a queue and wakes the connection's writer: two switches of greenlets and a timer for what is
ready to go. What is queued goes first: only when the queue is empty and nobody is writing is it passed by, so that packets
keep their order. A page that does not take its answers is not read either until it does.
"""

from __future__ import annotations

from typing import Any

from socketio import Server
from socketio.packet import ACK

_MESSAGE = "4"  # Engine.IO's packet around one of Socket.IO


def write_replies_at_once(server: Server) -> None:
    queued = server._send_packet

    def send(connection: str, packet: Any) -> None:
        socket = server.eio.sockets.get(connection)
        if packet.packet_type != ACK or socket is None or not _idle(socket):
            queued(connection, packet)
            return
        try:
            socket.wire.send(_MESSAGE + packet.encode())
        except OSError:  # gone: whoever reads finds out
            socket.wire.close()

    server._send_packet = send


def _idle(socket: Any) -> bool:
    """It is a WebSocket by now, and nothing is on its way."""
    open_ = socket.upgraded and not socket.closing and not socket.closed
    return open_ and socket.queue.empty() and not socket.wire.writing
