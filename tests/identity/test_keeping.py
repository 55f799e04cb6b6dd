"""Keep my badges: the link makes another browser the same fan once, asks before it makes two fans one, and never two members."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from campaigns.db.identities import FanAlias, FanToken, KeepLink
from campaigns.identity.accounts import MOST_GUESTS
from campaigns.identity.fans import fan_now, fan_of, new_fan
from campaigns.identity.keeping import LASTS, Keeping, Kept, Prospect, keep, keep_link, prospect
from campaigns.play.history import own_page
from campaigns.settle.awards import award_badges
from campaigns.settle.rebuild import check_ledger
from tests.identity.members import a_member, entered
from tests.settle.test_prizes import at_once
from tests.show import Show, go
from tests.show_fixtures import Stage, stage

__all__ = ["stage"]


def ended(stage: Stage) -> tuple[Show, int, int]:
    """小明 is right and has points and badges, 小华 is there."""
    show = stage()
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 1000), hua: ("c", 900)})
    show.to_the_end()
    award_badges(show.services, show.run_id)
    return show, ming, hua


def codes(show: Show, fan: int) -> set[str]:
    return {badge.code for badge in own_page(show.services, fan).badges}


def test_a_new_browser_becomes_the_same_fan_and_the_link_is_used_up(stage: Stage) -> None:
    show, ming, _ = ended(stage)
    token = keep_link(show.services, ming)
    assert prospect(show.services, token, None) == Prospect(Keeping.READY, "小明")
    kept = keep(show.services, token, None)
    assert kept.outcome is Keeping.READY
    found = fan_of(show.services, kept.token)
    assert found is not None and found.id == ming
    assert keep(show.services, token, None) == Kept(Keeping.GONE)
    assert prospect(show.services, token, None).outcome is Keeping.GONE


def test_looking_uses_nothing_up_and_a_guest_without_records_is_not_asked(stage: Stage) -> None:
    show, ming, _ = ended(stage)
    token, nobody = keep_link(show.services, ming), new_fan(show.services)[0]
    assert [prospect(show.services, token, nobody).outcome for _ in range(3)] == [Keeping.READY] * 3
    assert keep(show.services, token, nobody).outcome is Keeping.READY
    assert fan_now(show.services, nobody) == nobody


def test_the_link_is_good_for_ten_minutes_and_only_the_newest_one(stage: Stage) -> None:
    show, ming, _ = ended(stage)
    old = keep_link(show.services, ming)
    token = keep_link(show.services, ming)
    assert keep(show.services, old, None).outcome is Keeping.GONE
    go(show.clock, LASTS.total_seconds() - 1)
    assert prospect(show.services, token, None).outcome is Keeping.READY
    go(show.clock, 1)
    assert keep(show.services, token, None).outcome is Keeping.GONE
    for forged in ("", "x" * 500, "一"):
        assert keep(show.services, forged, None).outcome is Keeping.GONE
    assert timedelta(minutes=10) == LASTS


def test_the_same_browser_has_nothing_to_do(stage: Stage) -> None:
    show, ming, _ = ended(stage)
    token = keep_link(show.services, ming)
    assert prospect(show.services, token, ming).outcome is Keeping.SAME
    assert keep(show.services, token, ming) == Kept(Keeping.SAME)


def test_who_has_played_here_is_asked_first_and_only_a_yes_makes_the_two_one(stage: Stage) -> None:
    show, ming, hua = ended(stage)
    token = keep_link(show.services, ming)
    assert prospect(show.services, token, hua) == Prospect(Keeping.ASK, "小明", "小华")
    assert keep(show.services, token, hua) == Kept(Keeping.ASK) and fan_now(show.services, hua) == hua
    before = own_page(show.services, ming).points + own_page(show.services, hua).points
    assert keep(show.services, token, hua, both=True).outcome is Keeping.READY
    assert fan_now(show.services, hua) == ming
    assert own_page(show.services, ming).points == before and check_ledger(show.services) == []


def test_a_member_stays_a_member_and_the_link_stays_good(stage: Stage) -> None:
    show, ming, hua = ended(stage)
    entered(show.services, a_member(), hua)
    token = keep_link(show.services, ming)
    assert prospect(show.services, token, hua).outcome is Keeping.MEMBER
    assert keep(show.services, token, hua, both=True) == Kept(Keeping.MEMBER)
    assert keep(show.services, token, None).outcome is Keeping.READY


def test_guests_of_a_guest_come_along_when_it_enters_as_a_member(stage: Stage) -> None:
    show, ming, hua = ended(stage)
    keep(show.services, keep_link(show.services, ming), hua, both=True)
    member = a_member()
    account = entered(show.services, member, None).fan_id
    assert entered(show.services, member, ming).moved
    assert {fan_now(show.services, fan) for fan in (ming, hua)} == {account}
    aliases = show.rows(select(FanAlias.from_id, FanAlias.to_id).where(FanAlias.from_id.in_((ming, hua))))
    assert {row.to_id for row in aliases} == {account}
    assert codes(show, account) >= {"took_part", "top3"} and check_ledger(show.services) == []
    assert show.correct(1, "c")
    show.settle_all()
    award_badges(show.services, show.run_id)  # what a correction gives goes to who they are now
    assert own_page(show.services, account).points == 1956 and check_ledger(show.services) == []


def test_a_fan_takes_in_as_many_guests_as_a_member_does(stage: Stage) -> None:
    show, ming, _ = ended(stage)
    second = show.another()
    guests = [second.fan(f"客{n}") for n in range(MOST_GUESTS + 1)]
    done = [keep(show.services, keep_link(show.services, ming), guest, both=True).outcome for guest in guests]
    assert done == [Keeping.READY] * MOST_GUESTS + [Keeping.FULL]
    assert fan_now(show.services, guests[-1]) == guests[-1]


@pytest.mark.race
def test_of_eight_browsers_with_one_link_one_becomes_the_fan(stage: Stage) -> None:
    show, ming, _ = ended(stage)
    token = keep_link(show.services, ming)
    outcomes = [kept.outcome for kept in at_once(lambda: keep(show.services, token, None))]
    assert sorted(outcomes) == [Keeping.GONE] * 7 + [Keeping.READY]
    assert len(show.rows(select(FanToken.token_hash).where(FanToken.fan_id == ming))) == 1


@pytest.mark.race
def test_that_race_goes_red_for_browsers_that_look_first_and_delete_then(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, ming, _ = ended(stage)
    keep_link(show.services, ming)

    def naive() -> Any:
        with show.services.sql.begin() as sql:
            found = sql.scalar(select(KeepLink.fan_id).where(KeepLink.fan_id == ming))
            sql.execute(text("SELECT pg_sleep(0.2)"))
            sql.execute(text("DELETE FROM keep_link WHERE fan_id = :fan"), {"fan": ming})
        return found

    assert at_once(naive, workers=2) == [ming, ming]


@pytest.mark.race
def test_two_browsers_that_take_each_other_in_become_one_fan_and_no_circle(stage: Stage) -> None:
    show, ming, hua = ended(stage)
    links = {ming: keep_link(show.services, hua), hua: keep_link(show.services, ming)}
    ways = list(links.items())

    def take_in() -> Kept:
        fan, link = ways.pop()
        return keep(show.services, link, fan, both=True)

    outcomes = {kept.outcome for kept in at_once(take_in, workers=2)}
    assert outcomes <= {Keeping.READY, Keeping.SAME} and Keeping.READY in outcomes
    assert len({fan_now(show.services, fan) for fan in (ming, hua)}) == 1
    assert check_ledger(show.services) == []
