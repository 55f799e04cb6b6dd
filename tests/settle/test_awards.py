"""Points and badges exactly once; nothing for a rehearsal; a chain that shows tampering."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text, update

from campaigns.bootstrap import Services
from campaigns.db.models import Run
from campaigns.db.records import Award, Balance, LedgerBatch, LedgerEntry
from campaigns.settle.awards import award_badges
from campaigns.settle.rebuild import check_ledger
from tests.show import Show
from tests.show_fixtures import Stage


def ended(stage: Stage) -> tuple[Show, int, int]:
    """A run of one question that is over: one fan has points, one has none."""
    show = stage()
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 1000), hua: ("c", 900)})
    show.to_the_end()
    return show, ming, hua


def entries(show: Show) -> list[tuple[int, int, str]]:
    own = select(LedgerEntry.fan_id, LedgerEntry.amount, LedgerEntry.key).where(LedgerEntry.run_id == show.run_id)
    return [tuple(row) for row in show.rows(own.order_by(LedgerEntry.id))]


def test_an_ended_run_gives_rate_times_score_and_says_so_once(stage: Stage) -> None:
    show, ming, hua = ended(stage)
    assert award_badges(show.services, show.run_id) and not award_badges(show.services, show.run_id)
    assert entries(show) == [(ming, 1950, f"run:{show.run_id}:fan:{ming}:score:v1")]
    assert show.row(select(Balance.points).where(Balance.fan_id == ming)).points == 1950
    assert show.row(select(Balance.points).where(Balance.fan_id == hua)) is None
    assert show.scene()["final"]["awards"] and check_ledger(show.services) == []


def at_once(work: Callable[[], bool], workers: int = 8) -> list[bool]:
    start, done = threading.Barrier(workers), list[bool]()

    def one() -> None:
        start.wait()
        done.append(work())

    threads = [threading.Thread(target=one) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(done)


@pytest.mark.race
def test_eight_workers_at_once_give_the_points_once(stage: Stage) -> None:
    show, ming, _ = ended(stage)
    assert at_once(lambda: award_badges(show.services, show.run_id)) == [False] * 7 + [True]
    assert [(fan, amount) for fan, amount, _ in entries(show)] == [(ming, 1950)]
    twice = select(Award.fan_id).where(Award.run_id == show.run_id).group_by(Award.fan_id, Award.badge)
    assert show.rows(twice.having(func.count() > 1)) == []


@pytest.mark.race
def test_that_race_goes_red_for_workers_that_read_the_sum_and_then_add(stage: Stage) -> None:
    show, _, _ = ended(stage)
    between = threading.Barrier(2)
    with show.services.sql.begin() as sql:
        sql.execute(text("CREATE TABLE naive_ledger (amount bigint)"))

    def naive() -> bool:
        with show.services.sql.begin() as sql:
            given = sql.scalar(text("SELECT coalesce(sum(amount), 0) FROM naive_ledger"))
            between.wait(60)
            sql.execute(text("INSERT INTO naive_ledger VALUES (:missing)"), {"missing": 1950 - int(given or 0)})
        return True

    at_once(naive, workers=2)
    assert show.row(text("SELECT sum(amount) FROM naive_ledger"))[0] == 2 * 1950


def test_runs_that_end_at_once_share_one_chain_without_a_fork(stage: Stage) -> None:
    shows = [ended(stage)[0] for _ in range(4)]
    before = shows[0].row(select(func.count()).select_from(LedgerBatch))[0]
    waiting = list(shows)
    assert at_once(lambda: award_badges(waiting[0].services, waiting.pop().run_id), workers=4) == [True] * 4
    assert shows[0].row(select(func.count()).select_from(LedgerBatch))[0] == before + 4
    assert check_ledger(shows[0].services) == []


def test_a_rehearsal_gives_neither_points_nor_badges(stage: Stage) -> None:
    show = stage()
    with show.services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == show.run_id).values(rehearsal=True))
    fan = show.fan("小明")
    show.play({fan: ("b", 1000)})
    show.to_the_end()
    assert not award_badges(show.services, show.run_id) and entries(show) == []
    assert show.rows(select(Award).where(Award.run_id == show.run_id)) == []


TAMPERED = {
    "an amount": "UPDATE ledger_entry SET amount = amount + 1 WHERE run_id = :run",
    "a fan": "UPDATE ledger_entry SET fan_id = fan_id + 1 WHERE run_id = :run",
    "a missing entry": "DELETE FROM ledger_entry WHERE run_id = :run",
    "a batch's hash": "UPDATE ledger_batch SET hash = sha256('x') WHERE id = (SELECT max(id) FROM ledger_batch)",
    "an entry outside the chain": """
        WITH forged AS (INSERT INTO ledger_entry (key, batch_id, run_id, fan_id, amount, reason, version)
                        VALUES ('forged', 0, :run, :fan, 5, 'score', 1) RETURNING fan_id)
        UPDATE balance SET points = points + 5 FROM forged WHERE balance.fan_id = forged.fan_id""",
    "a balance": "UPDATE balance SET points = points + 1 WHERE fan_id = :fan",
    "a missing balance": "DELETE FROM balance WHERE fan_id = :fan",
}


@pytest.mark.parametrize("what", TAMPERED)
def test_the_check_of_the_ledger_sees_that_somebody_changed(stage: Stage, what: str) -> None:
    show, ming, _ = ended(stage)
    award_badges(show.services, show.run_id)
    assert check_ledger(show.services) == []
    tables = ("ledger_batch", "ledger_entry", "balance")
    with show.services.sql.begin() as sql:
        for table in tables:
            sql.execute(text(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}"))
        sql.execute(text(TAMPERED[what]), {"run": show.run_id, "fan": ming} if ":" in TAMPERED[what] else {})
    assert check_ledger(show.services)
    restore(show.services, tables)
    assert check_ledger(show.services) == []


def restore(services: Services, tables: tuple[str, ...]) -> None:
    with services.sql.begin() as sql:
        for table in reversed(tables):
            sql.execute(text(f"DELETE FROM {table}"))
        for table in tables:
            over = "" if table == "balance" else "OVERRIDING SYSTEM VALUE"
            sql.execute(text(f"INSERT INTO {table} {over} SELECT * FROM kept_{table}"))
            sql.execute(text(f"DROP TABLE kept_{table}"))


def test_nothing_is_given_while_a_round_is_being_judged_again(stage: Stage) -> None:
    """Else a wrong key would be paid out, and taken back in everybody's ledger a moment later."""
    show, _, hua = ended(stage)
    assert show.correct(1, "c") == "moved"  # the worker has not come to the awards yet
    assert not award_badges(show.services, show.run_id) and entries(show) == []
    assert show.rows(select(Award).where(Award.run_id == show.run_id)) == []
    assert show.settle(1) and award_badges(show.services, show.run_id)
    assert [(fan, amount) for fan, amount, _ in entries(show)] == [(hua, 1956)]
    assert {row.delta for row in show.rows(select(Award.delta).where(Award.run_id == show.run_id))} == {1}
