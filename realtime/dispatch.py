"""Between Socket.IO and a handler: who may send it, is it well formed, what does the page hear when it goes wrong.

Every event is declared in a table with the namespace's role; an event that no table knows is refused, and a socket that goes
on sending such is cut. A handler gets (sid, struct) and returns what the page is told. Nothing is ever raised into the library:
its fallback for a TypeError in `connect` is to call again without auth.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from socketio import Server
from socketio.exceptions import ConnectionRefusedError as Refused
from sqlalchemy.exc import SQLAlchemyError

from campaigns.domain.errors import BadInput, FanfareError, Throttled, Unavailable
from realtime.messages import Incoming, error_ack, parse
from realtime.packets import close, in_vain
from realtime.purses import Purses

log = logging.getLogger("fanfare.wire")
MOST_UNKNOWN = 20
WORD_S = 0.5  # how long a refusal gets before the connection is closed
DEAR = 4.0  # the price of what is read from SQL for this page alone


@dataclass(frozen=True)
class Event:
    """One event a page may send: its shape, what is done with it, and what of its purse it costs the page."""

    name: str
    shape: type[Incoming]
    handle: Callable[[str, Any], Any]
    price: float = 1.0


class Namespace:
    """One audience's namespace: `connect` decides who is let in, `events` is all they can send."""

    def __init__(self, server: Server, name: str, role: str, errors: Callable[[], None]) -> None:
        self.server, self.name, self.role = server, name, role
        self.events: dict[str, Event] = {}
        self._errors = errors
        self.purses = Purses()
        self.payer: Callable[[str], Hashable] = lambda sid: sid  # who pays for a page's events
        self._unknown: dict[str, int] = {}

    def register(
        self,
        shape: type[Incoming],
        connect: Callable[[str, dict[str, Any], Any], None],
        disconnect: Callable[[str], None],
        events: list[Event],
    ) -> None:
        """`connect(sid, environ, auth)` raises FanfareError to refuse; its code is what the page is told."""
        self.events = {event.name: event for event in events}

        def on_connect(sid: str, environ: dict[str, Any], auth: object = None) -> None:
            answer = self.guarded(lambda: connect(sid, environ, parse(auth, shape)))
            if isinstance(answer, dict):
                self.guarded(lambda: disconnect(sid))  # a connect that failed half way leaves nobody seated
                raise self._refusal(sid, answer)

        def on_disconnect(sid: str, reason: object = None) -> None:
            self.purses.forget(sid)
            self._unknown.pop(sid, None)
            self.guarded(lambda: disconnect(sid))

        self.server.on("connect", on_connect, namespace=self.name)
        self.server.on("disconnect", on_disconnect, namespace=self.name)
        self.server.on("*", self._unknown_event, namespace=self.name)
        for event in events:
            self.server.on(event.name, self._handler(event), namespace=self.name)

    def _handler(self, event: Event) -> Callable[..., Any]:
        def handle(sid: str, *args: Any) -> Any:
            if not self.admits(sid, event.price):
                if not in_vain(self.server, self.server.manager.eio_sid_from_sid(sid, self.name)):
                    self.purses.indebt(self.payer(sid))
                return error_ack(Throttled("too many events: wait a second"))
            if len(args) > 1:
                return error_ack(BadInput(event.name, f"{len(args)} arguments", "one object"))
            return self.guarded(lambda: event.handle(sid, parse(args[0] if args else None, event.shape)))

        return handle

    def _refusal(self, sid: str, answer: dict[str, Any]) -> Refused:
        """What the page is told. Who is not let in keeps no socket."""
        connection = self.server.manager.eio_sid_from_sid(sid, self.name)
        self.server.start_background_task(self._cut, connection)
        if "retry_in_ms" not in answer:
            return Refused(answer["error"])
        return Refused(answer["error"], {"retry_in_ms": answer["retry_in_ms"]})

    def _cut(self, connection: str) -> None:
        self.server.sleep(WORD_S)
        close(self.server, connection)

    def guarded(self, work: Callable[[], Any]) -> Any:
        """What `work` returns, or the acknowledgement that says in words what went wrong."""
        try:
            return work()
        except FanfareError as error:
            return error_ack(error)
        except SQLAlchemyError as error:
            log.warning("%s: SQL: %s", self.name, error)
            return error_ack(Unavailable("the record is out of reach for a moment: try again"))
        except Exception:  # a bug of ours: logged with its trace, counted, and answered without it
            self._errors()
            log.exception("%s: unexpected", self.name)
            return error_ack(FanfareError("something went wrong on our side"))

    def _unknown_event(self, event: str, sid: str, *args: Any) -> Any:
        self._unknown[sid] = self._unknown.get(sid, 0) + 1
        if self._unknown[sid] >= MOST_UNKNOWN:
            connection = self.server.manager.eio_sid_from_sid(sid, self.name)
            self.server.disconnect(sid, namespace=self.name)
            close(self.server, connection)
            return self.server.not_handled
        return error_ack(BadInput("event", str(event)[:40], f"one of {', '.join(sorted(self.events))}"))

    def admits(self, sid: str, price: float = 1.0) -> bool:
        """One event of this page."""
        return self.purses.pays(self.payer(sid), price)
