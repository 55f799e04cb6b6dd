"""Whoever has a connection waits inside; sent away is who would wait for too long, each for a span of its own."""

from __future__ import annotations

import time

import pytest

from campaigns.bootstrap import Services
from campaigns.domain.errors import Later
from campaigns.play.seat import Seat
from realtime.doors import sockets_within
from realtime.joins import AGAIN_MS, PATIENCE_S, WORTH_WAITING_S, JoinError, JoinLane, Queue

EVERYBODY = sockets_within(20_000)


def queue(waiting: int, *reads_s: float) -> Queue:
    """So many wait, since 100; the reads of now took so long, one after the other."""
    made, now_s = Queue(), 100.0
    for _ in range(waiting):
        made.come(now_s)
    for took_s in reads_s:
        now_s += took_s
        made.read(now_s)
    return made


def test_there_is_room_for_everybody_who_can_be_connected() -> None:
    assert EVERYBODY > 17_000
    assert not queue(EVERYBODY).full(100.0)
    assert not queue(EVERYBODY, *[1.0] * 10).full(110.0)


def test_who_would_wait_for_a_minute_is_sent_away() -> None:
    slow = [3.0] * 10
    assert not queue(9000, *slow).full(130.0)
    assert queue(10_500, *slow).full(130.0)
    assert WORTH_WAITING_S < PATIENCE_S  # nobody is let in to be sent away


def test_one_slow_read_says_little_and_one_that_does_not_end_says_it_all() -> None:
    assert not queue(9000, 5.0).full(105.0)
    hangs = queue(9000, 0.2, 0.2)
    assert not hangs.full(105.0) and hangs.full(107.5)


def test_a_few_are_never_too_many() -> None:
    assert not queue(50, *[30.0] * 10).full(400.0)


def test_a_new_queue_is_not_as_slow_as_an_older_one_was() -> None:
    made = queue(9000, *[8.0] * 10)
    assert made.full(180.0)
    made.waiting = 0
    for _ in range(9000):
        made.come(200.0)
    assert not made.full(200.1)


def test_a_full_lane_sends_away_each_for_a_span_of_its_own(services: Services) -> None:
    lane = JoinLane(services)
    lane._queue.come(time.monotonic() - 100.0)
    lane._queue.waiting = 10_000
    told = set()
    for _ in range(20):
        with pytest.raises(Later) as later:
            lane.seat("token", "K7M2QD")
        assert later.value.code == "later"
        told.add(later.value.retry_in_ms)
    assert len(told) > 10 and AGAIN_MS[0] <= min(told) <= max(told) <= AGAIN_MS[1]


def test_who_comes_is_counted_as_waiting_and_each_read_as_over(services: Services) -> None:
    lane = JoinLane(services)
    with pytest.raises(JoinError):
        lane.seat("token", "K7M2QD")
    assert lane._queue.waiting == 0 and lane._queue._took_s > 0


def test_who_was_let_in_waits_as_patiently_for_what_it_alone_sees(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane, asked = JoinLane(services), list[float]()
    monkeypatch.setattr(lane._yous, "ask", lambda seat, patience_s=0.0: asked.append(patience_s))
    lane.you(Seat(1, 1, 1, "k3f9", "小明", 1))
    assert asked == [PATIENCE_S]
