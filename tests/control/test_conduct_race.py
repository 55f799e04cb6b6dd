"""Two desks that press at once: one step, every time; and a careless desk with which that check goes red."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from campaigns.control.conduct import Moved, press_next, set_switches
from tests.show import ACTOR, Show
from tests.show_fixtures import Stage

PAIRS = 100
PATIENCE_S = 60.0
RESET = text("""
WITH fresh AS (UPDATE round SET state = 'scheduled' WHERE run_id = :run)
UPDATE run SET state = 'lobby', scene = 'lobby', round_id = NULL WHERE id = :run RETURNING seq
""")


def back_to_the_lobby(show: Show) -> int:
    """So that the same step can be raced for again; returns the seq both desks see."""
    with show.services.sql.begin() as sql:
        return int(sql.execute(RESET, {"run": show.run_id}).scalar_one())


def race(show: Show, pairs: int, press: Callable[[int, threading.Barrier], Moved]) -> list[tuple[list[Moved], int]]:
    """Two desks press in the same state, `pairs` times: their outcomes, and by how much seq went on."""
    barrier, inner = threading.Barrier(3), threading.Barrier(2)
    told, results = [back_to_the_lobby(show)], [Moved.NOTHING, Moved.NOTHING]

    def desk(place: int) -> None:
        for _ in range(pairs):
            barrier.wait(PATIENCE_S)
            results[place] = press(told[0], inner)
            barrier.wait(PATIENCE_S)

    desks = [threading.Thread(target=desk, args=(place,)) for place in range(2)]
    for thread in desks:
        thread.start()
    passed = []
    for _ in range(pairs):
        barrier.wait(PATIENCE_S)
        barrier.wait(PATIENCE_S)
        before, told[0] = told[0], back_to_the_lobby(show)
        passed.append((sorted(results), told[0] - before))
    for thread in desks:
        thread.join(PATIENCE_S)
    return passed


ONE_STEP = (sorted([Moved.MOVED, Moved.STALE]), 1)


@pytest.mark.race
def test_two_desks_that_press_at_once_move_one_step_a_hundred_times_over(stage: Stage) -> None:
    show = stage()
    passed = race(show, PAIRS, lambda seq, _: press_next(show.services, show.run_id, seq, ACTOR))
    assert passed == [ONE_STEP] * PAIRS


@pytest.mark.race
def test_that_race_goes_red_for_desks_that_look_before_they_lock(stage: Stage) -> None:
    show = stage()

    def careless(seq: int, between: threading.Barrier) -> Moved:
        looked = show.run().seq == seq
        between.wait(PATIENCE_S)
        if not looked:
            return Moved.STALE
        with show.services.transition(show.run_id) as change:
            change.record(show.run_id, "asked", ACTOR)
        return Moved.MOVED

    assert ONE_STEP not in race(show, 3, careless)


def test_next_right_after_a_switch_moves_one_step_though_the_desk_has_not_heard_of_the_switch(stage: Stage) -> None:
    show = stage()
    seen = show.run().seq
    set_switches(show.services, show.run_id, ACTOR, auto_reveal=True)
    set_switches(show.services, show.run_id, ACTOR, close_when_all=True)
    presses = [press_next(show.services, show.run_id, seen, ACTOR) for _ in range(2)]
    assert presses == [Moved.MOVED, Moved.STALE]
    assert press_next(show.services, show.run_id, show.run().seq + 1, ACTOR) is Moved.STALE  # a seq nobody has seen


@pytest.mark.race
def test_two_desks_of_which_one_has_heard_of_a_switch_move_one_step(stage: Stage) -> None:
    show = stage()
    for _ in range(20):
        seen = back_to_the_lobby(show)
        set_switches(show.services, show.run_id, ACTOR, auto_reveal=True)
        barrier, results = threading.Barrier(2), [Moved.NOTHING] * 2

        def desk(place: int, seq: int, at_once: threading.Barrier, told: list[Moved]) -> None:
            at_once.wait(PATIENCE_S)
            told[place] = press_next(show.services, show.run_id, seq, ACTOR)

        desks = [
            threading.Thread(target=desk, args=(place, seq, barrier, results))
            for place, seq in enumerate((seen, show.run().seq))
        ]
        for thread in desks:
            thread.start()
        for thread in desks:
            thread.join(PATIENCE_S)
        assert sorted(results) == sorted([Moved.MOVED, Moved.STALE])
