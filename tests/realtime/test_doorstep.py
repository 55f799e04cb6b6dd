"""Between the look at the seat and the seat itself: who is sent away in that instant, and a connect that fails half way.

The wire's own parts on real SQL, without a network, so that the instant can be chosen.
"""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import socketio
from prometheus_client import CollectorRegistry
from socketio.exceptions import ConnectionRefusedError as Refused
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from campaigns.bootstrap import Services
from campaigns.control.people import ban, kick
from campaigns.control.runs import run_summary
from campaigns.db.journal import Journal
from campaigns.db.models import Fan
from campaigns.db.step_journal import step_journal
from campaigns.play.quiz.plays import Plays
from campaigns.play.seat import Seat
from realtime import wire_json
from realtime.dispatch import Namespace
from realtime.doors import Doors
from realtime.engine import Connection
from realtime.fans import FansWire
from realtime.meters import Meters
from realtime.publisher import FANS, Publisher
from realtime.quiz import QuizWire
from realtime.rooms import Room, Rooms
from tests.stage import joined_fan, run_of, single

ACTOR = "operator:1"


class Doorstep:
    """A fan's wire whose publisher can be given something to do at the very moment a room is asked for."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.run_id = run_of(services, [single()])
        self.fan_id, self._token = joined_fan(services, self.run_id, "门口")
        self.server, self.rooms = socketio.Server(async_mode="threading", json=wire_json), Rooms()
        self.publisher = Meanwhile(services, self.server, self.rooms, "here")
        parts = (services, self.server, Journal(services.sql, services.now), self.rooms, self.publisher)
        meters = Meters(CollectorRegistry())
        quiz = QuizWire(Plays(services, step_journal(services.sql)), self.server, meters)
        self.wire = Failing(*parts, meters, Doors(self.server, 100, [FANS], meters), quiz)
        self.namespace = Namespace(self.server, FANS, "fan", lambda: None)
        self.wire.register(self.namespace)

    def connect(self) -> str:
        """What the library does when a page asks for the namespace."""
        sid: str = self.server.manager.pre_connect(uuid4().hex, FANS)
        environ = {"HTTP_COOKIE": f"fan={self._token}", "wsgi.url_scheme": "http"}
        auth = {"run": run_summary(self.services, self.run_id).code}
        try:
            self.server.handlers[FANS]["connect"](sid, environ, auth)
        except Refused:
            self.server.manager.disconnect(sid, FANS, ignore_queue=True)
            raise
        self.server.manager.connect(sid, FANS)
        return sid

    def public(self) -> str:
        with self.services.sql.connect() as sql:
            return str(sql.scalar(select(Fan.public).where(Fan.id == self.fan_id)))

    def inside(self) -> bool:
        return self.fan_id in self.rooms.by_run[self.run_id].fans or bool(self.rooms.seats)


class Meanwhile(Publisher):
    meanwhile: Any = None

    def room(self, run_id: int) -> Room:
        found = super().room(run_id)
        work, self.meanwhile = self.meanwhile, None
        if work is not None:
            work()
        return found


class Failing(FansWire):
    sql_away = False

    def snapshot(self, seat: Seat) -> dict[str, Any]:
        if self.sql_away:
            raise OperationalError("SELECT", {}, Exception("gone"))
        return super().snapshot(seat)


@pytest.mark.parametrize(("take_out", "reason"), [(kick, "kicked"), (ban, "banned")])
def test_who_is_sent_away_while_sitting_down_does_not_sit(services: Services, take_out: Any, reason: str) -> None:
    step = Doorstep(services)

    def sent_away() -> None:
        take_out(services, step.run_id, step.public(), ACTOR)
        step.publisher.refresh(step.run_id)  # at this instant there is no seat to take away yet

    step.publisher.meanwhile = sent_away
    with pytest.raises(Refused) as refused:
        step.connect()
    assert refused.value.error_args["message"] == reason
    assert not step.inside()


def test_who_hangs_up_while_it_waits_does_not_sit(services: Services) -> None:
    step = Doorstep(services)

    def hangs_up() -> None:
        (waiting,) = step.server.manager.pending_connect[FANS]
        connection = step.server.manager.eio_sid_from_sid(waiting, FANS)
        step.server.eio.sockets[connection] = Connection(step.server.eio, connection, set())
        step.server.eio.sockets[connection].lost = True

    step.publisher.meanwhile = hangs_up
    with pytest.raises(Refused) as refused:
        step.connect()
    assert refused.value.error_args["message"] == "gone" and not step.inside()


def test_a_connect_that_fails_half_way_leaves_nobody_seated(services: Services) -> None:
    step = Doorstep(services)
    step.wire.sql_away = True
    with pytest.raises(Refused) as refused:
        step.connect()
    assert refused.value.error_args["message"] == "unavailable"
    assert not step.inside()  # or everybody would wait for an answer from a page that is not there
    step.wire.sql_away = False
    assert step.rooms.seats.keys() == {step.connect()}


def test_a_room_asked_for_by_many_at_once_is_one_room_and_its_lock_goes_with_the_last(services: Services) -> None:
    publisher = Publisher(services, socketio.Server(async_mode="threading", json=wire_json), Rooms(), "here")
    run_ids, start = [run_of(services, [single()]) for _ in range(3)], threading.Barrier(9)

    def ask(n: int) -> Room:
        start.wait(60)
        return publisher.room(run_ids[n % 3])

    with ThreadPoolExecutor(9) as pool:
        rooms = list(pool.map(ask, range(9)))
    assert len({id(room) for room in rooms}) == 3
    publisher.refresh(run_ids[0])
    gc.collect()
    assert len(publisher._locks) == 0
    with publisher._lock(run_ids[0]):
        gc.collect()
        assert publisher._lock(run_ids[0]).locked()  # whoever comes meanwhile gets the same one
