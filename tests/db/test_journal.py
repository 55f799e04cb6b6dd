"""The journal on real PostgreSQL: an acknowledgement is a committed row, one per fan and round."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from campaigns.db import group_commit
from campaigns.db import journal as journal_module
from campaigns.db.journal import Entry, Journal, Stored, commit
from campaigns.db.promise import Promise
from campaigns.domain.answer import Outcome
from campaigns.settle.rounds import settle_round
from config import Settings
from tests.db.entries import at_once, entry_of, holding, until, waits_for_a_lock
from tests.show import PATIENCE_S, Show, go


def test_an_answer_is_acknowledged_only_after_its_commit(show: Show) -> None:
    fan = show.fan("小明")
    show.ask()
    with holding(show.services.sql, "LOCK TABLE answer IN EXCLUSIVE MODE") as holder:
        future, first = show.journal.put(entry_of(show, fan))
        until(lambda: waits_for_a_lock(show.services.sql))
        assert first and not future.done()
        holder.rollback()
        assert future.result(PATIENCE_S).outcome is Outcome.RECORDED
        assert len(show.answers(1)) == 1


def test_everything_that_judgement_needs_is_stored_with_the_answer(show: Show) -> None:
    ming, hua = show.fans("小明", "小华")
    show.ask()
    ack = show.say(ming, "c", after_ms=842, rtt_ms=92, tap_ms=801.5)
    capped = show.say(hua, "c", after_ms=1500, rtt_ms=900)
    assert (ack.outcome, ack.raw_ms, ack.network_ms, ack.elapsed_ms) == (Outcome.RECORDED, 842, 46, 796)
    assert (capped.network_ms, capped.elapsed_ms) == (100, 1400)
    row, opened = show.answers(1)[ming], show.round(1)
    assert (row.places, row.value, row.tap_ms, row.receipt) == ([show.place(1, "c")], None, 801.5, ack.receipt)
    assert (row.opened_ns, row.received_ns) == (opened.opens_ns, opened.opens_ns + 842_000_000)
    assert (row.allowance_ns, row.rtt_ns, row.boot_id) == (46_000_000, 92_000_000, opened.boot_id)
    assert row.question_version_id == opened.question_version_id
    assert row.received_at == show.clock.at - timedelta(microseconds=(show.clock.ns - row.received_ns) // 1000)


def test_an_arrival_that_was_clocked_in_another_boot_is_not_stored(show: Show) -> None:
    fan = show.fan("重启")
    show.ask()
    another = show.services.now()._replace(boot_id="another")
    assert commit(show.services.sql, [entry_of(show, fan)], another) == [Stored(Outcome.TOO_LATE)]
    assert show.answers(1) == {}


def test_only_the_same_arrival_with_the_same_receipt_is_our_own_come_again(show: Show) -> None:
    fan = show.fan("再来")
    show.ask()
    entry = entry_of(show, fan)
    others = [replace(entry, receipt="0000-ELSE"), replace(entry, received_ns=entry.received_ns + 1)]
    said = [commit(show.services.sql, [each], show.services.now())[0] for each in (entry, entry, *others)]
    assert [each.outcome for each in said] == [Outcome.RECORDED] * 2 + [Outcome.DUPLICATE] * 2
    assert all(each.entry == entry for each in said)


def one_row_one_receipt(stored: list[Stored], rows: int) -> bool:
    """The checker of the race: exactly one was recorded, everybody holds that one's receipt."""
    outcomes = [one.outcome for one in stored]
    receipts = {one.entry.receipt if one.entry else None for one in stored}
    once = outcomes.count(Outcome.RECORDED) == 1 and set(outcomes) <= {Outcome.RECORDED, Outcome.DUPLICATE}
    return rows == 1 and once and len(receipts) == 1 and None not in receipts


@pytest.mark.race
def test_of_two_hundred_answers_of_one_fan_at_once_one_counts_and_all_hold_its_receipt(show: Show) -> None:
    fan = show.fan("连点")
    show.ask()
    other = Journal(show.services.sql, show.services.now)  # of a second web process
    other.start()

    def through(journal: Journal, n: int) -> Stored:
        future, first = journal.put(entry_of(show, fan, receipt=f"{n:04}-RACE", received_ns=show.round(1).opens_ns + n))
        stored = future.result(PATIENCE_S)
        return stored if first else Stored(Outcome.DUPLICATE, stored.entry)

    journals = (show.journal, other)
    stored = at_once([partial(through, journals[n % 2], n) for n in range(200)])
    other.stop()
    assert one_row_one_receipt(stored, len(show.answers(1)))


@pytest.mark.race
def test_the_checker_of_that_race_sees_a_journal_that_reads_and_then_writes(show: Show) -> None:
    fan = show.fan("连点")
    show.ask()
    between = threading.Barrier(2)
    with show.services.sql.begin() as sql:
        sql.execute(text("CREATE TABLE naive AS SELECT fan_id, receipt FROM answer WHERE false"))

    def naive(entry: Entry) -> Stored:
        with show.services.sql.begin() as sql:
            known = sql.execute(text("SELECT receipt FROM naive WHERE fan_id = :f"), {"f": fan}).one_or_none()
            between.wait()
            if known is not None:
                return Stored(Outcome.DUPLICATE, replace(entry, receipt=known.receipt))
            sql.execute(text("INSERT INTO naive VALUES (:f, :r)"), {"f": fan, "r": entry.receipt})
        return Stored(Outcome.RECORDED, entry)

    entries = [entry_of(show, fan, receipt=f"{n:04}-RACE") for n in range(2)]
    stored = at_once([partial(naive, entry) for entry in entries])
    with show.services.sql.connect() as sql:
        rows = sql.scalar(text("SELECT count(*) FROM naive")) or 0
    assert not one_row_one_receipt(stored, rows)


