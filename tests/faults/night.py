"""A show over the real wire whose pages behave like ours: they reconnect, and repeat an answer until it is acknowledged."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from socketio.exceptions import SocketIOError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from campaigns.bootstrap import Services
from campaigns.db.models import Round, Run
from campaigns.db.records import Answer
from deploy.house import House
from tests.stage import HUMAN_S, Client, Desk, Phone, run_of

PATIENCE_S = 60.0


class Returning(Phone):
    """A phone that comes back by itself."""

    def __init__(self, url: str, services: Services, run_id: int, name: str) -> None:
        super().__init__(url, services, run_id, name)
        self.client = Client(reconnection_delay=0.2, reconnection_delay_max=0.5, randomization_factor=0)
        self.client.on("*", self._received, namespace=self.namespace)

    def repeat(self, data: dict[str, Any], patience_s: float = PATIENCE_S) -> Any:
        """The acknowledgement, however often it takes; an error is no acknowledgement."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            try:
                ack = self.client.call("answer", data, namespace=self.namespace, timeout=2)
                if "outcome" in ack:
                    return ack
            except SocketIOError:
                time.sleep(0.1)
        raise AssertionError(f"never acknowledged: {data}")


class Night:
    """A desk, some phones and the question that is open."""

    def __init__(self, services: Services, run_id: int, desk: Desk, phones: list[Returning]) -> None:
        self.services, self.run_id, self.desk, self.phones = services, run_id, desk, phones
        self.pool = ThreadPoolExecutor(len(phones) + 1)
        self.opened: Any = None

    def ask(self, n: int) -> None:
        """The desk asks question n; returns when it is open for people."""
        self.desk.next()
        self.opened = self.phones[-1].scene("open", n)
        time.sleep(max(0.0, self.opened["round"]["opens_ms"] / 1000 - time.monotonic()) + HUMAN_S)

    def right(self) -> dict[str, Any]:
        """The right answer to the open question, as a page sends it."""
        round_id = self.opened["round"]["id"]
        return {"round": round_id, "places": [self.desk.places_of(round_id, "b")]}

    def say(self, phone: Returning) -> Future[Any]:
        """Answer right, in a thread that repeats until acknowledged."""
        return self.pool.submit(phone.repeat, self.right())

    def rows(self) -> dict[int, str]:
        """Fan → receipt of what stands in the record for the open question."""
        query = select(Answer.fan_id, Answer.receipt).where(Answer.round_id == int(self.opened["round"]["id"]))
        with self.services.sql.connect() as sql:
            return {row.fan_id: row.receipt for row in sql.execute(query)}

    def round_state(self, n: int) -> str:
        query = select(Round.state).where(Round.run_id == self.run_id, Round.n == n)
        with self.services.sql.connect() as sql:
            return str(sql.scalar(query))

    def run_row(self) -> Any:
        with self.services.sql.connect() as sql:
            return sql.execute(select(Run).where(Run.id == self.run_id)).one()

    def to_reveal(self, n: int) -> Any:
        """Close, wait out the settling, reveal: the packet as a phone received it."""
        self.desk.next()
        self.desk.next()
        return self.phones[-1].scene("reveal", n)


@contextmanager
def night(house: House, services: Services, questions: list[Any], names: list[str]) -> Iterator[Night]:
    run_id = run_of(services, questions)
    phones = [Returning(house.url, services, run_id, name) for name in names]
    with ExitStack() as stack:
        desk = stack.enter_context(Desk(house.url, services, run_id))
        for phone in phones:
            stack.enter_context(phone)
        show = Night(services, run_id, desk, phones)
        stack.callback(show.pool.shutdown)
        yield show
    gc.collect()  # sockets that the client dropped while its server was dead are reported here, not in the next test


def until(found: Callable[[], object], patience_s: float = PATIENCE_S) -> float:
    """Wait for it; how long that took, in seconds. A store that is away has not been found."""
    began = time.monotonic()
    while True:
        try:
            if found():
                return time.monotonic() - began
        except SQLAlchemyError:
            pass
        assert time.monotonic() - began < patience_s, "it did not come to that"
        time.sleep(0.05)


def family(pid: int) -> list[int]:
    """A process and its children: PostgreSQL's backends are sessions of their own, a group signal does not reach them."""
    return [pid, *(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def signal_all(pids: list[int], number: int) -> None:
    for pid in pids:
        os.kill(pid, number)
