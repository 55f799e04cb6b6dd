"""The namespace of operators: the run desk's wire. Every press is checked against the session and the role, not only the
connect (rights.py)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from socketio import Server

from campaigns.bootstrap import Services
from campaigns.control import conduct, keys, people
from campaigns.control.desk import DeskView, desk_view
from campaigns.control.flags import flagged
from campaigns.control.runs import run_summary
from campaigns.control.screens import choose_wall, free_wall
from campaigns.control.warm_ups import stock
from campaigns.domain.actor import of_operator
from campaigns.domain.errors import BadInput, FanfareError, NotAllowed
from campaigns.domain.roles import Action
from campaigns.identity import cookies
from campaigns.identity.displays import pair
from campaigns.identity.operators import operator_of
from campaigns.identity.remotes import RemoteIdentity, actor_of, remote_of
from campaigns.identity.roles import Within, check
from realtime import messages as shapes
from realtime.controls import controls
from realtime.dispatch import Event, Namespace
from realtime.fans import clock, now_ms, token_of
from realtime.messages import plain
from realtime.meters import Meters
from realtime.publisher import OPERATORS, Publisher
from realtime.rights import OF_REMOTES, guarded
from realtime.rooms import Listed, Room, Rooms, room_name

VIEWED_NS, LISTED_NS = 2_000_000_000, 5_000_000_000


@dataclass(frozen=True, slots=True)
class Seat:
    token: str
    operator_id: int
    run_id: int
    remote: RemoteIdentity | None = None

    @property
    def actor(self) -> str:
        return actor_of(self.remote) if self.remote is not None else of_operator(self.operator_id)


def _room_of(run_id: int, *, remote: bool) -> str:
    return f"{room_name(run_id)}:remotes" if remote else room_name(run_id)


def for_remotes(packet: dict[str, Any]) -> dict[str, Any]:
    """What the buttons say: no key, and no word of a question to come, for a phone lies about."""
    shown = {name: packet[name] for name in ("scene", "now_ms", "next", "paused", "back", "health")}
    now, coming = packet["round"], packet["upcoming"]
    shown |= {"upcoming": coming and {name: coming[name] for name in ("n", "warm_up", "kind", "sealed")}}
    return shown | {"round": now and {"id": now["id"], "state": now["state"], "sealed": now["sealed"], "key": None}}


class OperatorsWire:
    def __init__(self, services: Services, server: Server, rooms: Rooms, publisher: Publisher, meters: Meters) -> None:
        self._services, self._server, self._rooms = services, server, rooms
        self._publisher, self._meters = publisher, meters
        self._desks: dict[str, Seat] = {}

    def register(self, namespace: Namespace) -> None:
        events = [
            Event("clock", shapes.Nothing, clock),
            Event("next", shapes.Next, self._next),
            Event("key", shapes.Key, self._key),
            Event("correct", shapes.Correction, self._correct),
            Event("void", shapes.Void, self._void),
            Event("kick", shapes.Person, lambda sid, m: self._remove(sid, m, "kicked")),
            Event("ban", shapes.Person, lambda sid, m: self._remove(sid, m, "banned")),
            Event("switches", shapes.Switches, self._switch),
            Event("wall", shapes.WallChoice, self._choose_wall),
            Event("pair", shapes.PairingCode, self._pair),
            Event("people", shapes.Search, self._people),
            Event("bank", shapes.Search, self._bank),
            Event("flagged", shapes.Nothing, self._flagged),
            Event("cancel", shapes.Nothing, self._cancel),
            Event("refresh", shapes.Nothing, self._refresh),
            *controls(self._services, self._publisher, self._who),
        ]
        namespace.register(shapes.DeskAuth, self.connect, self.disconnect, guarded(events, self._admit))

    def connect(self, sid: str, environ: dict[str, Any], auth: shapes.DeskAuth) -> None:
        seat = self._by_remote(environ) if auth.remote else self._by_session(environ, int(auth.run))
        check(self._services, seat.operator_id, Action.RUN if auth.remote else Action.READ, Within.RUN, seat.run_id)
        room = self._publisher.room(seat.run_id)
        if room.live.is_quiz:
            raise BadInput("run", auth.run, "a run of a rush: a quiz's season has a page, and no desk")
        self._desks[sid] = seat
        room.desks.add(sid)
        self._server.enter_room(sid, _room_of(seat.run_id, remote=auth.remote), namespace=OPERATORS)
        packet = self.packet(seat.run_id, room)
        if auth.remote:
            self._server.emit("remote", for_remotes(packet), to=sid, namespace=OPERATORS)
        else:
            self._server.emit("desk", packet, to=sid, namespace=OPERATORS)

    def _by_session(self, environ: dict[str, Any], run_id: int) -> Seat:
        token = token_of(environ, cookies.OPERATOR)
        operator = operator_of(self._services, token)
        if operator is None or token is None:
            raise NotAllowed("log in first")
        return Seat(token, operator.id, run_summary(self._services, run_id).id)

    def _by_remote(self, environ: dict[str, Any]) -> Seat:
        token = token_of(environ, cookies.REMOTE)
        remote = remote_of(self._services, token)
        if remote is None or token is None:
            raise NotAllowed("take a remote control first")
        return Seat(token, remote.operator_id, remote.run_id, remote)

    def disconnect(self, sid: str) -> None:
        seat = self._desks.pop(sid, None)
        if seat is not None and seat.run_id in self._rooms.by_run:
            self._rooms.by_run[seat.run_id].desks.discard(sid)

    def end_logged_out(self) -> None:
        """Close desks whose session or role has ended: the desk packet carries keys. Called once a second."""
        for sid in list(self._desks):
            try:
                self._admit(sid, Action.READ)
            except FanfareError:
                self._server.disconnect(sid, namespace=OPERATORS)

    def send(self, run_id: int, room: Room, degraded: list[str]) -> None:
        """The desk packet to every desk of this run, and what remote controls may see of it to those."""
        packet = self.packet(run_id, room, degraded)
        self._server.emit("desk", packet, to=room_name(run_id), namespace=OPERATORS)
        if any(sid in self._desks and self._desks[sid].remote for sid in room.desks):
            to = _room_of(run_id, remote=True)
            self._server.emit("remote", for_remotes(packet), to=to, namespace=OPERATORS)

    def packet(self, run_id: int, room: Room, degraded: list[str] | None = None) -> dict[str, Any]:
        rate, p99_ms = self._meters.rate_and_p99_ms()
        counts = {"joined": room.joined, "connected": room.connected, "displays": len(room.displays)}
        health: dict[str, Any] = {**counts, "answered": room.answers, "errors": self._meters.error_count}
        health |= {"rate": round(rate, 1), "p99_ms": round(p99_ms, 1), "degraded": degraded or []}
        told: dict[str, Any] = {"health": health, "buzz": plain(room.buzz)}
        told |= {"people": self._connected(room, self._newest(run_id, room))}
        return {"scene": plain(room.live.packet), "now_ms": now_ms(), **plain(self._view(run_id, room)), **told}

    def _view(self, run_id: int, room: Room) -> DeskView:
        """Read again after every event, and now and then for what moves without one (a judgement that begins)."""
        now_ns = time.monotonic_ns()
        known, read_ns = room.desk_view or (None, 0)
        if known is None or known.next.seq != room.live.packet.seq or now_ns - read_ns > VIEWED_NS:
            known = desk_view(self._services, run_id)
            room.desk_view = (known, now_ns)
        return known

    def _newest(self, run_id: int, room: Room) -> list[people.Person]:
        """Read again when somebody came or something happened, and now and then for names that were changed."""
        state, now_ns = (room.live.packet.seq, room.joined), time.monotonic_ns()
        if room.listed is None or room.listed.state != state or now_ns - room.listed.read_ns > LISTED_NS:
            room.listed = Listed(state, now_ns, people.people(self._services, run_id))
        return room.listed.people

    def _connected(self, room: Room, found: list[people.Person]) -> list[dict[str, Any]]:
        here = room.fans.keys() | (room.elsewhere.fans if room.elsewhere is not None else ())
        shown = [{"fan": p.fan, "name": p.name, "number": p.number, "score": p.score, "own": p.own} for p in found]
        return [each | {"connected": p.fan_id in here} for each, p in zip(shown, found, strict=True)]

    def _admit(self, sid: str, action: Action, event: str = "") -> None:
        """Session and role are asked again, so that a logout, or a role taken away, ends an open desk too. NotAllowed."""
        seat = self._seat(sid)
        if seat.remote is not None:
            if event and event not in OF_REMOTES:
                raise NotAllowed("a remote control has next, back and pause")
            if remote_of(self._services, seat.token) is None:
                raise NotAllowed("this remote control was taken back")
        elif operator_of(self._services, seat.token) is None:
            raise NotAllowed("the session has ended: log in again")
        check(self._services, seat.operator_id, action, Within.RUN, seat.run_id)
        if action is Action.RUN and self._rooms.by_run[seat.run_id].live.follows is not None:
            raise NotAllowed("this run follows the hall's by itself: press there")

    def _seat(self, sid: str) -> Seat:
        seat = self._desks.get(sid)
        if seat is None:
            raise NotAllowed("the session has ended: log in again")
        return seat

    def _who(self, sid: str) -> tuple[str, int]:
        """(actor, run id) of a press that is allowed."""
        seat = self._seat(sid)
        return seat.actor, seat.run_id

    def _next(self, sid: str, message: shapes.Next) -> dict[str, str]:
        seat = self._seat(sid)
        may = conduct.FROM_AFAR if seat.remote is not None else conduct.EVERY_STEP
        return {"outcome": conduct.press_next(self._services, seat.run_id, message.seq, seat.actor, may)}

    def _key(self, sid: str, message: shapes.Key) -> dict[str, str]:
        actor, run_id = self._who(sid)
        if message.differs:
            return {"outcome": keys.KeyOutcome.DIFFERS}
        said = (message.places, message.value)
        return {"outcome": keys.enter_key(self._services, run_id, int(message.round), actor, *said)}

    def _correct(self, sid: str, message: shapes.Correction) -> dict[str, str]:
        actor, run_id = self._who(sid)
        if message.differs:
            return {"outcome": keys.KeyOutcome.DIFFERS}
        said = (message.places, message.value, message.why)
        return {"outcome": keys.correct(self._services, run_id, int(message.round), actor, *said)}

    def _void(self, sid: str, message: shapes.Void) -> dict[str, str]:
        actor, run_id = self._who(sid)
        return {"outcome": keys.void(self._services, run_id, int(message.round), actor, message.why)}

    def _remove(self, sid: str, message: shapes.Person, reason: str) -> dict[str, str]:
        actor, run_id = self._who(sid)
        take_out = people.kick if reason == "kicked" else people.ban
        fan_id = take_out(self._services, run_id, message.fan, actor)
        if fan_id is None:
            return {"outcome": "unknown"}
        self._publisher.refresh(run_id)  # which dismisses the page
        return {"outcome": "removed"}

    def _switch(self, sid: str, message: shapes.Switches) -> dict[str, str]:
        actor, run_id = self._who(sid)
        given = {"auto_reveal": message.auto_reveal, "close_when_all": message.close_when_all}
        chosen = {name: value for name, value in given.items() if value is not None}
        return {"outcome": conduct.set_switches(self._services, run_id, actor, **chosen)}

    def _choose_wall(self, sid: str, message: shapes.WallChoice) -> dict[str, str]:
        actor, run_id = self._who(sid)
        done = (choose_wall if message.shown else free_wall)(self._services, run_id, actor)
        room = self._rooms.by_run[run_id]
        room.desk_view, room.desk_dirty = None, True
        return {"outcome": "moved" if done else "stale"}

    def _pair(self, sid: str, message: shapes.PairingCode) -> dict[str, str]:
        actor, run_id = self._who(sid)
        campaign_id = run_summary(self._services, run_id).campaign_id
        return {"outcome": "paired" if pair(self._services, message.code, campaign_id, actor) else "unknown"}

    def _people(self, sid: str, message: shapes.Search) -> dict[str, Any]:
        _, run_id = self._who(sid)
        found = people.people(self._services, run_id, message.search)
        return {"people": self._connected(self._rooms.by_run[run_id], found)}

    def _flagged(self, sid: str, _: shapes.Nothing) -> dict[str, Any]:
        _actor, run_id = self._who(sid)
        found = flagged(self._services, run_id)
        shown = self._connected(self._rooms.by_run[run_id], [each.person for each in found])
        return {"people": [row | {"why": plain(each.why)} for row, each in zip(shown, found, strict=True)]}

    def _bank(self, sid: str, message: shapes.Search) -> dict[str, Any]:
        _, run_id = self._who(sid)
        return {"questions": [plain(each) for each in stock(self._services, run_id, message.search)]}

    def _cancel(self, sid: str, _: shapes.Nothing) -> dict[str, str]:
        actor, run_id = self._who(sid)
        return {"outcome": conduct.cancel(self._services, run_id, actor)}

    def _refresh(self, sid: str, _: shapes.Nothing) -> dict[str, Any]:
        seat = self._seat(sid)
        packet = self.packet(seat.run_id, self._rooms.by_run[seat.run_id])
        return for_remotes(packet) if seat.remote is not None else packet
