"""Fifty at once: a ticket is used once, an account made once, a guest moved once."""

from __future__ import annotations

import threading
import time

from sqlalchemy import delete, func, select, text

from campaigns.bootstrap import Services
from campaigns.db.identities import Account
from campaigns.db.ledger_chain import LEDGER_LOCK, lock
from campaigns.db.records import Balance, LedgerEntry
from campaigns.domain.ticket import TicketRefusal
from campaigns.identity import moving
from campaigns.identity.accounts import Entered, enter
from campaigns.identity.fans import new_fan
from campaigns.settle.rebuild import check_ledger
from tests.identity.members import a_member, at_once, entered, moved_sums, played, ticket, with_points
from tests.play.quiz.conftest import Season, season

__all__ = ["season"]


def test_fifty_uses_of_one_ticket_enter_once(services: Services) -> None:
    used = ticket(services, a_member())
    done = at_once(lambda i: enter(services, used, None), 50)
    assert sum(isinstance(each, Entered) for each in done) == 1
    assert [each for each in done if not isinstance(each, Entered)] == [TicketRefusal.USED] * 49


def test_fifty_entries_at_once_move_the_guest_once(season: Season) -> None:
    table = season()
    services, member = table.services, a_member()
    guest = table.fan()
    played(table, guest)
    with_points(services, guest, 1950)
    own = entered(services, member, None).fan_id
    done = at_once(lambda i: entered(services, member, guest), 50)
    assert sum(isinstance(each, Entered) and each.moved for each in done) == 1
    assert {each.fan_id for each in done if isinstance(each, Entered)} == {own}
    held = moved_sums(services, guest, own)
    assert held == {"points": {own: 1950, guest: 0}, "entries": 2, "badges": {own: 1, guest: 0}}
    assert check_ledger(services) == []


def test_fifty_first_entries_at_once_make_one_account(services: Services) -> None:
    member = a_member()
    guest, _ = new_fan(services)
    done = at_once(lambda i: entered(services, member, guest if i % 2 else None), 50)
    fans = {each.fan_id for each in done if isinstance(each, Entered)}
    assert len(fans) == 1
    with services.reading() as sql:
        assert sql.scalar(select(func.count()).where(Account.external_id == member)) == 1


def test_a_guest_who_is_entered_as_two_members_at_once_becomes_one_of_them(services: Services) -> None:
    one, other = a_member(), a_member()
    first, second = entered(services, one, None).fan_id, entered(services, other, None).fan_id
    guest, _ = new_fan(services)
    with_points(services, guest, 100)
    done = at_once(lambda i: entered(services, one if i % 2 else other, guest), 20)
    assert sum(isinstance(each, Entered) and each.moved for each in done) == 1
    with services.reading() as sql:
        points = [
            sql.scalar(select(Balance.points).where(Balance.fan_id == fan)) or 0 for fan in (first, second, guest)
        ]
    assert sorted(points) == [0, 0, 100] and points[2] == 0


def test_without_claim_and_keys_two_entries_would_move_the_points_twice(services: Services) -> None:
    """The negative control: both read what the guest has before either has moved it."""
    guest, _ = new_fan(services)
    with_points(services, guest, 1950)
    own = entered(services, a_member(), None).fan_id
    unique = "ALTER TABLE ledger_entry {} CONSTRAINT uq_ledger_entry_key {}"
    with services.sql.begin() as sql:
        sql.execute(text(unique.format("DROP", "")))
    with services.sql.begin() as holder:
        lock(holder)
        both = [threading.Thread(target=bare_move, args=(services, guest, own)) for _ in range(2)]
        for thread in both:
            thread.start()
        while waiting_for_the_ledger(services) < 2:
            time.sleep(0.01)  # between two looks at real SQL
    for thread in both:
        thread.join()
    held = moved_sums(services, guest, own)
    assert held["points"] == {own: 2 * 1950, guest: -1950} and held["entries"] == 4
    with services.sql.begin() as sql:
        sql.execute(delete(LedgerEntry).where(LedgerEntry.reason == "merge"))
        sql.execute(text(unique.format("ADD", "UNIQUE (key)")))


def bare_move(services: Services, guest: int, own: int) -> None:
    with services.sql.begin() as sql:
        moving._points(sql, {"guest": guest, "fan": own}, services.now().at)


def waiting_for_the_ledger(services: Services) -> int:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = :lock")
    with services.reading() as sql:
        return int(sql.scalar(waiting, {"lock": LEDGER_LOCK}) or 0)
