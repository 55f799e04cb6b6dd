"""One fan opens the hall's link and a stream's at the same instant: one of the two is a seat."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from sqlalchemy import Engine, event, select, text

from campaigns.db.models import RunFan
from campaigns.play.join import Joined, JoinRefusal, join
from tests.control.streams import stream_of
from tests.show import PATIENCE_S
from tests.show_fixtures import Stage, stage
from tests.stage import single

__all__ = ["stage"]
HELD = text("SELECT fan_id FROM participation WHERE fan_id = :fan FOR UPDATE")
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


@contextmanager
def arriving_together(engine: Engine) -> Iterator[None]:
    """Two threads come to the participation's row together; before that each has seen that the fan sits nowhere."""
    both, come = threading.Barrier(2, timeout=PATIENCE_S), set[int]()

    def at_the_door(_: object, __: object, statement: str, *more: object) -> None:
        takes = "FOR UPDATE" in statement or statement.startswith("INSERT INTO run_fan")
        if takes and threading.get_ident() not in come:
            come.add(threading.get_ident())
            both.wait()

    event.listen(engine, "before_cursor_execute", at_the_door)
    yield
    event.remove(engine, "before_cursor_execute", at_the_door)


def test_two_links_opened_at_once_are_one_seat(stage: Stage) -> None:
    hall = stage(single())
    stream, known = stream_of(hall), hall.another()
    fan, codes = known.fan("小明"), [hall.run().code, stream.run().code]
    doors = hall.services
    with ThreadPoolExecutor(2) as pool, arriving_together(doors.sql), doors.answers_sql.connect() as holder:
        holder.execute(HELD, {"fan": fan})
        joining = [pool.submit(join, doors, code, fan, "小明") for code in codes]
        until = time.monotonic() + PATIENCE_S
        while hall.row(WAITING).count < 2:
            assert time.monotonic() < until, "the two do not wait for the row"
            threading.Event().wait(0.02)
        holder.commit()
        told = [each.result(PATIENCE_S) for each in joining]
    assert sorted(isinstance(each, Joined) for each in told) == [False, True] and JoinRefusal.SEATED in told
    seats = select(RunFan.run_id).where(RunFan.fan_id == fan, RunFan.run_id.in_((hall.run_id, stream.run_id)))
    assert len(hall.rows(seats)) == 1
