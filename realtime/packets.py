"""What of Socket.IO's packets a page may send: text, and events by name. Anything else ends the connection.

python-socketio calls the handlers named `connect`, `disconnect` and `*` also for *events* of these names, with the page's
own arguments, and keeps a packet with attachments in memory until all of up to 10^10 have come. So the packet is narrowed
where it is decoded: a reserved name arrives as one that no table knows, binary packets are malformed. Rejected: checking
in the handlers, which come too late.
"""

from __future__ import annotations

import logging
from typing import Any

from socketio import Server
from socketio.packet import BINARY_ACK, BINARY_EVENT, CONNECT, CONNECT_ERROR, EVENT, Packet

log = logging.getLogger("fanfare.wire")
_EVENT, _CONNECT = str(EVENT), str(CONNECT)
COMING = 20.0  # things of no use that a coming is worth: a page does it once
RESERVED = frozenset({"connect", "disconnect", "*", "connect_error", "disconnecting", "newListener", "removeListener"})
REFUSED_TYPES = frozenset({BINARY_EVENT, BINARY_ACK, CONNECT_ERROR})


class TextPacket(Packet):  # type: ignore[misc]  # untyped library
    """A Socket.IO packet without attachments. Decoding raises ValueError or RecursionError for what is malformed."""

    uses_binary_events = False
    data: Any

    def decode(self, encoded_packet: Any) -> int:
        if not isinstance(encoded_packet, str) or not "0" <= encoded_packet[:1] <= "6":
            raise ValueError("not a Socket.IO packet")
        attachments = super().decode(encoded_packet)
        if attachments or self.packet_type in REFUSED_TYPES:
            raise ValueError("binary packets are not part of the contract")
        if self.packet_type == EVENT:
            self.data = _named(self.data)
        return 0


def _named(data: Any) -> list[Any]:
    """An event's data: a list that begins with its name."""
    if not isinstance(data, list) or not data or not isinstance(data[0], str):
        raise ValueError("an event is a list that begins with its name")
    return [f"{data[0]}?", *data[1:]] if data[0] in RESERVED else data


def close_on_malformed(server: Server) -> None:
    """A connection that sends what is no packet is ended, as the reference server does it; its seat becomes free at once."""

    def on_message(connection: str, data: Any) -> None:
        if connection not in server.environ:  # ended meanwhile; it was read before
            return
        try:
            if not data or not isinstance(data, str):
                raise ValueError("empty, which the library would take for an event without a name; or no text")
            if _is_of_use(server, connection, data):
                server._handle_eio_message(connection, data)
        except (ValueError, RecursionError) as error:
            log.info("malformed packet: %s", error)
            close(server, connection)
        except Exception:  # nothing that a page sends may end more than its own connection
            log.exception("a packet that nobody could take")
            close(server, connection)

    server.eio.on("message", on_message)  # of pages that poll
    server.eio.heard = on_message


def _is_of_use(server: Server, connection: str, data: str) -> bool:
    """False: nobody has to look at it. An event is, where the page is known; we ask for no acknowledgements. Who comes has to
    come once only: a page that waits to be let in and is woken up says it again, and would take a refusal for the answer."""
    kind, (namespace, _, _) = data[0], data[1:].partition(",")
    known = server.manager.sid_from_eio_sid(connection, namespace) is not None
    if kind == _EVENT and known:
        return True
    return in_vain(server, connection, COMING if kind == _CONNECT else 1.0) and not (kind == _CONNECT and known)


def in_vain(server: Server, connection: str | None, price: float = 1.0) -> bool:
    """What this page has sent was of no use. False: it went on for too long and is cut."""
    socket = server.eio.sockets.get(connection)
    return socket is None or socket.in_vain(price)


def close(server: Server, connection: str) -> None:
    """End the Engine.IO connection with everything on it, after what is queued for it has gone out; to who polls, if it does
    just now."""
    socket = server.eio.sockets.get(connection)
    if socket is not None:
        socket.close(wait=False)
