"""Badges: who earns which in a whole run, and what a correction gives and takes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.badges import NAMES, WHY, Badge, Given, RoundFacts, RunFacts, awarded, changes

few = settings(max_examples=25, deadline=None)

ANNA, BO, CHEN, DORA, EVE = 1, 2, 3, 4, 5


def row(*verdicts: Given, voided: bool = False) -> RoundFacts:
    return RoundFacts(voided, verdicts)


def right(fan: int, elapsed_ms: int, *, flagged: bool = False) -> Given:
    return Given(fan, True, elapsed_ms, flagged)


def wrong(fan: int, elapsed_ms: int = 900) -> Given:
    return Given(fan, False, elapsed_ms)


def silent(fan: int) -> Given:
    return Given(fan, None, None)


NIGHT = RunFacts(
    answered=frozenset({ANNA, BO, CHEN, DORA}),
    rounds=(
        row(Given(ANNA, None, 100), Given(BO, None, 90), voided=True),
        row(wrong(ANNA), wrong(BO), silent(CHEN), wrong(DORA)),
        row(right(ANNA, 800), right(BO, 700), wrong(CHEN), right(DORA, 700), silent(EVE)),
        row(right(ANNA, 500), right(BO, 650), right(CHEN, 90, flagged=True), wrong(DORA), silent(EVE)),
    ),
    ranks={BO: 1, ANNA: 2, DORA: 3, CHEN: 4, EVE: 5},
    scores={BO: 1800, ANNA: 1800, DORA: 900, CHEN: 800, EVE: 0},
)
B = Badge


def test_a_night_gives_its_badges() -> None:
    assert awarded(NIGHT) == {
        ANNA: {B.TOOK_PART, B.FASTEST, B.TOP3},
        BO: {B.TOOK_PART, B.FIRST_BLOOD, B.TOP3},
        CHEN: {B.TOOK_PART},
        DORA: {B.TOOK_PART, B.FIRST_BLOOD, B.TOP3},
    }


def test_perfect_is_every_round_that_counts_and_at_least_three() -> None:
    three = tuple(row(right(ANNA, 700), right(BO, 800)) for _ in range(3))
    void = row(Given(ANNA, None, 100), silent(BO), voided=True)
    assert B.PERFECT in awarded(replace(NIGHT, rounds=(*three, void)))[ANNA]
    assert B.PERFECT in awarded(replace(NIGHT, rounds=(*three, void)))[BO]
    assert B.PERFECT not in awarded(replace(NIGHT, rounds=(*three[:2], void)))[ANNA]
    late = (row(right(BO, 800)), *three)
    assert [B.PERFECT in awarded(replace(NIGHT, rounds=late))[fan] for fan in (ANNA, BO)] == [False, True]


def test_a_flagged_answer_wins_no_honour_of_speed() -> None:
    only_flagged = replace(NIGHT, rounds=(row(right(CHEN, 40, flagged=True), silent(ANNA)),))
    assert awarded(only_flagged)[CHEN] == {B.TOOK_PART}


def test_the_fastest_of_the_night_is_shared_by_equals() -> None:
    rounds = (row(right(ANNA, 500), right(BO, 900)), row(right(ANNA, 900), right(BO, 500)))
    badges = awarded(replace(NIGHT, rounds=rounds))
    assert [B.FASTEST in badges[fan] for fan in (ANNA, BO)] == [True, True]
    assert [B.FIRST_BLOOD in badges[fan] for fan in (ANNA, BO)] == [True, False]


def test_survivors_are_those_still_in_who_played() -> None:
    badges = awarded(replace(NIGHT, survivors=frozenset({BO, EVE})))
    assert {fan for fan in badges if B.SURVIVOR in badges[fan]} == {BO}


def test_the_first_three_need_a_score() -> None:
    nobody = replace(NIGHT, scores={}, ranks=dict.fromkeys(NIGHT.ranks, 1))
    assert not any(B.TOP3 in badges for badges in awarded(nobody).values())


def test_an_empty_run_gives_nothing() -> None:
    assert awarded(RunFacts(frozenset(), (), {}, {})) == {}


held = st.dictionaries(st.integers(1, 6), st.sets(st.sampled_from(Badge), min_size=1), max_size=5)


@few
@given(held, held)
def test_changes_make_what_is_held_into_what_is_wanted(
    wanted: dict[int, set[Badge]], had: dict[int, set[Badge]]
) -> None:
    after = {fan: set(badges) for fan, badges in had.items()}
    for fan, badge, delta in changes(wanted, had):
        assert (badge in after.get(fan, set())) == (delta == -1)
        after.setdefault(fan, set()).symmetric_difference_update({badge})
    assert {fan: badges for fan, badges in after.items() if badges} == wanted
    assert changes(wanted, after) == []


def test_changes_come_in_a_fixed_order() -> None:
    assert changes({2: {B.TOP3, B.PERFECT}}, {1: {B.FASTEST}, 2: {B.TOP3}}) == [(1, B.FASTEST, -1), (2, B.PERFECT, 1)]


def test_every_badge_has_its_words_in_both_languages() -> None:
    for badge in Badge:
        assert NAMES[badge]["zh"] and NAMES[badge]["en"] and WHY[badge]["zh"] and WHY[badge]["en"]
