"""Rehearsals by the use cases alone: one at a time, no traces of anybody, and what can be seen before one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from campaigns.bootstrap import Services
from campaigns.control import people
from campaigns.control.conduct import cancel
from campaigns.control.rehearsal_sight import seen_of_run, seen_of_rush
from campaigns.control.rehearsals import rehearsal, start_rehearsal, under_way
from campaigns.control.reopening import reopen
from campaigns.control.running_order import open_ended_run, to_come
from campaigns.control.screens import choose_wall
from campaigns.control.warm_ups import SOURCE, typed, warm_up_typed
from campaigns.db.models import Campaign, Media, Participation, Question, QuestionVersion, Run, RunFan
from campaigns.db.naming import DeviceMark
from campaigns.db.rehearsals import Rehearsal, RehearsalGuest
from campaigns.db.visits import RunVisit, Visits
from campaigns.domain.errors import BadInput
from campaigns.domain.rehearsal import Plan
from campaigns.domain.rehearsal_report import Breaks
from campaigns.identity.displays import new_display, pair
from campaigns.identity.fans import fan_of, new_fan
from campaigns.live.before import Showing, tell_screens
from campaigns.play.devices import remember_device
from campaigns.play.join import Joined, join
from campaigns.play.live import newest_run
from campaigns.settle.rehearsal.clearing import LOCK, clear_rehearsal, rehearsals_to_clear, rehearsals_to_play
from campaigns.settle.rehearsal.seats import cast_of, seat, token_of
from tests.conftest import FakeTime
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import rush, single

PLAN = Plan(fans=3)


@pytest.fixture
def show(stage: Stage) -> Show:
    """A real run of a rush, beside which it is rehearsed; whatever was rehearsed before is over and gone."""
    made = stage(single(), single("第二题"))
    with made.services.sql.begin() as sql:
        sql.execute(delete(Rehearsal))
    return made


def rehearsed(show: Show) -> Show:
    """A rehearsal of the same rush, its lobby open."""
    run_id = start_rehearsal(show.services, show.run().activity_id, PLAN, ACTOR)
    assert run_id is not None
    second = show.another()
    cancel(show.services, second.run_id, ACTOR)
    second.run_id = run_id
    return second


def come(show: Show, fan: int, name: str, channel: str | None = None, inviter: str | None = None) -> str:
    joined = join(show.services, show.run().code, fan, name, channel, inviter)
    assert isinstance(joined, Joined), joined
    return joined.nickname


def place(show: Show, fan: int) -> Any:
    own = (Participation.campaign_id == show.run().campaign_id, Participation.fan_id == fan)
    return show.row(select(Participation).where(*own))


def somebody(show: Show) -> int:
    return new_fan(show.services)[0]


def end(show: Show) -> None:
    assert cancel(show.services, show.run_id, ACTOR).value == "moved"


def test_one_rehearsal_at_a_time_in_the_whole_house(show: Show) -> None:
    first, other = rehearsed(show), rush(show.services, [single()])
    assert first.run().rehearsal and first.run().prizes == [] and first.run().scene == "lobby"
    assert start_rehearsal(show.services, other, PLAN, ACTOR) is None
    found = under_way(show.services)
    assert found is not None and (found.run_id, found.plan) == (first.run_id, PLAN)
    end(first)
    assert start_rehearsal(show.services, other, PLAN, ACTOR) is None, "its fans are still counting"
    with show.services.sql.begin() as sql:
        sql.execute(update(Rehearsal).where(Rehearsal.run_id == first.run_id).values(report={"findings": []}))
    assert under_way(show.services) is None
    assert start_rehearsal(show.services, other, PLAN, ACTOR) is not None
    assert rehearsal(show.services, first.run_id).cleared_at is not None, "the last one's people went at once"


def test_a_rush_without_questions_is_not_rehearsed(show: Show) -> None:
    with pytest.raises(BadInput):
        start_rehearsal(show.services, rush(show.services, []), PLAN, ACTOR)
    assert under_way(show.services) is None


def test_the_cast_takes_its_seats_once_and_is_known_by_its_cookies(show: Show) -> None:
    run = rehearsed(show)
    cast = cast_of(show.services, 3)
    assert cast_of(show.services, 2) == {n: cast[n] for n in (0, 1)}, "the same people every time"
    for _ in range(2):
        seat(show.services, run.run_id, run.run().campaign_id, range(3))
    seats = show.rows(select(RunFan.fan_id).where(RunFan.run_id == run.run_id))
    assert {row.fan_id for row in seats} == set(cast.values())
    first = fan_of(show.services, token_of(show.services.secret, 0))
    assert first is not None and first.id == cast[0]
    assert place(run, cast[0]).nickname.endswith(" · 0001")
    moved = replace(show.services, secret=b"another secret of the house")
    assert cast_of(moved, 3) == cast and fan_of(moved, token_of(moved.secret, 0)) == first


def test_who_is_new_is_new_again_after_a_rehearsal_and_who_was_there_is_untouched(show: Show) -> None:
    old, new = somebody(show), somebody(show)
    come(show, old, "小明", "poster")
    before = place(show, old)
    run = rehearsed(show)
    assert come(run, old, "别的名字", "elsewhere") == "小明", "nobody is renamed"
    assert come(run, new, "小华", "elsewhere", show.public(old)) == "小华"
    assert place(run, new).first_channel is None and place(run, new).inviter_id is None
    end(run)
    assert clear_rehearsal(show.services, run.run_id)
    assert place(show, old) == before and place(show, new) is None
    assert show.rows(select(RunFan).where(RunFan.run_id == run.run_id)) == []


def test_neither_devices_nor_visits_nor_typed_warm_ups_outlive_a_rehearsal(show: Show) -> None:
    run, visits = rehearsed(show), Visits()
    fan = somebody(show)
    come(run, fan, "小华")
    for each in (run, show):
        remember_device(each.services, each.run_id, fan, "10.0.0.7", "Firefox")
        visits.note(each.run_id, "phone", show.clock.at)
        for _ in range(2):  # before one question
            with each.services.transition(each.run_id) as change:
                coming = to_come(change, open_ended_run(change, each.run_id)).coming
            line = typed(f"{each.run_id}：热吗？", ["热", "不热"], 0)
            assert warm_up_typed(each.services, each.run_id, coming, line, ACTOR) == "moved"
    visits.write(show.services.sql)
    end(run)
    assert clear_rehearsal(show.services, run.run_id)
    for table in (DeviceMark, RunVisit):
        left = show.rows(select(table.run_id).where(table.run_id.in_((run.run_id, show.run_id))))
        assert [row.run_id for row in left] == [show.run_id], table
    drafts = select(QuestionVersion.body).join(Question, Question.id == QuestionVersion.question_id)
    left = show.rows(drafts.where(Question.campaign_id == show.run().campaign_id, Question.source == SOURCE))
    assert [row.body["text"]["zh"] for row in left] == [f"{show.run_id}：热吗？"] * 2


def test_who_comes_to_the_real_show_meanwhile_stays_and_comes_for_the_first_time_there(show: Show) -> None:
    old, new = somebody(show), somebody(show)
    come(show, old, "小明")
    run = rehearsed(show)
    come(run, new, "小华", "elsewhere")
    go(show.clock, 60)
    come(show, new, "小华", "poster", show.public(old))
    end(run)
    clear_rehearsal(show.services, run.run_id)
    came = place(show, new)
    assert (came.first_channel, came.last_channel, came.inviter_id) == ("poster", "poster", old)
    assert came.joined_at == show.clock.at


def test_who_was_banned_in_a_rehearsal_stays_banned(show: Show) -> None:
    run = rehearsed(show)
    fan = somebody(show)
    come(run, fan, "小刺头")
    people.ban(show.services, run.run_id, show.public(fan), ACTOR)
    end(run)
    clear_rehearsal(show.services, run.run_id)
    assert place(show, fan).banned_at is not None
    assert show.rows(select(RehearsalGuest).where(RehearsalGuest.fan_id == fan)) == []


def test_it_is_cleared_when_it_has_been_over_for_a_while_and_not_before(show: Show) -> None:
    run = rehearsed(show)
    assert not clear_rehearsal(show.services, run.run_id), "it is not over"
    choose_wall(show.services, run.run_id, ACTOR)
    end(run)
    assert run.run_id not in rehearsals_to_clear(show.services)
    go(show.clock, 91)
    assert run.run_id in rehearsals_to_clear(show.services)
    assert clear_rehearsal(show.services, run.run_id) and not clear_rehearsal(show.services, run.run_id)
    assert rehearsals_to_clear(show.services) == []
    wall = select(Campaign.wall_run_id).where(Campaign.id == run.run().campaign_id)
    assert show.row(wall).wall_run_id is None and run.scene()["scene"] == "cancelled", "its scene can still be told"


def test_a_rehearsal_has_the_screens_until_a_minute_after_its_end_and_is_never_reopened(show: Show) -> None:
    campaign = show.run().campaign_id
    assert newest_run(show.services, campaign) == show.run_id
    run = rehearsed(show)
    assert newest_run(show.services, campaign) == run.run_id
    fan = somebody(show)
    come(run, fan, "小明")
    run.play({fan: ("b", 900)})
    run.next()
    run.play({fan: ("b", 900)})
    run.to_the_end()
    assert newest_run(show.services, campaign) == run.run_id
    assert not reopen(show.services, run.run_id, ACTOR)
    go(show.clock, 61)
    assert newest_run(show.services, campaign) == show.run_id
    assert clear_rehearsal(show.services, run.run_id) and run.scene()["board"] is None


def test_a_rehearsal_that_nobody_plays_is_found_by_its_free_lock(show: Show) -> None:
    run = rehearsed(show)
    assert rehearsals_to_play(show.services) == [], "a process needs a moment to start"
    go(show.clock, 11)
    assert rehearsals_to_play(show.services) == [run.run_id]
    with show.services.sql.connect() as sql:
        sql.execute(text("SELECT pg_advisory_lock(:class, :run)"), {"class": LOCK, "run": run.run_id})
        assert rehearsals_to_play(show.services) == []
        sql.execute(text("SELECT pg_advisory_unlock(:class, :run)"), {"class": LOCK, "run": run.run_id})
    with show.services.sql.begin() as sql:
        sql.execute(update(Rehearsal).where(Rehearsal.run_id == run.run_id).values(report={}))
    assert rehearsals_to_play(show.services) == []


def test_what_breaks_is_seen_before_a_rehearsal_and_of_the_frozen_questions_in_it(
    show: Show, services: Services, fake_time: FakeTime
) -> None:
    campaign, activity = show.run().campaign_id, show.run().activity_id

    def seen(run_id: int | None = None) -> list[tuple[Breaks, int | None]]:
        found = (
            seen_of_rush(show.services, activity, campaign) if run_id is None else seen_of_run(show.services, run_id)
        )
        return [(each.code, each.n) for each in found]

    assert seen() == [(Breaks.NO_SCREEN, None)]
    _token, code = new_display(show.services)
    assert pair(show.services, code, campaign)
    assert seen() == [(Breaks.SCREEN_SILENT, None)]
    with show.services.sql.begin() as sql:
        values = {"campaign_id": campaign, "sha256": b"x" * 32, "content_type": "image/png", "data": b"no picture"}
        media = sql.execute(insert(Media).values(values).returning(Media.id)).scalar_one()
        newest = select(QuestionVersion.id).order_by(QuestionVersion.id.desc()).limit(1).scalar_subquery()
        sql.execute(update(QuestionVersion).where(QuestionVersion.id == newest).values(media_id=media))
        shown = sql.scalar(text("SELECT max(id) FROM display"))
    run = rehearsed(show)
    told = Showing(fake_time.at.timestamp(), run.run().code, "lobby")
    tell_screens(show.services.live, {shown: told})
    assert seen(run.run_id) == [(Breaks.PICTURE_BROKEN, 2)]
    tell_screens(show.services.live, {shown: replace(told, code="OTHER2")})
    assert seen(run.run_id)[-1] == (Breaks.SCREEN_ELSEWHERE, None)


def test_nothing_of_a_rehearsal_is_due_for_awards(show: Show) -> None:
    run = rehearsed(show)
    fan = somebody(show)
    come(run, fan, "小明")
    run.play({fan: ("b", 900)})
    run.next()
    run.play({fan: ("b", 900)})
    run.to_the_end()
    tables = ("ledger_entry", "award", "claim", "balance")
    assert [show.row(text(f"SELECT count(*) FROM {table} WHERE fan_id = {fan}")).count for table in tables] == [0] * 4
    assert show.row(select(Run.awarded_version).where(Run.id == run.run_id)).awarded_version == 0
