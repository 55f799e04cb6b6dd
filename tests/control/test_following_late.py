"""A cohort that nobody looked after for a while: what is due together is done in turn, and nobody's answer is lost by it."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns.bootstrap import Services
from campaigns.control.conduct import cancel
from campaigns.control.extending import extend
from campaigns.control.pauses import pause, resume
from campaigns.settle.due import keep_time
from tests.conftest import FakeTime
from tests.control.streams import DELAY_S, LEAD_S, MS, catch_up, opened, stream_of
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import single


def test_a_close_that_is_due_with_the_resumption_waits_for_it_and_is_as_much_later(stage: Stage) -> None:
    hall = stage(single(seconds=20), single(seconds=20), single())
    stream = stream_of(hall, 30.0)
    fan = stream.fan("小红")
    hall.ask()
    go(hall.clock, 2)
    assert pause(hall.services, hall.run_id, ACTOR)
    go(hall.clock, 28 - LEAD_S)
    catch_up(stream)
    go(hall.clock, LEAD_S + 1)
    catch_up(stream)
    assert stream.say(fan, "b", after_ms=900).outcome == "recorded"
    go(hall.clock, 1)
    assert catch_up(stream) == ["paused"] and resume(hall.services, hall.run_id, ACTOR)
    go(hall.clock, LEAD_S)
    hall.close(after_s=3)
    hall.settle_all()
    hall.next()
    go(hall.clock, 4)
    hall.next()
    go(hall.clock, 3)
    hall.next()
    go(hall.clock, 45)
    assert catch_up(stream) == ["resumed"]
    go(hall.clock, LEAD_S + 2.9)
    assert catch_up(stream) == [] and stream.round(1).state == "open"
    go(hall.clock, 0.3)
    assert catch_up(stream)[:3] == ["closed", "settling_begun", "settled"]
    go(hall.clock, 10)
    catch_up(stream)
    assert (stream.round(1).state, stream.run().round_id) == ("revealed", stream.round(2).id) and stream.scores(1)[fan]


def test_a_sealed_key_and_its_reveal_wait_for_a_round_that_goes_on_late(stage: Stage) -> None:
    hall = stage(single(seconds=20, sealed=True), single())
    stream = stream_of(hall)
    there = stream.fan("小红")
    opened(hall, stream)
    assert stream.say(there, "b", after_ms=900).outcome == "recorded"
    go(hall.clock, 2)
    assert pause(hall.services, hall.run_id, ACTOR)
    go(hall.clock, DELAY_S)
    catch_up(stream)
    assert resume(hall.services, hall.run_id, ACTOR)
    go(hall.clock, LEAD_S + 0.5)
    hall.next()
    go(hall.clock, 0.2)
    assert hall.enter_key(1, "b") == "moved"
    hall.settle_all()
    hall.next()
    go(hall.clock, DELAY_S + 1)
    catch_up(stream)
    for _ in range(3):
        go(hall.clock, 1)
        catch_up(stream)
    assert stream.round(1).state == "revealed" and stream.scores(1)[there] > 0


@pytest.mark.parametrize("end", ["void", "cancel"])
def test_a_void_or_a_cancellation_passes_a_reveal_that_waits_for_its_judgement(stage: Stage, end: str) -> None:
    hall = stage(single(), single())
    stream = stream_of(hall)
    opened(hall, stream)
    hall.close(after_s=6)
    assert hall.settle(1) and hall.next() == "moved"
    go(hall.clock, DELAY_S)
    while keep_time(stream.services, stream.run_id):
        pass
    assert stream.round(1).state == "closed" and stream.scene()["scene"] == "closed"  # no worker has judged it
    done = hall.void(1) if end == "void" else cancel(hall.services, hall.run_id, ACTOR)
    assert done == "moved"
    go(hall.clock, DELAY_S)
    while keep_time(stream.services, stream.run_id):
        pass
    assert stream.round(1).state == "void"
    assert stream.run().state == ("playing" if end == "void" else "cancelled")


def test_a_cohort_that_waits_takes_no_lock_until_it_can_go_on(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = stage(single(), single())
    stream = stream_of(hall)
    opened(hall, stream)
    hall.close(after_s=6)
    assert hall.settle(1) and hall.next() == "moved"
    go(hall.clock, DELAY_S)
    while keep_time(stream.services, stream.run_id):
        pass
    taken: list[int] = []
    whole = Services.transition

    def counted(services: Services, run_id: int, **more: Any) -> Any:
        taken.append(run_id)
        return whole(services, run_id, **more)

    monkeypatch.setattr(Services, "transition", counted)
    assert not keep_time(stream.services, stream.run_id) and taken == []
    stream.settle_all()
    taken.clear()
    assert keep_time(stream.services, stream.run_id) and taken == [stream.run_id]
    assert stream.round(1).state == "revealed"


def test_ten_seconds_more_in_the_last_moment_are_done_before_the_cohorts_clock_closes(stage: Stage) -> None:
    hall = stage(single(seconds=20))
    stream = stream_of(hall)
    opened(hall, stream)
    go(hall.clock, 20 - DELAY_S - 0.03)
    assert extend(hall.services, hall.run_id, hall.round(1).id, 20, ACTOR)
    go(hall.clock, DELAY_S + 0.04)  # the closing and the press before it, in one pulse
    assert catch_up(stream) == ["extended"]
    assert stream.round(1).closes_ns - stream.round(1).opens_ns == 30_000 * MS
    go(hall.clock, 10)
    assert catch_up(stream)[0] == "closed"


def test_a_pause_in_the_last_moment_is_done_before_the_cohorts_clock_closes(stage: Stage) -> None:
    hall = stage(single(seconds=20))
    stream = stream_of(hall)
    opened(hall, stream)
    go(hall.clock, 20 - DELAY_S - 0.03)
    assert pause(hall.services, hall.run_id, ACTOR)
    go(hall.clock, DELAY_S + 0.04)
    assert catch_up(stream) == ["paused"] and stream.round(1).state == "open"
    assert extend(hall.services, hall.run_id, hall.round(1).id, 20, ACTOR)
    assert resume(hall.services, hall.run_id, ACTOR)
    go(hall.clock, DELAY_S)
    assert catch_up(stream) == ["extended", "resumed"]
    go(hall.clock, LEAD_S + 9.9)
    assert catch_up(stream) == [] and stream.round(1).state == "open"
    go(hall.clock, 0.1)
    assert catch_up(stream)[0] == "closed"


def test_after_a_boot_of_the_host_an_early_close_leaves_the_cohort_as_much_time_as_the_hall_had(
    stage: Stage, fake_time: FakeTime
) -> None:
    hall = stage(single(seconds=20))
    stream = stream_of(hall)
    hall.ask()
    hall.close(after_s=8)
    hall.settle_all()
    go(hall.clock, DELAY_S + 4)
    fake_time.boot_id, fake_time.ns = "after-the-boot", 10**10
    assert catch_up(stream) == ["asked", "opened"]
    go(hall.clock, LEAD_S + 7.9)
    assert catch_up(stream) == [] and stream.round(1).state == "open"
    go(hall.clock, 0.4)
    assert catch_up(stream)[0] == "closed"
    assert stream.round(1).closes_ns - stream.round(1).opens_ns >= 8_000 * MS


@pytest.mark.parametrize("begun", ["asked", "passed_over"])
def test_what_begins_comes_in_its_time_after_a_round_that_opened_late(stage: Stage, begun: str) -> None:
    """Nobody looked after the cohort for four seconds; the hall takes its time before it goes on."""
    hall = stage(single("一"), single("二"), single("三"))
    stream = stream_of(hall)
    hall.ask()
    go(hall.clock, DELAY_S + 4)
    assert catch_up(stream) == ["asked", "opened"]
    hall.close(after_s=1)
    hall.settle_all()
    hall.next(), hall.next()
    go(hall.clock, 30)
    catch_up(stream)
    assert stream.scene()["scene"] == "board"
    if begun == "passed_over":
        assert hall.void(2) == "moved"
        hall.settle_all()
    go(hall.clock, 30)
    catch_up(stream)
    hall.next()
    go(hall.clock, DELAY_S - 0.001)
    assert catch_up(stream) == []
    go(hall.clock, 0.001)
    assert begun in catch_up(stream)


def paused_by_the_hall(stage: Stage) -> tuple[Show, Show, int]:
    """Hall, stream and a fan of the stream, a moment after the hall's clock stopped with eight seconds left."""
    hall = stage(single(seconds=20))
    stream = stream_of(hall)
    fan = stream.fan("小红")
    opened(hall, stream)
    go(hall.clock, 12 - DELAY_S)
    assert pause(hall.services, hall.run_id, ACTOR)
    return hall, stream, fan


