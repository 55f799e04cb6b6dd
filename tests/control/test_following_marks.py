"""A buzzer in the hall, and its cohort behind it: what is said of each who pressed, in the order it was said."""

from __future__ import annotations

from campaigns.control.buzzing import mark
from campaigns.control.pauses import pause
from tests.control.streams import DELAY_S, catch_up, stream_of
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import buzzer, single


def _says(hall: Show, fan: int, *, right: bool) -> None:
    round_id = hall.run().round_id
    assert mark(hall.services, hall.run_id, round_id, hall.public(fan), ACTOR, right=right) == "moved"


def _pressed(hall: Show) -> tuple[int, int]:
    first, second = hall.fans("小明", "小华")
    hall.ask()
    for fan, ms in ((first, 250), (second, 310)):
        hall.say(fan, after_ms=ms)
    return first, second


def _let_pass(stream: Show, seconds: float) -> None:
    for _ in range(10):
        go(stream.clock, seconds / 10)
        catch_up(stream)


def test_a_wrong_mark_and_then_a_right_one_close_the_cohorts_round_the_delay_later(stage: Stage) -> None:
    hall = stage(buzzer(seconds=60), single())
    stream = stream_of(hall)
    first, second = _pressed(hall)
    go(hall.clock, 1)
    _says(hall, first, right=False)
    go(hall.clock, 1)
    _says(hall, second, right=True)
    _let_pass(stream, DELAY_S - 1)
    assert stream.round(1).state == "open", "the hall's first mark has come, and closes nothing"
    _let_pass(stream, 2)
    assert stream.round(1).state == "settled"


def test_a_pause_after_a_wrong_mark_reaches_the_cohort(stage: Stage) -> None:
    hall = stage(buzzer(seconds=60), single())
    stream = stream_of(hall)
    first, _ = _pressed(hall)
    go(hall.clock, 1)
    _says(hall, first, right=False)
    assert pause(hall.services, hall.run_id, ACTOR)
    _let_pass(stream, DELAY_S + 1)
    assert stream.run().state == "paused"


def test_after_a_wrong_mark_the_next_question_opens_in_the_cohort_while_the_hall_answers_it(stage: Stage) -> None:
    hall = stage(buzzer(seconds=60), single(seconds=20), single())
    stream = stream_of(hall)
    first, second = _pressed(hall)
    go(hall.clock, 1)
    _says(hall, first, right=False)
    _says(hall, second, right=True)
    hall.settle_all()
    assert hall.next() == "moved" and hall.next() == "moved"  # the reveal, the board
    hall.ask()
    _let_pass(stream, DELAY_S)
    assert stream.round(2).state == "open", (stream.run().scene, stream.round(1).state)
