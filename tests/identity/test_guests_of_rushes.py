"""A guest of a rush becomes a member: the seat stays in the run's record, what it brought is the member's."""

from __future__ import annotations

import secrets

from sqlalchemy import select, update

from campaigns.bootstrap import Services
from campaigns.db.models import Participation, Run
from campaigns.db.records import Balance, LedgerEntry
from campaigns.domain.ticket import Ticket
from campaigns.identity.accounts import Entered, enter
from campaigns.play.history import own_page
from campaigns.settle.awards import award_badges
from campaigns.settle.rebuild import check_ledger, recompute
from tests.settle.test_awards import ended
from tests.show import Show
from tests.show_fixtures import Stage, stage

__all__ = ["stage"]


def member_of(services: Services, guest: int) -> int:
    """The account that this guest has entered as; it had a fan already."""
    member = secrets.token_hex(4)
    done = []
    for browser in (None, guest):
        nonce = secrets.token_urlsafe(16)
        each = enter(services, Ticket("forum", member, "会员", services.now().at, nonce, "/"), browser)
        assert isinstance(each, Entered)
        done.append(each)
    assert done[1].moved
    return done[0].fan_id


def points(show: Show, fan: int) -> int:
    row = show.row(select(Balance.points).where(Balance.fan_id == fan))
    return row.points if row is not None else 0


def award_again(show: Show) -> None:
    with show.services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == show.run_id).values(award_version=Run.award_version + 1))
    assert award_badges(show.services, show.run_id)


def test_points_and_badges_move_and_awarding_again_changes_nothing(stage: Stage) -> None:
    show, ming, _ = ended(stage)
    award_badges(show.services, show.run_id)
    badges = own_page(show.services, ming).badges
    own = member_of(show.services, ming)
    assert (points(show, ming), points(show, own)) == (0, 1950)
    page = own_page(show.services, own)
    assert page.badges == badges and badges and own_page(show.services, ming).badges == ()
    assert [run.score for run in page.runs] == [975], "the run stands on the member's own page"
    entries = show.rows(select(LedgerEntry.id).where(LedgerEntry.run_id == show.run_id))
    award_again(show)
    assert show.rows(select(LedgerEntry.id).where(LedgerEntry.run_id == show.run_id)) == entries
    assert own_page(show.services, own).badges == badges
    assert check_ledger(show.services) == []
    assert recompute(show.services, show.run_id).differences == []


def test_what_is_awarded_after_the_entry_goes_to_the_member(stage: Stage) -> None:
    show, ming, _ = ended(stage)
    own = member_of(show.services, ming)
    award_badges(show.services, show.run_id)
    assert (points(show, ming), points(show, own)) == (0, 1950)
    assert own_page(show.services, own).badges


def test_the_name_is_the_members_and_the_seat_keeps_it_with_a_tag(stage: Stage) -> None:
    show, ming, _ = ended(stage)
    own = member_of(show.services, ming)
    names = show.rows(select(Participation.fan_id, Participation.nickname).where(Participation.fan_id.in_([ming, own])))
    named = {row.fan_id: row.nickname for row in names}
    assert named[own] == "小明" and named[ming].startswith("小明 · ")