def test_a_pause_heard_of_after_the_closing_leaves_the_rest_of_the_time(stage: Stage) -> None:
    """Eight seconds were left when the clock was to stop; nobody looked after the cohort for half a minute."""
    hall, stream, fan = paused_by_the_hall(stage)
    go(hall.clock, DELAY_S + 30)
    assert catch_up(stream) == ["paused"] and stream.round(1).state == "open"
    assert stream.round(1).pauses == [each + 5000 * MS for each in hall.round(1).pauses]
    assert resume(hall.services, hall.run_id, ACTOR)
    go(hall.clock, DELAY_S)
    assert catch_up(stream) == ["resumed"]
    go(hall.clock, LEAD_S + 7.5)
    since_ms = (hall.clock.ns - stream.round(1).opens_ns) // MS
    ack = stream.say(fan, "b", after_ms=since_ms)
    assert (ack.outcome, ack.elapsed_ms) == ("recorded", 19_500) and catch_up(stream) == []
    go(hall.clock, 0.5)
    assert catch_up(stream)[0] == "closed"


def test_a_pause_heard_of_late_stops_behind_the_answers_that_were_taken_meanwhile(stage: Stage) -> None:
    hall, stream, fan = paused_by_the_hall(stage)
    go(hall.clock, DELAY_S + 3)
    assert stream.say(fan, "b", after_ms=14_000).outcome == "recorded"
    assert catch_up(stream) == ["paused"]
    assert stream.round(1).pauses == [stream.answers(1)[fan].received_ns + 1]
