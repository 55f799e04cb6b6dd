"""Walks over the run's table, and what the desk's one button does in every scene."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.round import RoundState
from campaigns.domain.run import TABLE, RoundNow, RunEvent, RunState, Scene, Step, next_step, sources, step

S, E = RunState, RunEvent
few = settings(max_examples=25, deadline=None)


def walk(*events: RunEvent) -> RunState:
    state = S.SCHEDULED
    for event in events:
        state = step(state, event) or state
    return state


def test_a_run_goes_from_scheduled_to_ended() -> None:
    assert walk(E.LOBBY_OPENED) is S.LOBBY
    assert walk(E.LOBBY_OPENED, E.STARTED) is S.PLAYING
    assert walk(E.LOBBY_OPENED, E.STARTED, E.PODIUM_REACHED) is S.PODIUM
    assert walk(E.LOBBY_OPENED, E.STARTED, E.PODIUM_REACHED, E.ENDED) is S.ENDED


def test_a_paused_run_goes_on_where_it_was() -> None:
    assert walk(E.LOBBY_OPENED, E.STARTED, E.PAUSED) is S.PAUSED
    assert walk(E.LOBBY_OPENED, E.STARTED, E.PAUSED, E.RESUMED) is S.PLAYING
    assert walk(E.LOBBY_OPENED, E.STARTED, E.PAUSED, E.PODIUM_REACHED) is S.PAUSED


@pytest.mark.parametrize("state", [S.SCHEDULED, S.LOBBY, S.PLAYING, S.PAUSED])
def test_a_run_is_cancelled_before_its_podium(state: RunState) -> None:
    assert step(state, E.CANCELLED) is S.CANCELLED


@pytest.mark.parametrize("state", [S.PODIUM, S.ENDED, S.CANCELLED])
def test_a_run_is_not_cancelled_once_it_is_decided(state: RunState) -> None:
    assert step(state, E.CANCELLED) is None


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    reached, frontier = {S.SCHEDULED}, [S.SCHEDULED]
    while frontier:
        new = set(TABLE[frontier.pop()].values()) - reached
        reached |= new
        frontier += new
    assert set(TABLE) == set(S) == reached


@few
@given(st.lists(st.sampled_from(E), max_size=30))
def test_an_illegal_step_returns_none_and_changes_nothing(events: list[RunEvent]) -> None:
    before = {state: dict(steps) for state, steps in TABLE.items()}
    state = S.SCHEDULED
    for event in events:
        reached = step(state, event)
        assert (reached is None) == (event not in TABLE[state])
        assert (state in sources(event)) == (reached is not None)
        state = reached or state
    assert before == TABLE


@few
@given(st.lists(st.sampled_from(E), max_size=30), st.lists(st.sampled_from(E), max_size=10))
def test_what_has_ended_stays_ended_unless_it_is_reopened(events: list[RunEvent], later: list[RunEvent]) -> None:
    state = walk(*events)
    if state in (S.ENDED, S.CANCELLED):
        assert walk(*events, *(event for event in later if event is not E.REOPENED)) is state


R = RoundState


@pytest.mark.parametrize(
    ("scene", "state", "last", "sealed", "wanted"),
    [
        (Scene.SCHEDULED, None, False, False, Step.OPEN_LOBBY),
        (Scene.LOBBY, None, False, False, Step.ASK),
        (Scene.READING, R.READING, False, False, Step.OPEN_NOW),
        (Scene.OPEN, R.OPEN, False, False, Step.CLOSE_NOW),
        (Scene.CLOSED, R.CLOSED, False, False, Step.WAIT),
        (Scene.CLOSED, R.CLOSED, False, True, Step.ENTER_KEY),
        (Scene.CLOSED, R.SETTLING, False, False, Step.WAIT),
        (Scene.CLOSED, R.SETTLED, False, False, Step.REVEAL),
        (Scene.REVEAL, R.REVEALED, False, False, Step.BOARD),
        (Scene.REVEAL, R.SETTLING, False, False, Step.BOARD),
        (Scene.BOARD, R.REVEALED, False, False, Step.ASK),
        (Scene.BOARD, R.REVEALED, True, False, Step.PODIUM),
        (Scene.CLOSED, R.VOID, False, False, Step.WAIT),
        (Scene.REVEAL, R.VOID, False, False, Step.BOARD),
        (Scene.BOARD, R.VOID, False, False, Step.ASK),
        (Scene.BOARD, R.VOID, True, False, Step.PODIUM),
        (Scene.FINAL, None, True, False, Step.NOTHING),
        (Scene.CANCELLED, None, True, False, Step.NOTHING),
    ],
)
def test_next_does_the_one_thing_that_follows(
    scene: Scene, state: RoundState | None, last: bool, sealed: bool, wanted: Step
) -> None:
    now = None if state is None else RoundNow(state, sealed_without_key=sealed, is_last=last)
    assert next_step(scene, now, 0) is wanted


@pytest.mark.parametrize(("shown", "wanted"), [(0, Step.PODIUM_STEP), (3, Step.PODIUM_STEP), (2, Step.PODIUM_STEP)])
def test_next_shows_the_podium_step_by_step(shown: int, wanted: Step) -> None:
    assert next_step(Scene.PODIUM, None, shown) is wanted


def test_next_ends_the_run_once_the_first_place_is_shown() -> None:
    assert next_step(Scene.PODIUM, None, 1) is Step.END


@few
@given(
    st.sampled_from(Scene),
    st.none() | st.builds(RoundNow, st.sampled_from(RoundState), st.booleans(), st.booleans(), st.booleans()),
    st.integers(0, 3),
)
def test_next_always_has_an_answer(scene: Scene, now: RoundNow | None, podium_step: int) -> None:
    assert next_step(scene, now, podium_step) in Step
