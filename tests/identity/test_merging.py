"""A guest's plays become the member's, all of them: links between the two, channels, freezes, bans; and nothing is left."""

from __future__ import annotations

import random
from dataclasses import replace

from sqlalchemy import select

from campaigns.control.freezing import freeze, reveal
from campaigns.control.people import ban
from campaigns.control.seasons import make_season
from campaigns.control.voids import lift_void, void_play
from campaigns.db.models import Run, RunFan
from campaigns.db.plays import Play, PlayResult, PlayVoid
from campaigns.domain.duel import PLAYED_TWICE
from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.step import StepKind
from campaigns.play.quiz.begin import begin
from campaigns.play.quiz.boards import Measure, own_place
from campaigns.play.quiz.challenge import link_token
from campaigns.play.quiz.wall import Walls
from tests.identity.members import (
    a_member,
    came_by,
    entered,
    left_behind,
    played,
    proven,
    public,
    settled,
    stood,
    takes_up,
    total,
)
from tests.play.quiz.conftest import Season, Table, season

__all__ = ["season"]


def why_void(table: Table, play_id: int) -> str | None:
    with table.services.reading() as sql:
        return sql.scalar(select(PlayVoid.why).where(PlayVoid.play_id == play_id, PlayVoid.lifted.is_(None)))


def owner(table: Table, play_id: int) -> int | None:
    with table.services.reading() as sql:
        return sql.scalar(select(PlayResult.fan_id).where(PlayResult.play_id == play_id))


def test_a_link_between_guest_and_member_is_a_duel_with_oneself_whoever_of_the_two_had_sent_it(season: Season) -> None:
    for sent_by_guest in (True, False):
        table = season()
        member = a_member()
        own, guest = entered(table.services, member, table.fan()).fan_id, table.fan()
        sender, taker = (guest, own) if sent_by_guest else (own, guest)
        sent = played(table, sender)
        taken = takes_up(table, taker, sent, "r")
        settled(table)
        assert stood(table, "challenge") == [(public(table.services, taker), 0)]
        entered(table.services, member, guest)
        proven(table)
        me = public(table.services, own)
        assert (stood(table), stood(table, "challenge"), total(table, own)) == ([(me, 110)], [], (1, 110, 110))
        assert (owner(table, sent), owner(table, taken), left_behind(table.services, [guest])) == (own, own, [])
        assert (why_void(table, taken), why_void(table, sent)) == (PLAYED_TWICE, None)
        assert not lift_void(table.services, taken, "they were two", "operator:1")
        link = link_token(table.services.secret, taken)
        friend = begin(table.plays, table.run_id, table.fan(), table.services.now(), challenge=link)
        assert friend.outcome is PlayOutcome.NO_CHALLENGE


def test_of_two_who_took_up_the_same_link_and_become_one_only_the_first_play_counts(season: Season) -> None:
    table = season()
    member = a_member()
    own, guest = entered(table.services, member, table.fan()).fan_id, table.fan()
    sent = played(table, table.fan())
    first, second = takes_up(table, guest, sent, "r"), takes_up(table, own, sent)
    assert void_play(table.services, second, None, "too fast", "operator:1")
    assert lift_void(table.services, second, "was not", "operator:1")
    settled(table)
    entered(table.services, member, guest)
    proven(table)
    assert (why_void(table, first), why_void(table, second)) == (None, PLAYED_TWICE)
    assert stood(table, "challenge") == [(public(table.services, own), 0)], "with what the first came to"


def test_an_open_play_of_a_draw_that_the_other_has_played_is_left(season: Season) -> None:
    table = season()
    member = a_member()
    own, guest = entered(table.services, member, table.fan()).fan_id, table.fan()
    token = link_token(table.services.secret, played(table, guest))
    mine = begin(table.plays, table.run_id, own, table.services.now(), challenge=token).playing
    assert mine is not None
    table.ask(mine)
    theirs = table.playing(guest)
    entered(table.services, member, guest)
    table.reply(mine)  # what a page says that has not noticed yet
    table.do(mine, StepKind.STOP)
    assert owner(table, mine.play_id) is None
    known = table.begin(own).playing
    assert known is not None and known.play_id == theirs.play_id, "the guest's other play goes on"
    with table.services.reading() as sql:
        assert sorted(sql.scalars(select(Play.attempt).where(Play.fan_id == own))) == [1, 2, 3]


def test_boards_of_channels_have_what_came_and_went_with_a_guest(season: Season) -> None:
    table = season()
    member = a_member()
    while table.fan() % 2 == 0:  # the two below are then one chunk: of a small window only those who came are looked at
        pass
    own, guest = entered(table.services, member, came_by(table, "poster")).fan_id, came_by(table, "core")
    played(table, guest)
    settled(table)
    entered(table.services, member, guest)
    proven(table)
    assert (stood(table, "channel:core"), stood(table, "channel:poster")) == ([], [(public(table.services, own), 110)])
    played(table, own)
    proven(table)
    assert stood(table, "channel:poster") == [(public(table.services, own), 220)]


