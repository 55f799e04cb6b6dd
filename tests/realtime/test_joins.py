"""Too many at the door: each is told a turn of its own, as fast as people get in; nobody is told to stay away for long."""

from __future__ import annotations

import pytest

from campaigns.bootstrap import Services
from campaigns.domain.errors import Later
from realtime.joins import LONG, LONGEST_S, SHORT, USUAL_PER_S, JoinLane, Queue


def busy(queue: Queue, per_s: int, seconds: int) -> None:
    for n in range(1, per_s * seconds + 1):
        queue.through(n / per_s)


def test_turns_follow_one_another_as_fast_as_people_get_in() -> None:
    queue = Queue(0.0)
    queue.waiting = 2000
    busy(queue, 1000, 1)
    turns = [queue.turn_ms(1.0) for _ in range(3000)]
    assert turns == sorted(turns) and turns[0] == pytest.approx(2000, abs=20)  # after those at the door
    assert turns[-1] - turns[0] == pytest.approx(3000, abs=20)


def test_a_queue_is_full_when_it_would_take_too_long_but_never_when_it_is_short() -> None:
    long = ((100, 1490, False), (100, 1500, True), (1000, LONG - 1, False), (1000, LONG, True))
    for per_s, waiting, full in (*long, (10, SHORT - 1, False), (10, SHORT, True)):
        queue = Queue(0.0)
        queue.waiting = waiting
        busy(queue, per_s, 2)
        assert queue.full is full, (per_s, waiting)


def test_the_few_of_a_quiet_hour_say_nothing_about_how_fast_it_goes() -> None:
    queue = Queue(0.0)
    for n in range(10):
        queue.through(n * 60.0)
    queue.waiting = 1000
    assert not queue.full and queue.turn_ms(600.0) == pytest.approx(1000 * 1000 / USUAL_PER_S, abs=5)


def test_nobody_is_sent_away_for_long_however_many_there_are() -> None:
    queue = Queue(0.0)
    queue.waiting = 2000
    turns = [queue.turn_ms(0.0) for _ in range(50_000)]
    assert max(turns) <= LONGEST_S * 1000 and len(set(turns[-1000:])) > 500  # and they do not come back as one


def test_turns_that_have_passed_are_not_queued_behind() -> None:
    queue = Queue(0.0)
    for _ in range(1000):
        queue.turn_ms(0.0)
    assert queue.turn_ms(60.0) < 10


def test_a_full_lane_sends_away_with_a_turn(services: Services) -> None:
    lane = JoinLane(services)
    lane._queue.waiting = 10_000
    with pytest.raises(Later) as later:
        lane.seat("token", "K7M2QD")
    assert later.value.code == "later" and 0 < later.value.retry_in_ms <= LONGEST_S * 1000
