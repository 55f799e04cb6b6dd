"""Entries for the journal as the tests write them, and a second connection in the middle of a transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, Engine, text

from campaigns.db.journal import Entry, Stored
from campaigns.domain.answer import Outcome
from tests.show import PATIENCE_S, Show


def entry_of(show: Show, fan: int, **changes: Any) -> Entry:
    row = show.round(1)
    given = Entry(
        round_id=row.id,
        fan_id=fan,
        places="{1}",
        value=None,
        opened_ns=row.opens_ns,
        received_ns=row.opens_ns + 10**9,
        allowance_ns=0,
        rtt_ns=None,
        tap_ms=None,
        receipt="AAAA-0000",
    )
    return replace(given, **changes)


@contextmanager
def holding(engine: Engine, statement: str, **values: Any) -> Iterator[Connection]:
    """A second connection in the middle of a transaction; the test ends it by commit() or rollback()."""
    with engine.connect() as sql:
        sql.execute(text(statement), values)
        yield sql
        sql.rollback()


def until(found: Callable[[], object]) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not found():
        assert time.monotonic() < patience, "it did not come to that"
        time.sleep(0.01)


def waits_for_a_lock(engine: Engine) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with engine.connect() as sql:
        return bool(sql.scalar(text(query)))


def at_once(works: list[Callable[[], Stored]]) -> list[Stored]:
    """All of them in threads of their own, started by one barrier."""
    barrier, results = threading.Barrier(len(works)), [Stored(Outcome.BUSY)] * len(works)

    def work(place: int) -> None:
        barrier.wait()
        results[place] = works[place]()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    return results
