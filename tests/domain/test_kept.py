"""What is kept: made once for a state, anew for another, and not for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from campaigns.domain.kept import Kept

FOR_NS = 10


def kept(most: int = 2) -> Kept[str]:
    return Kept(most=most, for_ns=FOR_NS)


def test_one_state_is_made_once_and_another_anew() -> None:
    shelf, made = kept(), iter("ab")
    assert [shelf.get(1, 0, lambda: next(made)) for _ in range(2)] == ["a", "a"]
    assert shelf.get(2, 0, lambda: next(made)) == "b"
    assert shelf.get(1, 0, lambda: "x") == "a"


def test_what_is_old_is_made_anew() -> None:
    shelf = kept()
    assert shelf.get(1, 0, lambda: "a") == shelf.get(1, FOR_NS - 1, lambda: "b") == "a"
    assert shelf.get(1, FOR_NS, lambda: "b") == "b"


def test_only_the_newest_are_kept() -> None:
    shelf = kept(most=2)
    for key in (1, 2, 3):
        shelf.get(key, 0, lambda: "a")
    assert shelf.get(3, 0, lambda: "b") == "a" and shelf.get(1, 0, lambda: "b") == "b"


def test_of_what_could_not_be_made_nothing_is_kept() -> None:
    shelf = kept()
    with pytest.raises(LookupError):
        shelf.get(1, 0, _refuse)
    assert shelf.get(1, 0, lambda: "a") == "a"


def _refuse() -> str:
    raise LookupError


def test_who_comes_while_it_is_made_waits_for_it() -> None:
    shelf, begun, go_on = kept(), Event(), Event()

    def slowly() -> str:
        begun.set()
        assert go_on.wait(60)
        return "a"

    with ThreadPoolExecutor(2) as both:
        first = both.submit(shelf.get, 1, 0, slowly)
        assert begun.wait(60)
        second = both.submit(shelf.get, 1, 0, lambda: "b")
        go_on.set()
        assert first.result(60) == second.result(60) == "a"
