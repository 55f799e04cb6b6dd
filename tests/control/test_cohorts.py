"""Cohorts: who makes them and when, who sits in which, and who does not see their runs."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from campaigns.control.cohorts import cohorts_of, make_cohort, set_delay, take_back
from campaigns.control.conduct import cancel
from campaigns.control.runs import runs_of
from campaigns.db.cohorts import Cohort
from campaigns.db.identities import FanAlias
from campaigns.db.models import Run
from campaigns.domain.cohort import MOST
from campaigns.domain.errors import BadInput
from campaigns.identity.fans import new_fan
from campaigns.play.afterwards import afterwards, has_afterwards, waits_for_a_stream
from campaigns.play.cards import card_of, card_token
from campaigns.play.history import own_page
from campaigns.play.join import Joined, JoinRefusal, join
from campaigns.play.live import load_live, newest_run
from campaigns.settle.due import runs_in_time
from tests.control.streams import DELAY_S, catch_up, opened, stream_of
from tests.show import ACTOR, go
from tests.show_fixtures import Stage
from tests.stage import single


def test_one_fan_has_one_seat_in_the_hall_and_its_cohorts(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    other = make_cohort(hall.services, hall.run_id, "抖音", 9000, ACTOR)
    assert other is not None
    fan = hall.fan("小明")
    code = stream.run().code
    assert join(hall.services, code, fan, "小明") is JoinRefusal.SEATED
    there = stream.fan("小红")
    assert join(hall.services, hall.run().code, there, "小红") is JoinRefusal.SEATED
    assert isinstance(join(hall.services, code, there, "小红"), Joined)
    assert take_back(hall.services, stream.run_id, ACTOR)
    assert join(hall.services, hall.run().code, there, "小红") == Joined(hall.run_id, "小红")


def test_a_guest_who_became_a_member_keeps_the_seat_in_the_cohort(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    guest, (member, _) = stream.fan("小红"), new_fan(hall.services)
    with hall.services.sql.begin() as sql:
        sql.execute(insert(FanAlias).values(from_id=guest, to_id=member, at=hall.clock.at))
    assert join(hall.services, hall.run().code, member, "小红") is JoinRefusal.SEATED


def test_of_two_cohorts_the_earlier_one_tells_nothing_while_the_other_plays(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    later = make_cohort(hall.services, hall.run_id, "慢", 60_000, ACTOR)
    assert later is not None
    opened(hall, stream)
    hall.close(after_s=6)
    hall.settle_all()
    hall.next()
    hall.to_the_end()
    go(hall.clock, DELAY_S)
    catch_up(stream)
    code = stream.run().code
    assert stream.run().state == "ended" and afterwards(hall.services, code, None) is None
    assert waits_for_a_stream(hall.services, code.lower())
    with hall.services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == later).values(state="ended"))
    assert afterwards(hall.services, code, None) is not None and not waits_for_a_stream(hall.services, code)


def test_cohorts_are_made_before_the_first_question_and_a_few_at_most(stage: Stage) -> None:
    hall = stage(single())
    first = stream_of(hall)
    with pytest.raises(BadInput):
        make_cohort(hall.services, hall.run_id, "B 站", 1, ACTOR)
    for n in range(MOST - 1):
        assert make_cohort(hall.services, hall.run_id, f"频道 {n}", n, ACTOR) is not None
    with pytest.raises(BadInput):
        make_cohort(hall.services, hall.run_id, "一个太多", 1, ACTOR)
    assert set_delay(hall.services, first.run_id, 7000, ACTOR, 180)
    shown = {line.name: (line.delay_ms, line.uncertain_ms) for line in cohorts_of(hall.services, hall.run_id)}
    assert shown["B 站"] == (7000, 180) and shown["频道 0"] == (0, None)
    hall.ask()
    assert make_cohort(hall.services, hall.run_id, "太晚", 1, ACTOR) is None
    assert not set_delay(hall.services, first.run_id, 1, ACTOR) and not take_back(hall.services, first.run_id, ACTOR)


def test_screens_lists_and_prizes_of_the_hall_do_not_see_the_cohorts_runs(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    assert newest_run(hall.services, hall.run().campaign_id) == hall.run_id
    assert [run.id for run in runs_of(hall.services, hall.run().activity_id)] == [hall.run_id]
    assert stream.run().prizes == []


def test_the_sweeper_looks_after_a_cohort_as_long_as_the_hall_is_ahead(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    assert stream.run_id not in runs_in_time(hall.services)
    hall.ask()
    assert stream.run_id in runs_in_time(hall.services)
    live = load_live(hall.services, stream.run_id)
    assert live.follows == hall.run_id and live.due_ns is not None and live.due_ns > hall.clock.ns
    go(hall.clock, DELAY_S)
    catch_up(stream)
    followed = stream.row(select(Cohort.followed).where(Cohort.run_id == stream.run_id)).followed
    assert followed == hall.run().seq
    assert stream.run_id in runs_in_time(hall.services)  # by its own clock


def test_a_cohort_that_ends_cancelled_with_the_hall_has_no_round_left_open(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    opened(hall, stream)
    cancel(hall.services, hall.run_id, ACTOR)
    go(hall.clock, DELAY_S)
    assert catch_up(stream) == ["cancelled"] and stream.round(1).state == "void"
    assert stream.run_id not in runs_in_time(hall.services)


def test_what_is_public_after_the_halls_end_comes_later_too_and_says_whose_board_it_is(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    there, code = stream.fan("小红"), hall.run().code
    opened(hall, stream)
    stream.say(there, "b", after_ms=700)
    hall.close(after_s=6)
    hall.settle_all()
    hall.next()
    hall.to_the_end()
    assert afterwards(hall.services, code, None) is None and afterwards(hall.services, code, there) is None
    assert not has_afterwards(hall.services, hall.run_id)
    go(hall.clock, DELAY_S)
    catch_up(stream)
    after = afterwards(hall.services, stream.run().code, there)
    assert after is not None and after.stream == "B 站" and afterwards(hall.services, code, None) is not None
    card = card_of(hall.services, card_token(hall.services.secret, stream.run_id, there))
    assert card is not None and card.stream == "B 站" and card.next_code is None
    assert [run.stream for run in own_page(hall.services, there).runs] == ["B 站"]
