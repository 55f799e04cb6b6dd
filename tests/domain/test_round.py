"""Walks over the round's table: legal paths as transcripts, everything else changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.round import TABLE, TAKES_ANSWERS, RoundEvent, RoundState, reading_ms, sources, step

S, E = RoundState, RoundEvent
few = settings(max_examples=25, deadline=None)


def walk(*events: RoundEvent) -> list[RoundState | None]:
    """Every state passed; an illegal step shows as None and leaves the state as it was."""
    state = S.SCHEDULED
    passed: list[RoundState | None] = []
    for event in events:
        reached = step(state, event)
        passed.append(reached)
        state = reached or state
    return passed


def test_a_round_goes_from_asked_to_revealed() -> None:
    assert walk(E.ASKED, E.OPENED, E.CLOSED, E.SETTLING_BEGUN, E.SETTLED, E.REVEALED) == [
        S.READING,
        S.OPEN,
        S.CLOSED,
        S.SETTLING,
        S.SETTLED,
        S.REVEALED,
    ]


def test_a_revealed_round_is_corrected_by_another_settlement() -> None:
    to_reveal = (E.ASKED, E.OPENED, E.CLOSED, E.SETTLING_BEGUN, E.SETTLED, E.REVEALED)
    assert walk(*to_reveal, E.CORRECTED, E.SETTLED, E.REVEALED)[-3:] == [S.SETTLING, S.SETTLED, S.REVEALED]


def test_a_settled_round_is_corrected_before_anybody_saw_it() -> None:
    assert walk(E.ASKED, E.OPENED, E.CLOSED, E.SETTLING_BEGUN, E.SETTLED, E.CORRECTED)[-1] is S.SETTLING


def test_a_round_opens_once_and_closes_once() -> None:
    assert walk(E.ASKED, E.OPENED, E.OPENED, E.CLOSED, E.CLOSED) == [S.READING, S.OPEN, None, S.CLOSED, None]


def test_a_round_that_is_being_settled_can_only_become_settled() -> None:
    assert {event for event in E if step(S.SETTLING, event)} == {E.SETTLED}


@pytest.mark.parametrize("state", [state for state in S if state not in (S.SETTLING, S.VOID)])
def test_a_round_is_voided_from_wherever_it_stands_still(state: RoundState) -> None:
    assert step(state, E.VOIDED) is S.VOID


def test_void_is_the_end() -> None:
    assert all(step(S.VOID, event) is None for event in E)


def test_answers_are_taken_while_open_and_for_a_moment_after() -> None:
    assert sorted(TAKES_ANSWERS) == [S.CLOSED, S.OPEN]


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    reached, frontier = {S.SCHEDULED}, [S.SCHEDULED]
    while frontier:
        new = set(TABLE[frontier.pop()].values()) - reached
        reached |= new
        frontier += new
    assert set(TABLE) == set(S) == reached


@few
@given(st.lists(st.sampled_from(E), max_size=30))
def test_an_illegal_step_returns_none_and_changes_nothing(events: list[RoundEvent]) -> None:
    before = {state: dict(steps) for state, steps in TABLE.items()}
    state = S.SCHEDULED
    for event in events:
        reached = step(state, event)
        assert (reached is None) == (event not in TABLE[state])
        assert (state in sources(event)) == (reached is not None)
        state = reached or state
    assert before == TABLE


@few
@given(st.lists(st.sampled_from(E), max_size=30))
def test_nothing_is_revealed_that_was_not_settled(events: list[RoundEvent]) -> None:
    passed = [state for state in walk(*events) if state]
    for earlier, later in zip([S.SCHEDULED, *passed], passed, strict=False):
        assert later is not S.REVEALED or earlier is S.SETTLED
        assert later is not S.OPEN or earlier is S.READING


@few
@given(st.text(max_size=60), st.text(max_size=200), st.integers(0, 3000), st.integers(0, 5000))
def test_reading_time_stays_within_the_operators_bounds(zh: str, en: str, shortest_ms: int, more_ms: int) -> None:
    assert shortest_ms <= reading_ms(zh, en, shortest_ms, shortest_ms + more_ms) <= shortest_ms + more_ms


def test_reading_time_follows_the_longer_sentence() -> None:
    assert reading_ms("哪一款最先发布？" * 4, "Which came first?") == 32 * 120
    assert reading_ms("短", "w" * 100) == 4500
    assert reading_ms("短", "short") == 2000
    assert reading_ms("长" * 200, "") == 6000