def test_a_frozen_board_has_the_members_name_where_the_guest_stood(season: Season) -> None:
    table = season()
    member = a_member()
    own, guest, third = entered(table.services, member, table.fan()).fan_id, table.fan(), table.fan()
    for fan in (guest, third, own):
        played(table, fan)
    settled(table)
    before = stood(table)
    freeze(table.services, table.run_id, table.time.at, "operator:1")
    settled(table)
    entered(table.services, member, guest)
    settled(table)
    me, other = public(table.services, own), public(table.services, third)
    assert before == [(public(table.services, guest), 110), (other, 110), (me, 110)]
    assert stood(table) == [(me, 110), (other, 110)]
    assert [(row.fan, row.score) for row in Walls(table.services).wall(table.run_id).top] == [(me, 110), (other, 110)]
    now = table.services.now()
    place = own_place(
        table.services,
        table.plays.seasons.season(table.run_id, now),
        table.seat(own),
        "season",
        Measure.TOTAL,
        now,
    )
    assert place is not None and (place.rank, place.score) == (1, 110)
    reveal(table.services, table.run_id, "operator:1")
    proven(table)
    assert stood(table) == [(me, 220), (other, 110)]


def another_season(table: Table) -> Table:
    with table.services.reading() as sql:
        quiz = sql.execute(select(Run.activity_id).where(Run.id == table.run_id)).scalar_one()
        run_id = make_season(table.services, quiz, actor="test")
        code = sql.execute(select(Run.code).where(Run.id == run_id)).scalar_one()
    return replace(table, run_id=run_id, code=code)


def test_a_ban_of_guest_or_member_takes_all_that_they_are_by_then_out_of_every_season(season: Season) -> None:
    for of_guest in (True, False):
        table = season()
        later = another_season(table)
        member = a_member()
        own, third = entered(table.services, member, table.fan()).fan_id, table.fan()
        played(table, own)
        played(table, third, "r")
        guest = later.fan()
        played(later, guest)
        settled(table)
        at, banned = (later, guest) if of_guest else (table, own)
        assert ban(table.services, at.run_id, public(table.services, banned), "operator:1") == banned
        settled(table)
        entered(table.services, member, guest)
        proven(table)
        proven(later)
        rest = [each for each in stood(table, "all") if each[0] != public(table.services, third)]
        assert rest == stood(later) == [] and len(stood(table)) <= 1
        assert total(table, own) == total(later, own) == (0, 0, 0)
        with table.services.reading() as sql:
            still = select(RunFan.run_id).where(RunFan.fan_id.in_([own, guest]), RunFan.kicked_at.is_(None))
            assert list(sql.scalars(still)) == []


def test_whatever_guests_and_members_have_played_of_each_other_nothing_is_left_with_a_guest(season: Season) -> None:
    for seed in range(3):
        chance, table = random.Random(seed), season()
        members = [a_member() for _ in range(2)]
        fans = [entered(table.services, each, came_by(table, "forum")).fan_id for each in members]
        guests = [came_by(table, "core"), table.fan(), table.fan()]
        sent: list[int] = []
        for _ in range(14):
            fan, move = chance.choice(fans + guests), chance.random()
            if move < 0.2:
                entered(table.services, chance.choice(members), chance.choice(guests))
            elif move < 0.3:
                settled(table)
            elif sent and move < 0.7:
                challenged(table, fan, chance.choice(sent), chance)
            elif table.begin(fan).playing is not None:
                sent.append(played(table, fan, chance.choice(("rrr", "rrw", "w"))))
        for guest in guests:
            entered(table.services, chance.choice(members), guest)
        proven(table)
        assert left_behind(table.services, guests) == []
        assert one_of_each_draw(table)


def challenged(table: Table, fan: int, sent: int, chance: random.Random) -> None:
    token = link_token(table.services.secret, sent)
    playing = begin(table.plays, table.run_id, fan, table.services.now(), challenge=token).playing
    if playing is not None and playing.progress.open is None:
        table.ask(playing)
        if chance.random() < 0.6:  # else it stays open
            table.reply(playing)
            table.do(playing, StepKind.STOP)


def one_of_each_draw(table: Table) -> bool:
    """Of a fan's plays of one draw no second counts."""
    void = select(PlayVoid.play_id).where(PlayVoid.lifted.is_(None))
    with table.services.reading() as sql:
        counted = select(Play.fan_id, Play.seed).join(PlayResult, PlayResult.play_id == Play.id)
        rows = sql.execute(counted.where(Play.run_id == table.run_id, Play.id.not_in(void))).all()
    return len(rows) == len(set(rows))
