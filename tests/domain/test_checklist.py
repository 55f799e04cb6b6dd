"""The judgements of the checklist before the night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from campaigns.domain import checklist as judge
from campaigns.domain.checklist import GB, Machine, Opening, State

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_one_silent_screen_among_many_is_not_in_order_and_none_at_all_wants_a_look() -> None:
    assert judge.screens([1.0, 19.0]) is State.GOOD
    assert judge.screens([1.0, 61.0]) is judge.screens([1.0, None]) is State.BAD
    assert judge.screens([]) is State.LOOK


def test_an_address_that_names_this_machine_to_itself_is_never_reached() -> None:
    phone = Opening(NOW - timedelta(hours=1), "192.0.2.9", "iPhone", 0.1)
    assert judge.reached(phone, NOW, only_here=False) is State.GOOD
    assert judge.reached(phone, NOW, only_here=True) is State.BAD
    assert judge.reached(None, NOW, only_here=False) is State.LOOK
    assert judge.reached(phone, NOW + timedelta(hours=12), only_here=False) is State.LOOK


def test_clocks_are_compared_in_both_directions() -> None:
    assert judge.clocks(0.02, None) is judge.clocks(-0.9, 59.0) is State.GOOD
    assert judge.clocks(-1.0, None) is judge.clocks(0.0, -60.0) is State.LOOK
    assert judge.clocks(-5.0, 0.0) is State.BAD


def test_a_disk_that_runs_full_is_told_before_it_is() -> None:
    assert [judge.disk(n * GB) for n in (1, 2, 9, 10)] == [State.BAD, State.LOOK, State.LOOK, State.GOOD]


def test_workers_are_in_order_only_when_both_live_and_no_job_waits_long() -> None:
    assert judge.workers(5, 1, None) is judge.workers(5, 1, 29) is State.GOOD
    assert judge.workers(5, 1, 30) is State.LOOK
    assert {judge.workers(*facts) for facts in ((None, 1, None), (5, None, None), (121, 1, None), (5, 31, None))} == {
        State.BAD
    }
    assert judge.workers(5, 1, 300) is State.BAD


def test_any_promise_of_the_database_that_is_off_is_not_in_order() -> None:
    on = {"fsync": "on", "synchronous_commit": "remote_write"}
    assert judge.durable(on) is State.GOOD
    assert judge.durable(on | {"synchronous_commit": "off"}) is State.BAD


def test_a_backup_of_yesterday_wants_a_look() -> None:
    assert judge.backup(NOW - timedelta(hours=23), NOW) is State.GOOD
    assert judge.backup(NOW - timedelta(hours=24), NOW) is judge.backup(None, NOW) is State.LOOK


def test_more_sockets_than_files_are_not_in_order() -> None:
    assert judge.files(Machine(files=20_000, sockets=18_000)) is State.GOOD
    assert judge.files(Machine(files=1024, sockets=896)) is State.LOOK
    assert judge.files(Machine(files=1024, sockets=4000)) is State.BAD
    assert judge.files(Machine()) is State.UNKNOWN


def test_the_worst_of_several_is_told_and_what_is_unknown_is_not_in_order() -> None:
    assert judge.worst([State.GOOD, State.LOOK, State.BAD]) is State.BAD
    assert judge.worst([State.GOOD, State.UNKNOWN, State.LOOK]) is State.UNKNOWN
    assert judge.worst([State.GOOD]) is State.GOOD
