"""A guest with a past becomes a member: every board, tally and point is what the record gives, final boards too."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from campaigns.bootstrap import Services
from campaigns.control.people import kick
from campaigns.db.identities import Account
from campaigns.db.models import Fan, RunFan
from campaigns.db.plays import Play
from campaigns.domain import periods
from campaigns.domain.ticket import Ticket
from campaigns.identity.accounts import Entered, enter
from campaigns.settle.plays import settle_plays
from campaigns.settle.quiz.again import compare_quiz
from campaigns.settle.rebuild import check_ledger
from tests.settle.quiz.conftest import Ledgerless, Record, days_ago, record

__all__ = ["record"]


def enters(services: Services, member: str, browser: int) -> Entered:
    ticket = Ticket("forum", member, "会员", services.now().at, secrets.token_urlsafe(16), "/")
    done = enter(services, ticket, browser)
    assert isinstance(done, Entered)
    return done


def played(table: Ledgerless, fan: int, score: int, at: datetime | None = None) -> None:
    """As the house has it: a seat, a play and its result."""
    play_id = table.ended(fan, score, at, levels=(score, None), passed=1)
    ended_at = at or table.time.at
    with table.services.sql.begin() as sql:
        seat = {"run_id": table.run_id, "fan_id": fan, "seed": 1, "joined_at": ended_at}
        sql.execute(upsert(RunFan).values(seat).on_conflict_do_nothing())
        row = {"id": play_id, "run_id": table.run_id, "fan_id": fan, "attempt": play_id, "day": ended_at.date()}
        row |= {"practice": False, "seed": play_id, "drawn": {}, "begun_at": ended_at, "ended_at": ended_at}
        sql.execute(insert(Play).values(row))


def settled(services: Services) -> None:
    while settle_plays(services):
        pass


def test_boards_of_yesterday_and_today_show_the_member_with_what_the_guest_had(record: Record) -> None:
    table = record(rate="1")
    own, guest, other = table.fan("weibo"), table.fan("forum"), table.fan()
    member, past = secrets.token_hex(4), days_ago(table.time, 3)
    enters(table.services, member, own)
    for fan, score in ((own, 40), (guest, 70), (other, 100)):
        played(table, fan, score, past)
        played(table, fan, score)
    settled(table.services)
    day = periods.day_board(past.date())
    assert [fan for fan, _ in table.board(day)] == [other, guest, own]
    with table.services.sql.begin() as sql:  # the oldest plays have been condensed: their results stand alone
        sql.execute(delete(Play).where(Play.day == past.date()))
    played(table, guest, 5)  # not settled yet when the guest enters
    done = enters(table.services, member, guest)
    assert (done.fan_id, done.moved) == (own, True)
    settled(table.services)
    assert table.board(day) == [(own, 110), (other, 100)]
    assert table.board("all") == [(own, 225), (other, 200)]
    assert (table.points(own), table.points(guest)) == (225, 0)
    assert compare_quiz(table.services, table.run_id).differences == []
    assert check_ledger(table.services) == []
    with table.services.reading() as sql:
        assert sql.scalar(select(Account.fan_id).where(Account.external_id == member)) == own


def test_a_guest_who_was_sent_away_takes_the_member_along_from_every_board(record: Record) -> None:
    table = record(rate="1")
    own, guest, other = table.fan(), table.fan(), table.fan()
    member = secrets.token_hex(4)
    enters(table.services, member, own)
    for fan, score in ((own, 40), (guest, 70), (other, 10)):
        played(table, fan, score)
    with table.services.reading() as sql:
        public = sql.execute(select(Fan.public).where(Fan.id == guest)).scalar_one()
    assert kick(table.services, table.run_id, public, "operator:1") == guest
    settled(table.services)
    assert table.board("all") == [(own, 40), (other, 10)]
    enters(table.services, member, guest)
    settled(table.services)
    assert table.board("all") == [(other, 10)] and table.points(own) == table.points(guest) == 0
    assert compare_quiz(table.services, table.run_id).differences == []
    assert check_ledger(table.services) == []
