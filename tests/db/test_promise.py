"""A promise between threads: who waits is woken, who comes late is told at once, who waits in vain may ask again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from campaigns.db.promise import Promise

PATIENCE_S = 60.0


def test_everybody_who_waits_is_told_the_same() -> None:
    promise: Promise[int] = Promise()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(promise.result, PATIENCE_S) for _ in range(8)]
        promise.set_result(7)
        assert [one.result(PATIENCE_S) for one in waiting] == [7] * 8


def test_none_is_lost_between_looking_and_waiting() -> None:
    with ThreadPoolExecutor(2) as pool:
        for n in range(500):
            promise: Promise[int] = Promise()
            told = pool.submit(promise.result, PATIENCE_S)
            pool.submit(promise.set_result, n)
            assert told.result(PATIENCE_S) == n


def test_it_may_still_come_after_the_time_is_over() -> None:
    promise: Promise[str] = Promise()
    with pytest.raises(TimeoutError):
        promise.result(0.01)
    assert not promise.done()
    promise.set_result("late")
    assert promise.done() and promise.result(0) == promise.result() == "late"


def test_an_error_is_raised_where_it_is_waited_for() -> None:
    promise: Promise[int] = Promise()
    promise.set_exception(ValueError("refused"))
    with pytest.raises(ValueError, match="refused"):
        promise.result(PATIENCE_S)


def test_what_many_wait_for_is_raised_for_each_as_it_was_set() -> None:
    """Each raise adds to the trace of an error: written into a log for five hundred, that was a minute."""
    try:
        raise ValueError("of the one read for all")
    except ValueError as error:
        promises: list[Promise[int]] = [Promise() for _ in range(50)]
        for promise in promises:
            promise.set_exception(error)
    lengths = set()
    for promise in promises:
        with pytest.raises(ValueError, match="for all") as raised:
            promise.result(PATIENCE_S)
        lengths.add(len(raised.traceback))
    assert len(lengths) == 1 and raised.traceback[-1].name == "test_what_many_wait_for_is_raised_for_each_as_it_was_set"
