"""What goes wrong on the way into SQL: outages, lost replies, an empty pool, rows that cannot be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from campaigns.db.journal import Journal
from campaigns.domain.answer import Outcome
from config import Settings
from tests.db.entries import entry_of
from tests.show import PATIENCE_S, Show


def test_a_commit_whose_reply_got_lost_is_tried_again_and_counts_once(show: Show, settings: Settings) -> None:
    fan = show.fan("断线")
    show.ask()
    engine = create_engine(settings.database_url)
    lost: list[bool] = []

    def lose_the_reply(connection: Connection) -> None:
        if not lost:
            connection.connection.dbapi_connection.commit()  # type: ignore[union-attr]  # checked out: it is there
            lost.append(True)
            raise OperationalError("COMMIT", {}, Exception("server closed the connection unexpectedly"))

    event.listen(engine, "commit", lose_the_reply)
    journal = Journal(engine, show.services.now)
    journal.start()
    stored = journal.put(entry_of(show, fan))[0].result(PATIENCE_S)
    journal.stop()
    engine.dispose()
    assert lost and stored.outcome is Outcome.RECORDED and stored.entry is not None
    assert [row.receipt for row in show.answers(1).values()] == [stored.entry.receipt]


@contextmanager
def sql_away(settings: Settings, engine: Engine) -> Iterator[None]:
    """Nobody gets into the database of this module, and who was in is out."""
    name = settings.database_url.partition("@/")[2].partition("?")[0]
    outside = create_engine(settings.database_url.replace(f"/{name}?", "/postgres?"), isolation_level="AUTOCOMMIT")
    with outside.connect() as sql:
        sql.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"))
        sql.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
        try:
            yield
        finally:
            sql.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"))
    outside.dispose()
    engine.dispose()


def test_while_sql_is_away_nothing_is_acknowledged_and_what_came_in_time_is_stored_when_it_is_back(
    show: Show, settings: Settings
) -> None:
    ming, hua = show.fans("小明", "小华")
    show.ask()
    entries = [entry_of(show, fan) for fan in (ming, hua)]
    with sql_away(settings, show.services.sql):
        futures = [show.journal.put(entry)[0] for entry in entries]
        time.sleep(0.5)
        assert not any(future.done() for future in futures)
        again, first = show.journal.put(entries[0])
        assert again is futures[0] and not first
    assert [future.result(PATIENCE_S).outcome for future in futures] == [Outcome.RECORDED] * 2
    assert set(show.answers(1)) == {ming, hua}


def test_who_is_asked_to_end_while_sql_is_away_ends_and_promises_nothing(show: Show, settings: Settings) -> None:
    fan = show.fan("打烊")
    show.ask()
    journal = Journal(show.services.sql, show.services.now)
    entry = entry_of(show, fan)
    with sql_away(settings, show.services.sql):
        journal.start()
        promise, _ = journal.put(entry)
        journal.stop()
        assert not journal._flusher.is_alive() and not promise.done()
    assert show.answers(1) == {}


def test_an_exhausted_pool_is_an_outage_not_a_refusal(show: Show, settings: Settings) -> None:
    fan = show.fan("排队")
    show.ask()
    engine = create_engine(settings.database_url, pool_size=1, max_overflow=0, pool_timeout=0.05)
    journal = Journal(engine, show.services.now)
    with engine.connect():
        journal.start()
        future, _ = journal.put(entry_of(show, fan))
        time.sleep(0.3)
        assert not future.done()
    assert future.result(PATIENCE_S).outcome is Outcome.RECORDED
    journal.stop()
    engine.dispose()


def test_a_row_that_sql_refuses_does_not_hold_the_others_back(show: Show) -> None:
    ming, odd, hua = show.fans("小明", "怪物", "小华")
    show.ask()
    journal = Journal(show.services.sql, show.services.now)
    entries = entry_of(show, ming), entry_of(show, odd, places="{70000}"), entry_of(show, hua)  # no smallint
    futures = [journal.put(entry)[0] for entry in entries]
    journal.start()  # all three in one batch
    assert [futures[place].result(PATIENCE_S).outcome for place in (0, 2)] == [Outcome.RECORDED] * 2
    with pytest.raises(DBAPIError):
        futures[1].result(PATIENCE_S)
    later = journal.put(entry_of(show, show.fan("后来")))[0]
    assert later.result(PATIENCE_S).outcome is Outcome.RECORDED
    journal.stop()
    assert len(show.answers(1)) == 3


def test_a_value_that_the_driver_cannot_send_does_not_end_the_journal(show: Show) -> None:
    fan = show.fan("怪物")
    show.ask()
    odd = show.journal.put(entry_of(show, fan, receipt="\ud800"))[0]  # half a surrogate: no UTF-8 for that
    with pytest.raises(Exception, match="surrogates"):
        odd.result(PATIENCE_S)
    assert show.journal.put(entry_of(show, fan))[0].result(PATIENCE_S).outcome is Outcome.RECORDED


def test_a_failure_of_one_who_waited_does_not_end_the_journal(show: Show) -> None:
    ming, hua = show.fans("小明", "小华")
    show.ask()
    journal = Journal(show.services.sql, show.services.now)
    first, _ = journal.put(entry_of(show, ming))
    first.when_done(lambda: 1 // 0)
    second, _ = journal.put(entry_of(show, hua))
    journal.start()
    assert second.result(PATIENCE_S).outcome is Outcome.RECORDED
    journal.stop()
    assert len(show.answers(1)) == 2