SETTLING = "UPDATE round SET state = 'settling' WHERE id = :round"


def test_an_answer_that_settling_overtakes_is_too_late_and_not_stored(show: Show) -> None:
    fan = show.fan("慢人")
    show.ask()
    with holding(show.services.sql, SETTLING, round=show.round(1).id) as settling:
        future, _ = show.journal.put(entry_of(show, fan))
        until(lambda: waits_for_a_lock(show.services.sql))
        assert not future.done()
        settling.commit()
        assert future.result(PATIENCE_S) == Stored(Outcome.TOO_LATE)
    assert show.answers(1) == {}


def test_an_answer_that_waited_for_a_settling_that_came_to_nothing_is_recorded(show: Show) -> None:
    fan = show.fan("慢人")
    show.ask()
    with holding(show.services.sql, SETTLING, round=show.round(1).id) as settling:
        future, _ = show.journal.put(entry_of(show, fan))
        until(lambda: waits_for_a_lock(show.services.sql))
        settling.rollback()
        assert future.result(PATIENCE_S).outcome is Outcome.RECORDED
    assert list(show.answers(1)) == [fan]


def test_settling_waits_for_a_batch_that_is_being_committed(show: Show) -> None:
    fan = show.fan("刚好")
    show.ask()
    show.close(2)
    round_id = show.round(1).id
    one = entry_of(show, fan, places=f"{{{show.place(1, 'b')}}}")
    with show.services.sql.connect() as batch:
        assert batch.execute(journal_module.INSERT, journal_module.parameters([one], show.services.now())).rowcount == 1
        worker = threading.Thread(target=settle_round, args=(show.services, round_id))
        worker.start()
        until(lambda: waits_for_a_lock(show.services.sql))
        assert show.round(1).state == "closed"
        batch.commit()
        worker.join(PATIENCE_S)
    assert show.round(1).state == "settled" and show.scores(1)[fan] > 0


def test_what_arrived_before_the_opening_or_after_the_close_is_refused_by_the_row_too(show: Show) -> None:
    early, late, good = show.fans("早", "晚", "准")
    show.ask()
    row = show.round(1)
    entries = [
        entry_of(show, early, received_ns=row.opens_ns - 1),
        entry_of(show, late, received_ns=row.closes_ns + 1),
        entry_of(show, good, received_ns=row.closes_ns),
    ]
    outcomes = [one.outcome for one in commit(show.services.sql, entries, show.services.now())]
    assert outcomes == [Outcome.TOO_LATE, Outcome.TOO_LATE, Outcome.RECORDED]
    assert list(show.answers(1)) == [good]


def test_who_asks_again_after_the_close_is_not_told_too_late_while_the_answer_is_under_way(
    show: Show, settings: Settings
) -> None:
    fan = show.fan("耐心")
    show.ask()
    with holding(show.services.sql, "LOCK TABLE answer IN EXCLUSIVE MODE") as holder:
        first = show.begin(fan, "b", after_ms=900)
        repeated = show.begin(fan, "b", after_ms=60_000)
        assert isinstance(first, Promise) and isinstance(repeated, Promise) and not repeated.done()
        holder.rollback()
        recorded, again = first.result(PATIENCE_S), repeated.result(PATIENCE_S)
    assert (recorded.outcome, again.outcome) == (Outcome.RECORDED, Outcome.DUPLICATE)
    assert again.entry == recorded.entry
    assert show.say(fan, "c", after_ms=60_000).outcome is Outcome.DUPLICATE


def test_beyond_its_bound_the_journal_says_busy_and_stores_nothing(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    fans = show.fans("一", "二", "三")
    show.ask()
    monkeypatch.setattr(group_commit, "MOST_WAITING", 2)
    journal = Journal(show.services.sql, show.services.now)  # its flusher does not run yet
    futures = [journal.put(entry_of(show, fan))[0] for fan in fans]
    assert [future.done() for future in futures] == [False, False, True]
    assert futures[2].result() == Stored(Outcome.BUSY)
    journal.start()
    assert [future.result(PATIENCE_S).outcome for future in futures[:2]] == [Outcome.RECORDED] * 2
    assert journal.put(entry_of(show, fans[2]))[0].result(PATIENCE_S).outcome is Outcome.RECORDED
    journal.stop()


def test_stopping_commits_what_is_waiting(show: Show) -> None:
    fans = show.fans(*(f"末{n}" for n in range(20)))
    show.ask()
    journal = Journal(show.services.sql, show.services.now)
    futures = [journal.put(entry_of(show, fan))[0] for fan in fans]
    journal.start()
    journal.stop()
    assert all(future.result(0).outcome is Outcome.RECORDED for future in futures)
    assert set(show.answers(1)) == set(fans)
    go(show.clock, 0.1)
