"""What a cohort has to wait for before it does what the hall did: told too early, it would be refused here, and lost."""

from __future__ import annotations

from sqlalchemy import update

from campaigns.control.pauses import pause, resume
from campaigns.db.models import Round
from campaigns.settle.due import keep_time
from tests.control.streams import DELAY_S, LEAD_S, catch_up, opened, stream_of
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import single


def _without_a_worker(stream: Show, seconds: float) -> None:
    go(stream.clock, seconds)
    while keep_time(stream.services, stream.run_id):
        pass


def test_a_correction_before_the_reveal_waits_for_the_cohorts_own_judgement(stage: Stage) -> None:
    hall = stage(single(), single())
    stream = stream_of(hall)
    there = stream.fan("小红")
    opened(hall, stream)
    assert stream.say(there, "c", after_ms=900).outcome == "recorded"
    hall.close(after_s=6)
    assert hall.settle(1) and hall.correct(1, "c") == "moved"
    _without_a_worker(stream, DELAY_S + 1)
    assert stream.round(1).state == "closed"
    stream.settle_all()
    assert stream.scores(1)[there] == 0
    assert "corrected" in catch_up(stream) and stream.scores(1)[there] > 0


def test_a_void_waits_for_the_worker_that_is_judging_the_cohorts_round(stage: Stage) -> None:
    hall = stage(single(), single())
    stream = stream_of(hall)
    opened(hall, stream)
    hall.close(after_s=6)
    hall.settle_all()
    go(hall.clock, 2)
    assert hall.void(1) == "moved"
    _without_a_worker(stream, DELAY_S - 1.5)
    with stream.services.sql.begin() as sql:
        sql.execute(update(Round).where(Round.id == stream.round(1).id).values(state="settling"))
    _without_a_worker(stream, 2)
    assert stream.round(1).state == "settling"
    stream.settle_all()
    assert "voided" in catch_up(stream) and stream.round(1).state == "void"


def test_what_follows_two_pauses_is_as_much_later_as_the_last_of_them_ended(stage: Stage) -> None:
    """Nobody looked after the cohort for three seconds when the second was to end: its round goes on that much later."""
    hall = stage(single(seconds=20), single())
    stream = stream_of(hall)
    opened(hall, stream)
    for late_s in (0.0, 3.0):
        assert pause(hall.services, hall.run_id, ACTOR)
        go(hall.clock, DELAY_S)
        assert catch_up(stream) == ["paused"] and resume(hall.services, hall.run_id, ACTOR)
        go(hall.clock, DELAY_S + late_s)
        assert catch_up(stream) == ["resumed"]
        go(hall.clock, LEAD_S + 1)
    slipped_s = (stream.round(1).pauses[-1] - hall.round(1).pauses[-1]) / 10**9 - DELAY_S
    assert slipped_s > 2
    hall.close(after_s=0)
    hall.settle_all()
    go(hall.clock, DELAY_S + slipped_s - 0.4)
    assert catch_up(stream) == [] and stream.round(1).state == "open"
    go(hall.clock, 0.4)
    assert catch_up(stream)[0] == "closed"
