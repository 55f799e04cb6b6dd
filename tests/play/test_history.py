"""What a fan sees of the own doing: while it goes on nothing early, afterwards everything."""

from __future__ import annotations

from campaigns.control.runs import run_summary
from campaigns.play.history import awards_of, own_page
from campaigns.play.join import join
from campaigns.play.own import you
from campaigns.play.seat import Seat, seat_of
from campaigns.play.standing import own_standing
from campaigns.settle.awards import award_badges
from tests.show import Show
from tests.show_fixtures import Stage
from tests.stage import single


def seat(show: Show, fan: int) -> Seat:
    found = seat_of(show.services, run_summary(show.services, show.run_id).code, fan)
    assert isinstance(found, Seat)
    return found


def test_the_own_page_of_a_fan_who_has_only_just_come_is_empty(stage: Stage) -> None:
    show = stage()
    page = own_page(show.services, show.fan("小明"))
    assert (page.nickname, page.points, page.badges) == ("小明", 0, ())
    assert [(run.rank, run.score, run.state) for run in page.runs] == [(None, 0, "lobby")]


def test_awards_are_there_once_they_are_written_and_the_page_holds_them(stage: Stage) -> None:
    show = stage(single(), single())
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 1000), hua: ("c", 900)})
    show.next()
    show.play({ming: ("b", 3000), hua: ("b", 1000)})
    show.to_the_end()
    assert awards_of(show.services, show.run_id, ming) is None
    award_badges(show.services, show.run_id)
    won = awards_of(show.services, show.run_id, ming)
    assert won is not None
    assert (won.points, won.balance, won.rank, won.of, won.score) == (3800, 3800, 1, 2, 1900)
    assert [badge.code for badge in won.badges] == ["took_part", "first_blood", "fastest", "top3"]
    assert all(set(badge.name) == set(badge.why) == {"zh", "en"} for badge in won.badges)
    page = own_page(show.services, hua)
    assert (page.points, [(run.rank, run.of, run.score) for run in page.runs]) == (1950, [(2, 2, 975)])


def test_badges_and_points_of_two_runs_add_up(stage: Stage) -> None:
    show = stage(single())
    fan = show.fan("小明")
    show.play({fan: ("b", 1000)})
    show.to_the_end()
    award_badges(show.services, show.run_id)
    second = show.another()
    join(show.services, run_summary(show.services, second.run_id).code, fan, "小明")
    second.play({fan: ("b", 3000)})
    second.to_the_end()
    award_badges(show.services, second.run_id)
    page = own_page(show.services, fan)
    assert page.points == 1950 + 1850
    assert {badge.code: badge.count for badge in page.badges}["took_part"] == 2
    assert len(page.runs) == 2


def test_what_the_stage_has_not_told_no_snapshot_and_no_standing_tells(stage: Stage) -> None:
    show = stage(single(), single())
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 1000), hua: ("c", 900)})
    show.next()
    told = you(show.services, seat(show, ming))
    assert (told.score, told.streak) == (975, 1)
    show.ask()
    show.say(ming, "b", after_ms=2000)
    show.close()
    show.settle(2)
    before = you(show.services, seat(show, ming))
    assert (before.score, before.streak) == (975, 1) and before.answered is not None
    assert own_standing(show.services, seat(show, ming)) is None
    assert show.correct(2, "c") and you(show.services, seat(show, ming)).score == 975
    show.settle_all()
    assert you(show.services, seat(show, ming)).score == 975
    show.next()
    after = own_standing(show.services, seat(show, ming))
    assert after is not None and (after.right, after.gained, after.score, after.rank, after.of) == (False, 0, 975, 1, 2)
    silent = own_standing(show.services, seat(show, hua))
    assert silent is not None and (silent.right, silent.answered, silent.receipt) == (None, False, None)


def test_the_standing_explains_itself_to_the_millisecond(stage: Stage) -> None:
    show = stage()
    quick, slow = show.fans("快", "慢")
    show.ask()
    ack = show.say(slow, "b", after_ms=842, rtt_ms=92)
    show.say(quick, "b", after_ms=500)
    show.close()
    show.settle(1)
    show.next()
    told = own_standing(show.services, seat(show, slow))
    assert told is not None
    assert (told.raw_ms, told.network_ms, told.elapsed_ms, told.round_rank) == (842, 46, 796, 2)
    assert (told.receipt, told.flagged, told.rank, told.of) == (ack.receipt, False, 2, 2)


def test_a_snapshot_in_the_middle_of_a_question_holds_the_own_answer(stage: Stage) -> None:
    show = stage()
    fan = show.fan("小明")
    show.ask()
    assert you(show.services, seat(show, fan)).answered is None
    ack = show.say(fan, "c", after_ms=842, rtt_ms=92)
    mine = you(show.services, seat(show, fan)).answered
    assert mine is not None and (mine.places, mine.value) == ((show.place(1, "c"),), None)
    assert (mine.receipt, mine.elapsed_ms, mine.round) == (ack.receipt, 796, str(show.round(1).id))
