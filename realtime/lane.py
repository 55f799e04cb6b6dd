"""The answers' lane: the way of a fan's answer from the frame to its acknowledgement, without a wait and without a greenlet.

Called in the event loop with a page's message. What is an answer to the round that is open goes into the journal at once; the
journal's flusher writes the acknowledgement after the commit, and the page's next message is taken up. Whatever needs more (SQL,
a refusal, a round to come, a page that polls) is left to the ordinary way, FansWire.answer, and gets there what it would
have got. Rejected: a second judgement of what is late, early or malformed here; a timer for each answer.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Literal, Protocol

import gevent
import msgspec

from campaigns.bootstrap import Services
from campaigns.db.journal import Entry, Journal, Stored
from campaigns.db.promise import Promise
from campaigns.domain.answer import Outcome
from campaigns.play.answer import Ack, Arrival, acknowledge, judged, put
from realtime.dispatch import Namespace
from realtime.frames import TEXT, frame
from realtime.messages import Answer
from realtime.meters import Meters
from realtime.rooms import Room, Rooms
from realtime.websocket import Wire

PATIENCE_NS = 8_000_000_000  # as FansWire.PATIENCE_S: then the page repeats; the journal goes on trying
LOOK_S = 1.0
_PREFIX = "42/fans,"  # of an event in the fans' namespace that wants an acknowledgement, once its number follows
_NAMED = '["answer",'
_MOST_DIGITS = 10  # of that number
_decode = msgspec.json.Decoder(tuple[Literal["answer"], Answer]).decode
_encode = msgspec.json.Encoder().encode


class Page(Protocol):
    """The part of engine.Connection that the lane needs."""

    fan: str | None
    received_ns: int
    wire: Wire | None

    def go_on(self) -> None: ...


class Ticket(Promise[Stored]):
    """One answer on its way, and the promise of what becomes of it. `number`: of the acknowledgement. `over`: the page has been
    told, or is not told any more."""

    __slots__ = ("entry", "number", "over", "page", "room", "tell")

    def __init__(self, page: Page, number: str, room: Room, entry: Entry, tell: Callable[[Ticket], None]) -> None:
        super().__init__()
        self.page, self.number, self.room, self.entry, self.tell = page, number, room, entry, tell
        self.over = False

    def _tell(self) -> None:
        super()._tell()
        self.tell(self)

    def follow(self, other: Promise[Stored]) -> None:
        """What becomes of that one becomes of this one."""
        try:
            self.set_result(other.result())
        except Exception as error:  # whatever was set instead is told here too
            self.set_exception(error)


class AnswerLane:
    def __init__(
        self, services: Services, journal: Journal, rooms: Rooms, namespace: Namespace, meters: Meters
    ) -> None:
        self._services, self._journal, self._rooms = services, journal, rooms
        self._namespace, self._meters = namespace, meters
        self._under_way: deque[Ticket] = deque()
        self._watching = False

    def take(self, page: Page, message: str) -> bool:
        """False: not for the lane, nothing has been done."""
        if page.fan is None or page.wire is None or not message.startswith(_PREFIX):
            return False
        found = self._rooms.of_fan(page.fan)
        at = message.find("[", len(_PREFIX))
        number = message[len(_PREFIX) : at]
        if found is None or not message.startswith(_NAMED, at) or not _is_number(number):
            return False
        try:
            _, answer = _decode(message[at:])
        except (msgspec.MsgspecError, UnicodeEncodeError):
            return False
        seat, room = found
        gate = room.live.gate
        if gate is None or gate.round_id != int(answer.round):
            return False
        early_ns = room.early.get(seat.fan_id)
        rtt_ns = page.wire.lowest_rtt_ns()
        arrival = Arrival(page.received_ns, rtt_ns, room.live.cap_ns, answer.tap_ms, early_ns)
        entry = judged(self._services, gate, seat.fan_id, answer.said, arrival)
        if isinstance(entry, Outcome) or not self._namespace.admits(page.fan):
            return False
        self._go(Ticket(page, number, room, entry, self._done))
        return True

    def _go(self, ticket: Ticket) -> None:
        self._under_way.append(ticket)
        if not self._watching:
            self._watching = True
            gevent.spawn(self._watch)
        promise = put(self._journal, ticket.entry, ticket)
        if promise is not ticket:  # a repetition
            promise.when_done(lambda: ticket.follow(promise))

    def _done(self, ticket: Ticket) -> None:
        """After the commit, in the flusher's greenlet, which must go on whatever happens here."""
        if ticket.over:  # nobody waits for it any more
            return
        ticket.over = True
        said = self._namespace.guarded(lambda: acknowledge(ticket.result()))
        if isinstance(said, Ack):
            if said.outcome is Outcome.RECORDED or said.outcome is Outcome.DUPLICATE:
                ticket.room.count(ticket.entry.fan_id, ticket.entry.round_id)
            self._meters.answered(said.outcome, (time.monotonic_ns() - ticket.entry.received_ns) / 1e9)
        if ticket.page.wire is not None:
            ticket.page.wire.deliver(frame(TEXT, b"43/fans,%s[%s]" % (ticket.number.encode(), _encode(said))))
        ticket.page.go_on()

    def _watch(self) -> None:
        """A greenlet while answers are under way: whom SQL keeps waiting for too long is let go."""
        while self._under_way:
            gevent.sleep(LOOK_S)
            self.look(time.monotonic_ns())
        self._watching = False

    def look(self, now_ns: int) -> None:
        """No acknowledgement is the honest answer; the page repeats."""
        waiting = self._under_way
        while waiting and (waiting[0].over or now_ns - waiting[0].entry.received_ns >= PATIENCE_NS):
            ticket = waiting.popleft()
            if not ticket.over:
                ticket.over = True
                ticket.page.go_on()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
