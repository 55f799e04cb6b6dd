"""Members of a community: one fan whatever the device, and a guest who becomes it, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, insert, select, text

from campaigns.bootstrap import Services
from campaigns.db.identities import FanAlias, FanToken, HandoverNonce
from campaigns.db.models import Fan, Participation, Question, RunFan
from campaigns.db.plays import Play, PlayResult
from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.step import StepKind
from campaigns.domain.ticket import TicketRefusal
from campaigns.identity.accounts import MOST_GUESTS, MOST_TOKENS, Entered, enter
from campaigns.identity.fans import fan_now, fan_of, new_fan
from campaigns.play.join import Joined, join
from campaigns.settle.rebuild import check_ledger
from tests.identity.members import a_member, entered, played, settled, ticket, total
from tests.play.quiz.conftest import Season, season

__all__ = ["season"]


def test_the_first_entry_makes_the_guest_the_members_fan_and_changes_nothing_else(services: Services) -> None:
    guest, token = new_fan(services)
    done = entered(services, a_member(), guest)
    assert (done.fan_id, done.token, done.moved) == (guest, None, False)
    held = fan_of(services, token)
    assert held is not None and held.id == guest


def test_without_a_cookie_a_member_gets_a_fan_and_the_same_one_on_every_device(services: Services) -> None:
    member = a_member()
    phone, tablet = entered(services, member, None), entered(services, member, None)
    assert phone.fan_id == tablet.fan_id and phone.token != tablet.token
    for device in (phone, tablet):
        held = fan_of(services, device.token)
        assert held is not None and held.id == phone.fan_id


def test_the_same_member_number_of_another_community_is_another_person(services: Services) -> None:
    member = a_member()
    ours = entered(services, member, None)
    theirs = enter(services, ticket(services, member, "club"), None)
    assert isinstance(theirs, Entered) and theirs.fan_id != ours.fan_id


def test_a_browser_of_one_member_gives_nothing_to_another_who_enters_there(services: Services) -> None:
    first = entered(services, a_member(), None)
    second = entered(services, a_member(), first.fan_id)
    assert second.fan_id != first.fan_id and not second.moved
    with services.reading() as sql:
        assert sql.scalar(select(FanAlias.to_id).where(FanAlias.from_id == first.fan_id)) is None


def test_a_ticket_works_once_and_its_nonce_is_forgotten_after_its_time(services: Services) -> None:
    used = ticket(services, a_member())
    assert isinstance(enter(services, used, None), Entered)
    assert enter(services, used, None) is TicketRefusal.USED
    later = replace(services, now=lambda: services.now()._replace(at=services.now().at + timedelta(minutes=5)))
    assert isinstance(enter(later, ticket(later, a_member()), None), Entered)
    with services.reading() as sql:
        assert sql.scalar(select(func.count()).where(HandoverNonce.nonce == used.nonce)) == 0


def test_a_guests_plays_points_and_place_become_the_members(season: Season) -> None:
    table = season()
    services, member = table.services, a_member()
    own = entered(services, member, table.fan()).fan_id
    guest = table.fan()
    play_ids = {played(table, own, "rww"), played(table, guest), played(table, guest, "rrw")}
    settled(table)
    before, theirs = total(table, own), total(table, guest)
    assert before[0] == 1 and theirs[0] == 2 and theirs[2] > 0
    done = entered(services, member, guest)
    assert (done.fan_id, done.moved) == (own, True) and fan_now(services, guest) == own
    settled(table)
    assert total(table, own) == tuple(a + b for a, b in zip(before, theirs, strict=True))
    assert total(table, guest) == (0, 0, 0)
    with services.reading() as sql:
        assert set(sql.scalars(select(Play.id).where(Play.fan_id == own))) == play_ids
        assert sorted(sql.scalars(select(Play.attempt).where(Play.fan_id == own))) == [1, 2, 3]
        assert set(sql.scalars(select(PlayResult.play_id).where(PlayResult.fan_id == own))) == play_ids
        assert sql.scalar(select(func.count()).where(RunFan.fan_id == guest)) == 0
        assert sql.scalar(select(func.count()).where(Participation.fan_id == guest)) == 0
    assert table.begin(own).outcome is PlayOutcome.NO_ATTEMPTS, "the guest's plays of today count for today"
    assert check_ledger(services) == []


def test_a_member_without_a_place_here_takes_over_the_guests_name_and_inviter(season: Season) -> None:
    table = season()
    friend, member = table.fan(), a_member()
    with table.services.reading() as sql:
        public = sql.execute(select(Fan.public).where(Fan.id == friend)).scalar_one()
    guest, _ = new_fan(table.services)
    assert isinstance(join(table.services, table.code, guest, "小明", "poster", public), Joined)
    own = entered(table.services, member, None).fan_id
    entered(table.services, member, guest)
    with table.services.reading() as sql:
        row = sql.execute(select(Participation).where(Participation.fan_id == own)).one()
    assert (row.nickname, row.first_channel, row.inviter_id) == ("小明", "poster", friend)
    assert table.seat(own).name == "小明"


def test_questions_and_friends_of_the_guest_are_the_members(season: Season) -> None:
    table = season()
    guest, member = table.fan(), a_member()
    own = entered(table.services, member, None).fan_id
    with table.services.reading() as sql:
        public = sql.execute(select(Fan.public).where(Fan.id == guest)).scalar_one()
    friend, _ = new_fan(table.services)
    assert isinstance(join(table.services, table.code, friend, "友人", None, public), Joined)
    with table.services.sql.begin() as sql:
        now = table.services.now().at
        made = insert(Question).values(campaign_id=table.campaign_id, author_fan_id=guest, created_at=now)
        question = sql.execute(made.returning(Question.id)).scalar_one()
    entered(table.services, member, guest)
    with table.services.reading() as sql:
        assert sql.scalar(select(Question.author_fan_id).where(Question.id == question)) == own
        assert sql.scalar(select(Participation.inviter_id).where(Participation.fan_id == friend)) == own


def test_a_ban_follows_the_person(season: Season) -> None:
    table = season()
    guest, member = table.fan(), a_member()
    own = entered(table.services, member, table.fan()).fan_id
    with table.services.sql.begin() as sql:
        banned = text("UPDATE participation SET banned_at = now() WHERE fan_id = :fan")
        sql.execute(banned, {"fan": guest})
    entered(table.services, member, guest)
    with table.services.reading() as sql:
        assert sql.scalar(select(Participation.banned_at).where(Participation.fan_id == own)) is not None


def test_a_play_that_is_open_in_another_tab_goes_on_and_counts_for_the_member(season: Season) -> None:
    table = season()
    guest, member = table.fan(), a_member()
    own = entered(table.services, member, None).fan_id
    playing = table.playing(guest)
    table.ask(playing)
    entered(table.services, member, guest)
    table.reply(playing)  # by the connection that the guest opened
    assert table.begin(guest).playing is not None
    known = table.begin(own).playing
    assert known is not None and known.play_id == playing.play_id
    table.ask(replace(known, fan_id=own))
    table.reply(replace(known, fan_id=own))
    told = table.do(replace(known, fan_id=own), StepKind.STOP)
    assert told.outcome is PlayOutcome.DONE
    with table.services.reading() as sql:
        whose = sql.scalar(select(PlayResult.fan_id).where(PlayResult.play_id == playing.play_id))
    assert whose == own


def test_of_two_open_plays_the_members_goes_on_and_the_guests_was_left(season: Season) -> None:
    table = season()
    guest, member = table.fan(), a_member()
    own = entered(table.services, member, table.fan()).fan_id
    mine, theirs = table.playing(own), table.playing(guest)
    entered(table.services, member, guest)
    known = table.begin(own)
    assert known.playing is not None and known.playing.play_id == mine.play_id
    table.do(theirs, StepKind.STOP)
    with table.services.reading() as sql:
        assert sql.scalar(select(func.count()).where(PlayResult.play_id == theirs.play_id)) == 0


def test_one_account_takes_in_a_persons_devices_and_no_farm(services: Services) -> None:
    member = a_member()
    own = entered(services, member, None).fan_id
    moved = [entered(services, member, new_fan(services)[0]).moved for _ in range(MOST_GUESTS + 2)]
    assert moved == [True] * MOST_GUESTS + [False] * 2
    with services.reading() as sql:
        tokens = sql.scalar(select(func.count()).where(FanToken.fan_id == own))
    assert tokens is not None and tokens <= MOST_TOKENS
