"""A cohort's run follows the hall's: everything as much later, its board its own, and nothing early."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from campaigns.control.cohorts import cohort_line, make_cohort
from campaigns.control.extending import extend
from campaigns.control.faces import hide_names
from campaigns.control.pauses import pause, resume
from campaigns.control.reopening import reopen
from campaigns.control.running_order import redo, reorder
from campaigns.db.models import Run
from campaigns.domain.prizes import Prize
from campaigns.domain.rush_rules import Rule
from campaigns.play.history import awards_of
from campaigns.settle.awards import award_badges
from campaigns.settle.due import keep_time
from campaigns.settle.rebuild import recompute
from tests.control.streams import DELAY_S, LEAD_S, MS, catch_up, opened, stream_of, told, wait_for_opening
from tests.show import ACTOR, go
from tests.show_fixtures import Stage
from tests.stage import QUICK, single, words


def test_a_round_opens_exactly_so_much_later_and_its_answers_count_from_there(stage: Stage) -> None:
    hall = stage(single(), single())
    stream = stream_of(hall)
    here, there = hall.fan("小明"), stream.fan("小红")
    n = hall.ask()
    assert stream.scene()["scene"] == "lobby" and stream.scene()["round"] is None
    assert hall.say(here, "b", after_ms=900).outcome == "recorded"
    assert wait_for_opening(stream) == ["asked", "opened"]
    assert stream.round(n).opens_ns == hall.round(n).opens_ns + 5000 * MS
    assert stream.round(n).closes_ns == hall.round(n).closes_ns + 5000 * MS
    assert stream.round(n).choice_order == hall.round(n).choice_order  # what is flame on the picture is flame here
    ack = stream.say(there, "b", after_ms=900)
    assert (ack.outcome, ack.elapsed_ms) == ("recorded", 900)
    assert stream.answers(n)[there].opened_ns == stream.round(n).opens_ns


def test_what_the_hall_has_closed_judged_and_revealed_is_open_in_the_cohort_until_its_own_close(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    here, there = hall.fan("小明"), stream.fan("小红")
    hall.ask()
    hall.say(here, "b", after_ms=700)
    hall.close(after_s=2)
    assert hall.settle(1) and hall.next() and hall.scene()["scene"] == "reveal"
    assert hall.scores(1) == {here: 1000 - round(1000 * 0.7 / 40)} or hall.scores(1)[here] > 0
    go(hall.clock, DELAY_S - 2.2 - LEAD_S)
    assert catch_up(stream) == ["asked", "opened"]
    go(hall.clock, LEAD_S)
    scene = told(stream)
    assert scene["scene"] == "open" and scene["reveal"] is None and scene["board"] is None
    assert stream.say(there, "a", after_ms=1900).outcome == "recorded"
    go(hall.clock, 1.9)
    assert catch_up(stream) == []
    go(hall.clock, 0.1)
    assert catch_up(stream) == ["closed", "settling_begun", "settled"]
    assert told(stream)["reveal"] is None
    go(hall.clock, 0.2)
    assert catch_up(stream) == ["revealed"]
    assert told(stream)["reveal"]["places"] == [stream.place(1, "b")]


def test_boards_places_and_recomputation_are_apart(stage: Stage) -> None:
    hall = stage(single(), single())
    stream = stream_of(hall)
    here, there, silent = hall.fan("小明"), stream.fan("小红"), stream.fan("小华")
    for _ in range(2):
        n = opened(hall, stream)
        hall.say(here, "a", after_ms=900)
        stream.say(there, "b", after_ms=400)
        hall.close(after_s=6)
        hall.settle_all()
        hall.next(), hall.next()
        go(hall.clock, DELAY_S)
        assert catch_up(stream)[-2:] == ["revealed", "board_shown"]
    assert hall.totals() == {here: (0, 1)}
    assert {fan: rank for fan, (_, rank) in stream.totals().items()} == {there: 1, silent: 2}
    board = told(stream)["board"]
    assert board["of"] == 2 and [row["fan"] for row in board["top"]] == [stream.public(there), stream.public(silent)]
    assert told(hall)["board"]["of"] == 1 and n == 2
    for show in (hall, stream):
        again = recompute(show.services, show.run_id)
        assert again.differences == [] and again.rounds == 2
    assert told(stream)["run"]["stream"] == {"name": "B 站", "delay_ms": 5000} and told(hall)["run"]["stream"] is None


def test_an_early_close_because_all_have_answered_leaves_the_cohort_as_much_time_as_the_hall_had(stage: Stage) -> None:
    hall = stage(single(seconds=20))
    stream = stream_of(hall)
    opened(hall, stream)
    hall.close(after_s=3)  # 8 s after its opening: the hall had 8 s
    go(hall.clock, DELAY_S - 0.3)
    assert catch_up(stream) == [] and stream.scene()["scene"] == "open"
    go(hall.clock, 0.1)
    assert "closed" in catch_up(stream)
    assert stream.round(1).closes_ns - stream.round(1).opens_ns == hall.round(1).closes_ns - hall.round(1).opens_ns


def test_its_own_clock_closes_a_round_that_the_hall_let_run_out(stage: Stage) -> None:
    hall = stage(single(seconds=20))
    stream = stream_of(hall)
    opened(hall, stream)
    go(hall.clock, 15)
    assert keep_time(hall.services, hall.run_id)
    go(hall.clock, 4.999)
    assert catch_up(stream) == []
    go(hall.clock, 0.001)
    assert catch_up(stream)[0] == "closed"
    assert stream.round(1).closes_ns == hall.round(1).closes_ns + 5000 * MS


def test_reading_is_ended_by_the_hall_alone(stage: Stage) -> None:
    hall = stage(single("一" * 60), rules=replace(QUICK, reading_max_ms=6000))
    stream = stream_of(hall)
    assert hall.next() == "moved"
    go(hall.clock, 4.0)
    assert hall.next() == "moved"  # open now
    go(hall.clock, 1.0)
    assert catch_up(stream) == ["asked"]
    go(hall.clock, 3.999)
    assert catch_up(stream) == [] and stream.scene()["round"]["choices"] is None
    go(hall.clock, 0.001)
    assert catch_up(stream) == ["opened"]


def test_a_pause_and_ten_seconds_more_are_the_cohorts_too(stage: Stage) -> None:
    hall = stage(single(seconds=20))
    stream = stream_of(hall)
    there = stream.fan("小红")
    hall.ask()
    go(hall.clock, 2)
    assert pause(hall.services, hall.run_id, ACTOR)
    go(hall.clock, 3 - LEAD_S)
    catch_up(stream)
    go(hall.clock, LEAD_S)
    assert resume(hall.services, hall.run_id, ACTOR)
    row = hall.round(1)
    assert extend(hall.services, hall.run_id, row.id, 20, ACTOR)
    go(hall.clock, 2)
    assert catch_up(stream) == ["paused"]
    go(hall.clock, 3)
    assert catch_up(stream) == ["resumed", "extended"]
    own = stream.round(1)
    assert own.pauses == [each + 5000 * MS for each in hall.round(1).pauses]
    assert own.closes_ns == hall.round(1).closes_ns + 5000 * MS and own.seconds == 30
    go(hall.clock, 0.3)
    ack = stream.say(there, "b", after_ms=2000 + 3000 + 300 + 500)
    assert ack.outcome == "recorded" and ack.elapsed_ms == 2500


def test_a_sealed_key_a_correction_and_a_void_come_later_too(stage: Stage) -> None:
    hall = stage(single("一", sealed=True), single("二"), single("三"))
    stream = stream_of(hall)
    there = stream.fan("小红")
    opened(hall, stream)
    stream.say(there, "c", after_ms=500)
    hall.close(after_s=6)
    assert hall.enter_key(1, "c") == "moved"
    go(hall.clock, DELAY_S - 0.2)
    catch_up(stream)
    assert told(stream)["round"]["waiting"] == "key"
    go(hall.clock, 0.2)
    hall.settle_all()
    assert "key_entered" in catch_up(stream) and stream.scores(1)[there] > 0
    hall.next()
    assert hall.correct(1, "d") == "moved"
    hall.settle_all()
    go(hall.clock, DELAY_S)
    catch_up(stream)
    assert stream.scores(1)[there] == 0 and told(stream)["reveal"]["changed"]["kind"] == "corrected"
    assert hall.void(1) == "moved" and hall.void(3) == "moved"
    hall.settle_all()
    go(hall.clock, DELAY_S)
    catch_up(stream)
    assert stream.round(1).state == "void" and told(stream)["reveal"]["changed"]["kind"] == "voided"
    assert stream.round(3).state == "scheduled"
    assert recompute(stream.services, stream.run_id).differences == []


def test_questions_that_were_moved_skipped_or_asked_again_are_the_same_ones_in_the_cohort(stage: Stage) -> None:
    hall = stage(single("一"), single("二"), single("三"))
    stream = stream_of(hall)
    opened(hall, stream)
    coming = [hall.round(2).id, hall.round(3).id]
    assert reorder(hall.services, hall.run_id, coming, [coming[1]], ACTOR) == "moved"
    assert redo(hall.services, hall.run_id, hall.round(1).id, ACTOR, "a slip") == "moved"
    hall.settle_all()
    for n in (2, 3):
        go(hall.clock, DELAY_S)
        catch_up(stream)
        hall.next()
        assert opened(hall, stream) == n
        assert told(stream)["round"]["text"] == told(hall)["round"]["text"] == words("一" if n == 2 else "三")
        assert told(stream)["round"]["of"] == 3
        hall.close(after_s=6)
        hall.settle_all()
        hall.next()


def test_the_end_brings_points_and_badges_of_ones_own_but_no_honours_among_others(stage: Stage) -> None:
    hall = stage(single("一"), single("二"), single("三"))
    with hall.services.sql.begin() as sql:
        listed = [Prize(words("手机"), 1, 1, 1).to_dict()]
        sql.execute(update(Run).where(Run.id == hall.run_id).values(prizes=listed))
    stream = stream_of(hall)
    line = cohort_line(hall.services, make_cohort(hall.services, hall.run_id, "抖音", 9000, ACTOR, prizes=True) or 0)
    assert line is not None and line.prizes == 1
    there = stream.fan("小红")
    for _ in range(3):
        opened(hall, stream)
        stream.say(there, "b", after_ms=500)
        hall.close(after_s=6)
        hall.settle_all()
        hall.next()
        go(hall.clock, DELAY_S)
        catch_up(stream)
        hall.next()
    while hall.run().state != "ended":
        hall.next()
    go(hall.clock, DELAY_S)
    assert catch_up(stream)[-1] == "ended"
    assert award_badges(stream.services, stream.run_id)
    won = awards_of(stream.services, stream.run_id, there)
    assert won is not None and won.points > 0 and {badge.code for badge in won.badges} == {"took_part", "perfect"}
    assert won.prizes == () and stream.run().prizes == []
    assert reopen(hall.services, hall.run_id, ACTOR)
    go(hall.clock, DELAY_S)
    assert "reopened" in catch_up(stream) and stream.run().state == "podium"


def test_hidden_names_are_hidden_later(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    hide_names(hall.services, hall.run_id, ACTOR, hidden=True)
    assert not told(stream)["run"]["nameless"]
    go(hall.clock, DELAY_S)
    assert catch_up(stream) == ["names_hidden"] and told(stream)["run"]["nameless"]


def test_after_a_time_without_any_process_everybody_still_gets_the_whole_time(stage: Stage) -> None:
    """The hall went on, nobody looked after the cohort for twelve seconds: what is due comes in turn, the round in full."""
    hall = stage(single(seconds=10), single())
    stream = stream_of(hall)
    hall.ask()
    hall.close(after_s=8)
    hall.settle_all()
    hall.next()
    go(hall.clock, DELAY_S + 4)
    assert catch_up(stream) == ["asked", "opened"]
    own = stream.round(1)
    assert own.opens_ns == hall.clock.ns + QUICK.lead_ms * MS
    go(hall.clock, QUICK.lead_ms / 1000 + 7.9)
    assert catch_up(stream) == []
    go(hall.clock, 0.1)
    assert catch_up(stream)[0] == "closed"


def test_survivors_of_the_cohort_share_a_pot_of_their_own(stage: Stage) -> None:
    rules = replace(QUICK, rule=Rule.SURVIVAL, lives=0)
    hall = stage(single("一"), single("二"), rules=rules)
    stream = stream_of(hall)
    here, there = hall.fan("小明"), stream.fan("小红")
    for said in ("b", "a"):
        opened(hall, stream)
        hall.say(here, "b", after_ms=900)
        stream.say(there, said, after_ms=400)
        hall.close(after_s=6)
        hall.settle_all()
        hall.next(), hall.next()
        go(hall.clock, DELAY_S)
        catch_up(stream)
    assert hall.totals()[here] == stream.totals()[there] == (rules.pot, 1)  # the last to fall: alone
    assert recompute(stream.services, stream.run_id).differences == []
