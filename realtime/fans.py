"""The namespace of fans: an edge. It knows sockets and seats; what is right or late is decided elsewhere."""

from __future__ import annotations

import random
import time
from collections.abc import Hashable
from dataclasses import replace
from functools import partial
from typing import Any

from socketio import Server

from campaigns.bootstrap import Services
from campaigns.db.gathering import Gathering
from campaigns.db.journal import Journal, Stored
from campaigns.db.promise import Promise
from campaigns.db.visits import AGAIN
from campaigns.domain.answer import Outcome, RoundGate
from campaigns.domain.errors import Later, NotAllowed, NotFound
from campaigns.identity import cookies
from campaigns.play import answer as answers
from campaigns.play.answer import Ack, Arrival
from campaigns.play.history import awards_of
from campaigns.play.seat import Seat
from campaigns.play.standing import own_standings
from realtime.dispatch import DEAR, Event, Namespace
from realtime.doors import Doors
from realtime.joins import JoinError, JoinLane
from realtime.messages import Answer, FanAuth, Nothing, plain
from realtime.meters import Meters
from realtime.publisher import FANS, Publisher
from realtime.purses import COMING, Purses
from realtime.quiz import QuizWire
from realtime.rooms import Room, Rooms, room_name

TOO_OFTEN_MS = (1000, 3000)  # who connects again and again is told to wait
PATIENCE_S = 8.0  # then there is no acknowledgement and the page repeats; the journal goes on trying


