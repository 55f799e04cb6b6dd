"""What any page can cause to be looked up is read for all who ask together, and not by the connections that commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from socketio import Server
from sqlalchemy import Engine, event

from campaigns.bootstrap import Services
from campaigns.db.journal import Journal
from campaigns.play.live import load_live
from realtime.publisher import Publisher
from realtime.rooms import Room, Rooms
from tests.db.entries import holding, until
from tests.stage import run_of, single

PATIENCE_S = 60.0
CROWD = 30


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is asked of SQL meanwhile."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def asked_by_a_crowd(
    services: Services, table: str, ask: Callable[[int], Any], waiting: Callable[[], int]
) -> tuple[list[Any], int]:
    """Everybody asks while SQL makes the first one wait: the answers, and how often the table was read."""
    reads = f"FROM {table}"
    with (
        statements(services.sql) as asked,
        ThreadPoolExecutor(CROWD) as crowd,
        holding(services.answers_sql, f"LOCK TABLE {table}") as holder,
    ):
        asking: list[Future[Any]] = [crowd.submit(ask, 0)]
        until(lambda: any(reads in each for each in asked))
        asking += [crowd.submit(ask, n) for n in range(1, CROWD)]
        until(lambda: waiting() == CROWD - 1)
        holder.rollback()
        told = [each.result(PATIENCE_S) for each in asking]
    return told, sum(reads in each for each in asked)


def test_late_answers_of_a_hall_are_looked_up_together_and_by_other_connections_than_the_journals(
    services: Services,
) -> None:
    journal = Journal(services.answers_sql, services.now, services.sql)
    found, reads = asked_by_a_crowd(
        services, "answer", lambda fan: journal.stored(999_999_999_999, fan), lambda: journal._stored.waiting
    )
    assert (found, reads) == ([None] * CROWD, 2)  # the first one's, and that of all the others


def test_a_forged_round_to_come_is_looked_for_once_for_all_who_name_one(services: Services) -> None:
    run_id = run_of(services, [single()])
    rooms = Rooms()
    rooms.by_run[run_id] = Room(load_live(services, run_id))
    publisher = Publisher(services, Server(), rooms, "here")
    _, reads = asked_by_a_crowd(services, "run", lambda _: publisher.look(run_id), lambda: publisher._looks.waiting)
    assert reads == 2
