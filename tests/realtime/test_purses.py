"""A fan cannot multiply by tabs or by connecting again; who is quiet is forgotten."""

from __future__ import annotations

import pytest
from socketio.exceptions import ConnectionRefusedError as Refused

from campaigns.bootstrap import Services
from realtime.fans import TOO_OFTEN_MS
from realtime.purses import BURST, COMING, DEBT, LOOK_AT, PER_SECOND, Purses
from tests.realtime.test_doorstep import Doorstep


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_a_purse_is_emptied_by_a_burst_and_filled_again_by_waiting() -> None:
    clock = Clock()
    purses = Purses(clock)
    assert [purses.pays("fan", 1.0) for _ in range(int(BURST) + 2)] == [True] * int(BURST) + [False] * 2
    assert purses.pays("another", 1.0)
    clock.now_s += 1.0
    assert [purses.pays("fan", 1.0) for _ in range(int(PER_SECOND) + 1)] == [True] * int(PER_SECOND) + [False]


def test_who_connects_again_and_again_is_refused_and_let_in_later() -> None:
    clock = Clock()
    purses = Purses(clock)
    times = int(BURST / COMING)
    assert [purses.pays(7, COMING) for _ in range(times + 1)] == [True] * times + [False]
    clock.now_s += 1.01 * COMING / PER_SECOND
    assert purses.pays(7, COMING)


def test_who_was_cut_for_a_flood_comes_back_when_the_debt_is_paid_and_trying_makes_it_no_longer() -> None:
    clock = Clock()
    purses = Purses(clock)
    purses.indebt("fan")
    for _ in range(int(DEBT / PER_SECOND)):
        assert not purses.pays("fan", COMING)
        clock.now_s += 1.0
    clock.now_s += 1.01 * COMING / PER_SECOND
    assert purses.pays("fan", COMING)


def test_only_those_are_remembered_who_have_said_something_lately() -> None:
    clock = Clock()
    purses = Purses(clock)
    for fan in range(LOOK_AT):
        purses.pays(fan, 1.0)
    clock.now_s += 1.0
    purses.pays("now", 1.0)
    assert len(purses) == 1


def test_one_fans_tabs_pay_from_one_purse_and_are_told_to_wait_when_it_is_empty(services: Services) -> None:
    step = Doorstep(services)
    step.namespace.purses._now_s = Clock()
    tabs = [step.connect() for _ in range(int(BURST / COMING))]
    assert not step.namespace.admits(tabs[-1]) and step.namespace.admits("a stranger")
    waits = set()
    for _ in range(20):
        with pytest.raises(Refused) as refused:
            step.connect()
        told = refused.value.error_args
        assert told["message"] == "later" and TOO_OFTEN_MS[0] <= told["data"]["retry_in_ms"] <= TOO_OFTEN_MS[1]
        waits.add(told["data"]["retry_in_ms"])
    assert len(waits) > 1  # not all of them come again at one instant