class FansWire:
    def __init__(
        self,
        services: Services,
        server: Server,
        journal: Journal,
        rooms: Rooms,
        publisher: Publisher,
        meters: Meters,
        doors: Doors,
        quiz: QuizWire,
    ) -> None:
        self._services, self._server, self._journal = services, server, journal
        self._rooms, self._publisher, self._meters, self._doors = rooms, publisher, meters, doors
        self._quiz, self._joins = quiz, JoinLane(services)
        self._standings = Gathering("standings", partial(own_standings, services))  # a whole hall asks after a reveal
        self._purses = Purses()  # the namespace's, once it is there
        publisher.renamed = self._called_anew

    def register(self, namespace: Namespace) -> None:
        events = [
            Event("clock", Nothing, clock),
            Event("refresh", Nothing, lambda sid, _: self.snapshot(self._seat(sid))),
            Event("answer", Answer, self.answer),
            Event("standing", Nothing, self.standing, price=DEAR),
            Event("awards", Nothing, self.awards, price=DEAR),
            *self._quiz.events(self._player, self._arrival),
        ]
        self._purses = namespace.purses
        namespace.payer = self._payer
        namespace.register(FanAuth, self.connect, self.disconnect, events)

    def _payer(self, sid: str) -> Hashable:
        """The fan, so that many tabs are not many purses."""
        seat = self._rooms.seats.get(sid)
        return sid if seat is None else seat.fan_id

    def disconnect(self, sid: str) -> None:
        self._rooms.lose_fan(sid, time.monotonic_ns())

    def connect(self, sid: str, environ: dict[str, Any], auth: FanAuth) -> None:
        """Cookie → fan → seat; then into the room, the older tab out, and the snapshot."""
        seat = self._joins.seat(token_of(environ, cookies.FAN), auth.run)
        if not self._purses.pays(seat.fan_id, COMING):
            raise Later(random.randint(*TOO_OFTEN_MS))
        room, stamp = self._publisher.room(seat.run_id), time.time_ns()
        if self._has_gone(sid):
            raise JoinError("gone")  # while it waited; nobody is told
        if not room.waits_for(seat.fan_id, time.monotonic_ns()):
            self._doors.admit()
        if seat.fan_id in room.live.named:  # an operator's word that came meanwhile
            seat = replace(seat, name=room.live.named[seat.fan_id])
        replaced = self._rooms.seat_fan(sid, seat, stamp)
        if seat.fan_id in room.live.removed:  # while we looked: who was sent away then was not seated yet
            self._rooms.leave_fan(sid)
            raise JoinError(room.live.removed[seat.fan_id])
        self._count(room, seat)
        room.desk_dirty = True
        self._server.enter_room(sid, room_name(seat.run_id), namespace=FANS)
        if (connection := self._connection(sid)) is not None:
            connection.fan = sid  # from now on the answers' lane knows it
        if replaced is not None:
            self._publisher.dismiss(replaced, "replaced")
        self._server.emit("snapshot", self.snapshot(seat), to=sid, namespace=FANS)
        self._publisher.seated(seat, stamp)

    def _called_anew(self, sid: str) -> None:
        """An operator has changed this fan's name: the own page says it too."""
        if (seat := self._rooms.seats.get(sid)) is not None:
            self._server.emit("snapshot", self.snapshot(seat), to=sid, namespace=FANS)

    def _count(self, room: Room, seat: Seat) -> None:
        """A connection that comes again: after a tunnel, a locked screen, a reload."""
        if seat.fan_id in room.met:
            self._services.visits.note(seat.run_id, AGAIN, self._services.now().at)
        room.met.add(seat.fan_id)

    def snapshot(self, seat: Seat) -> dict[str, Any]:
        """The scene as the room shows it, and the fan's own part."""
        room = self._publisher.room(seat.run_id)
        own = self._quiz.you(seat) if room.live.is_quiz else self._joins.you(seat)
        return {"scene": room.packet_json, "you": own, "now_ms": now_ms()}

    def answer(self, sid: str, message: Answer) -> Any:
        received_ns, rtt_ns = self._arrival(sid)
        found = self._rooms.of_fan(sid)
        if found is None:
            return plain(Ack(Outcome.NOT_PLAYING))
        seat, room = found
        gate = self._gate_for(seat, room, int(message.round))
        if gate is None:
            said = answers.stored_answer(self._journal, int(message.round), seat.fan_id)
        else:
            early_ns = room.early.get(seat.fan_id)
            arrival = Arrival(received_ns, rtt_ns, room.live.cap_ns, message.tap_ms, early_ns)
            said = answers.answer(self._services, self._journal, gate, seat.fan_id, message.said, arrival)
        ack = said if isinstance(said, Ack) else self._await(said)
        if ack is None:
            return self._server.not_handled
        if ack.outcome is Outcome.EARLY:
            room.early.setdefault(seat.fan_id, received_ns)
        if gate is not None and ack.outcome in (Outcome.RECORDED, Outcome.DUPLICATE):
            room.count(seat.fan_id, gate.round_id)
        self._meters.answered(ack.outcome, (time.monotonic_ns() - received_ns) / 1e9)
        return plain(ack)

    def _gate_for(self, seat: Seat, room: Room, round_id: int) -> RoundGate | None:
        """The gate of the round that is meant; None for one that is over. Only a round to come is worth a look into SQL."""
        if room.live.gate is None or room.live.gate.round_id < round_id:
            self._publisher.look(seat.run_id)
        gate = room.live.gate
        return gate if gate is not None and gate.round_id == round_id else None

    def _await(self, promise: Promise[Stored]) -> Ack | None:
        """None: SQL is away for longer than we wait; no acknowledgement is the honest answer."""
        try:
            return answers.acknowledge(promise.result(timeout=PATIENCE_S))
        except TimeoutError:
            return None

    def standing(self, sid: str, _: Nothing) -> Any:
        own = self._standings.ask(self._seat(sid))
        if own is None:
            raise NotFound("the result of this round has not been told yet")
        return plain(own)

    def awards(self, sid: str, _: Nothing) -> Any:
        seat = self._seat(sid)
        won = awards_of(self._services, seat.run_id, seat.fan_id)
        if won is None:
            raise NotFound("the awards are not ready yet")
        return plain(won)

    def _seat(self, sid: str) -> Seat:
        seat = self._rooms.seats.get(sid)
        if seat is None:
            raise NotAllowed("this page is not in the run any more")
        return seat

    def _player(self, sid: str) -> Seat:
        """The seat of who plays a quiz here."""
        seat = self._seat(sid)
        if not self._publisher.room(seat.run_id).live.is_quiz:
            raise NotAllowed("this run is not a quiz")
        return seat

    def _arrival(self, sid: str) -> tuple[int, int | None]:
        """(when the frame was read, the lowest round trip we measured); over polling: now, and unknown."""
        connection = self._connection(sid)
        wire = getattr(connection, "wire", None)
        if connection is None or wire is None or not connection.received_ns:
            return time.monotonic_ns(), None
        return connection.received_ns, wire.lowest_rtt_ns()

    def _has_gone(self, sid: str) -> bool:
        connection = self._connection(sid)
        hung_up = connection is not None and connection.lost
        return hung_up or self._server.manager.eio_sid_from_sid(sid, FANS) is None

    def _connection(self, sid: str) -> Any:
        return self._server.eio.sockets.get(self._server.manager.eio_sid_from_sid(sid, FANS))


def clock(sid: str, _: Nothing) -> dict[str, float]:
    return {"now_ms": now_ms()}


def now_ms() -> float:
    return time.monotonic_ns() / 1e6


def token_of(environ: dict[str, Any], who: str) -> str | None:
    """The token that this connection carries for a role; the scheme is the page's own, also behind proxies."""
    pairs = (pair.partition("=") for pair in environ.get("HTTP_COOKIE", "").split(";"))
    held = {name.strip(): value.strip() for name, _, value in pairs}
    return cookies.token_in(held, who, secure=environ["wsgi.url_scheme"] == "https")
