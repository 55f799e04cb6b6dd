"""The sweeper with its clock in the test's hand: lost hints are given again, and without anybody it does the work."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, select, update

from campaigns.bootstrap import Services, build_services
from campaigns.control.bank_cleaning import KEPT, imports_to_clean
from campaigns.db.bank import BankImport
from campaigns.db.models import Run
from campaigns.db.records import LedgerEntry
from config import Settings
from tests.conftest import FakeTime, close
from tests.show import Show, go
from tests.show_fixtures import Stage
from tests.stage import single
from workers.sweeper import PERIOD_S, Sweeper

NET_S = 5.0  # what the sweeper promises: lost work is done within this


class Steady:
    """A clock in seconds."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def closed(stage: Stage) -> tuple[Show, int]:
    show = stage(single())
    fan = show.fan("小明")
    show.ask()
    show.say(fan, "b")
    show.close()
    return show, fan


def hints(services: Services, job: str, row_id: int) -> int:
    wanted = (f"workers.jobs.{job}", (row_id,))
    return sum((found.func_name, tuple(found.args)) == wanted for found in services.queue.get_jobs())


def sweep_until(show: Show, sweeper: Sweeper, clock: Steady, done: str) -> float:
    """Pass after pass, as often as the sweeper goes round, until round 1 is in this state; how long that took."""
    began = clock.s
    while show.round(1).state != done:
        clock.s += PERIOD_S
        sweeper.sweep()
        assert clock.s - began < 60
    return clock.s - began


def test_a_hint_that_got_lost_is_given_again_and_nothing_is_hurried(stage: Stage) -> None:
    show, _ = closed(stage)
    show.services.live.flushall()  # the queue with all that was in it
    round_id, clock = show.round(1).id, Steady()
    sweeper = Sweeper(show.services, clock)
    sweeper.sweep()
    assert hints(show.services, "settle_round", round_id) == 0  # the first hint may still be on its way
    clock.s += 2
    sweeper.sweep()
    assert hints(show.services, "settle_round", round_id) == 1 and show.round(1).state == "closed"
    show.settle_all()


def test_with_no_worker_the_sweeper_does_the_work_itself_within_its_five_seconds(stage: Stage) -> None:
    show, fan = closed(stage)
    clock = Steady()
    assert sweep_until(show, Sweeper(show.services, clock), clock, "settled") <= NET_S
    assert show.scores(1) == {fan: 975}


def test_with_no_redis_the_sweeper_does_the_work_as_soon_as_it_is_overdue(stage: Stage, settings: Settings) -> None:
    show, fan = closed(stage)
    nowhere = "unix:///nonexistent/redis.sock"
    gone = replace(settings, live_redis_url=nowhere, queue_redis_url=nowhere, bus_redis_url=nowhere)
    blind, clock = build_services(gone, show.services.now), Steady()
    took_s = sweep_until(show, Sweeper(blind, clock), clock, "settled")
    close(blind)
    assert took_s <= NET_S and show.scores(1) == {fan: 975}


def test_awards_that_nobody_wrote_are_found_by_their_version(stage: Stage) -> None:
    show, fan = closed(stage)
    show.settle_all()
    show.next()
    show.to_the_end()
    show.services.live.flushall()
    clock = Steady()
    sweeper = Sweeper(show.services, clock)
    for _ in range(5):
        sweeper.sweep()
        clock.s += PERIOD_S
    assert show.run().awarded_version == 1
    assert [row.amount for row in show.rows(select(LedgerEntry).where(LedgerEntry.run_id == show.run_id))] == [1950]
    assert fan in {row.fan_id for row in show.rows(select(LedgerEntry))}


def test_a_rehearsal_is_never_due_for_awards(stage: Stage) -> None:
    show, _ = closed(stage)
    with show.services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == show.run_id).values(rehearsal=True))
    show.settle_all()
    show.next()
    show.to_the_end()
    clock = Steady()
    sweeper = Sweeper(show.services, clock)
    for _ in range(6):
        sweeper.sweep()
        clock.s += PERIOD_S
    assert show.run().awarded_version == 0 and hints(show.services, "award_badges", show.run_id) == 0


def test_deadlines_of_runs_that_nobody_watches_are_kept(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single())
    sweeper = Sweeper(show.services, Steady())
    show.next()
    sweeper.sweep()
    assert show.round(1).state == "open"
    go(fake_time, 19)
    sweeper.sweep()
    assert show.round(1).state == "open"
    go(fake_time, 2)
    sweeper.sweep()
    assert show.round(1).state == "closed"
    show.settle_all()


def test_two_sweepers_share_the_work_and_do_none_of_it_twice(stage: Stage) -> None:
    show, fan = closed(stage)
    clocks = [Steady(), Steady()]
    sweepers = [Sweeper(show.services, clock) for clock in clocks]
    for _ in range(6):
        for sweeper, clock in zip(sweepers, clocks, strict=True):
            sweeper.sweep()
            clock.s += PERIOD_S
    assert show.versions(1) == [1] and show.scores(1) == {fan: 975}


def test_what_is_in_no_hurry_is_looked_for_seldom_and_done_here_without_a_queue(
    stage: Stage, settings: Settings
) -> None:
    show, clock = stage(single()), Steady()
    services, old = show.services, show.services.now().at - KEPT - timedelta(days=1)
    values = {"campaign_id": show.run().campaign_id, "file_name": "old.csv", "state": "refused", "created_at": old}
    with services.sql.begin() as sql:
        made = insert(BankImport).values(**values, arriving="draft", source="").returning(BankImport.id)
        import_id = sql.execute(made).scalar_one()
    sweeper = Sweeper(services, clock)
    sweeper.sweep()
    assert hints(services, "clean_import", import_id) == 0
    clock.s += 600
    sweeper.sweep()
    assert hints(services, "clean_import", import_id) == 1
    nowhere = "unix:///nonexistent/redis.sock"
    gone = replace(settings, live_redis_url=nowhere, queue_redis_url=nowhere, bus_redis_url=nowhere)
    blind = build_services(gone, services.now)
    alone = Sweeper(blind, clock)
    clock.s += 600
    alone.sweep()
    assert imports_to_clean(services) == []
    close(blind)
