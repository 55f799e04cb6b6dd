"""Reads gathered: who asks meanwhile is in the next read, nobody gets another's answer, an error is for those it met."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from campaigns.db import gathering as gatherings
from campaigns.db.gathering import LONGEST_REST_S, TOGETHER, Gathering
from campaigns.domain.errors import Unavailable

PATIENCE_S = 60.0


class Slow:
    """A read that the test lets go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.under_way, self.go = threading.Event(), threading.Event()

    def __call__(self, keys: list[int]) -> list[int]:
        self.batches.append(keys)
        self.under_way.set()
        assert self.go.wait(PATIENCE_S)
        if -1 in keys:
            raise LookupError("one of them")
        return [key * 10 for key in keys]


def waits_for(gathering: Gathering[int, int], number: int) -> None:
    while gathering.waiting < number:
        threading.Event().wait(0.001)


def test_who_asks_while_a_read_is_under_way_is_read_with_all_the_others_and_gets_the_own_answer() -> None:
    slow = Slow()
    gathering = Gathering("test", slow)
    with ThreadPoolExecutor(20) as people:
        first = people.submit(gathering.ask, 0, PATIENCE_S)
        assert slow.under_way.wait(PATIENCE_S)
        others = [people.submit(gathering.ask, key, PATIENCE_S) for key in range(1, 20)]
        waits_for(gathering, 19)
        slow.go.set()
        assert [each.result() for each in (first, *others)] == [key * 10 for key in range(20)]
    assert [len(batch) for batch in slow.batches] == [1, 19]


def test_an_error_is_raised_by_those_of_its_read_and_the_next_read_goes_on() -> None:
    slow = Slow()
    gathering = Gathering("test", slow, pace_s=0)
    slow.go.set()
    with pytest.raises(LookupError):
        gathering.ask(-1, PATIENCE_S)
    assert gathering.ask(4, PATIENCE_S) == 40


def test_who_loses_patience_is_told_and_holds_nobody_up() -> None:
    slow = Slow()
    gathering = Gathering("test", slow)
    with pytest.raises(Unavailable):
        gathering.ask(1, 0.01)
    slow.go.set()
    assert gathering.ask(2, PATIENCE_S) == 20


def test_not_more_than_a_batch_is_read_together() -> None:
    slow = Slow()
    gathering = Gathering("test", slow)
    with ThreadPoolExecutor(TOGETHER + 10) as people:
        asked = [people.submit(gathering.ask, 0, PATIENCE_S)]
        assert slow.under_way.wait(PATIENCE_S)
        asked += [people.submit(gathering.ask, key, PATIENCE_S) for key in range(TOGETHER + 8)]
        waits_for(gathering, TOGETHER + 8)
        slow.go.set()
        assert sum(each.result() for each in asked) == sum(range(TOGETHER + 8)) * 10
    assert [len(batch) for batch in slow.batches] == [1, TOGETHER, 8]


def test_a_read_that_forgets_somebody_is_an_error_for_its_batch_and_the_next_read_goes_on() -> None:
    answers: list[list[int]] = [[], [7]]
    gathering: Gathering[int, int] = Gathering("test", lambda keys: answers.pop(0), pace_s=0)
    with pytest.raises(ValueError, match="zip"):
        gathering.ask(1, PATIENCE_S)
    assert gathering.ask(2, PATIENCE_S) == 7


class Clock:
    """In the place of `time`: goes when the test says so, and notes for how long somebody wanted to sleep."""

    def __init__(self) -> None:
        self.now_s, self.slept_s = 0.0, list[float]()

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)


@pytest.mark.parametrize(("took_s", "rest_s"), [(0.001, 0.014), (0.03, 0.12), (5.0, LONGEST_REST_S)])
def test_the_longer_a_read_takes_the_longer_others_gather_for_the_next(
    took_s: float, rest_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(gatherings, "time", clock)

    def read(keys: list[int]) -> list[int]:
        clock.now_s += took_s
        return keys

    gathering = Gathering("test", read)
    assert gathering.ask(1, PATIENCE_S) == 1
    while gathering._reading:
        threading.Event().wait(0.001)
    assert clock.slept_s == [pytest.approx(rest_s)]
