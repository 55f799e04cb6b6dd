"""The judgement of rounds: speed, flat, first n and void rounds as transcripts. Survival has a file of its own."""

from __future__ import annotations

from hashlib import sha256

import pytest

from campaigns.domain.errors import BadInput
from campaigns.domain.question import ValueKey
from campaigns.domain.rush import Carry, Drawing, PlacesKey, Rule, RushRules, Verdict, drawing
from tests.domain.rounds import (
    ANNA,
    BO,
    CHEN,
    DORA,
    EVE,
    KEY,
    ask,
    guesses,
    left,
    nobody,
    public,
    right,
    says,
    scores,
    wrong,
)

# --- speed and flat -------------------------------------------------------------------------------------------------


def test_speed_judges_each_answer_by_itself() -> None:
    answers = [right(BO, 10_000), right(ANNA, 480), wrong(CHEN, 90), right(DORA, 10_000)]
    assert ask(RushRules(), answers, nobody(ANNA, BO, CHEN, DORA, EVE)) == [
        Verdict(ANNA, True, 1000, 0, 480, Carry(streak=1), 1, False),
        Verdict(BO, True, 750, 0, 10_000, Carry(streak=1), 2, False),
        Verdict(CHEN, False, 0, 0, 90, Carry(), None, True),
        Verdict(DORA, True, 750, 0, 10_000, Carry(streak=1), 2, False),
        Verdict(EVE, None, 0, 0, None, Carry(), None, False),
    ]


def test_an_answer_faster_than_a_human_is_flagged_and_counts() -> None:
    verdicts = ask(RushRules(), [right(ANNA, 119), right(BO, 120)], nobody(ANNA, BO))
    assert [(v.flagged, v.score, v.rank) for v in verdicts] == [(True, 1000, 1), (False, 1000, 2)]


def test_flat_pays_the_same_at_any_time() -> None:
    answers = [right(ANNA, 19_999), right(BO, 200), wrong(CHEN)]
    assert scores(ask(RushRules(Rule.FLAT), answers, nobody(ANNA, BO, CHEN))) == {ANNA: 1000, BO: 1000, CHEN: 0}


def test_multiple_choice_is_all_or_nothing() -> None:
    key = PlacesKey(frozenset({0, 2}))
    answers = [says(ANNA, 400, 0, 2), says(BO, 400, 0), says(CHEN, 400, 0, 1, 2), says(DORA, 400)]
    verdicts = ask(RushRules(), answers, nobody(ANNA, BO, CHEN, DORA), key=key)
    assert [(v.right, v.score) for v in verdicts] == [(True, 1000), (False, 0), (False, 0), (False, 0)]


def test_a_streak_grows_pays_and_breaks() -> None:
    rules, carries = RushRules(Rule.FLAT, streak=True), nobody(ANNA, BO)
    transcript = []
    for n, answers in enumerate([[right(ANNA), right(BO)], [right(ANNA), wrong(BO)], [right(ANNA)], [right(ANNA)]], 1):
        verdicts = ask(rules, answers, carries, n=n)
        carries = dict(left(verdicts))
        transcript.append([(v.score, v.bonus, v.carry.streak) for v in verdicts])
    assert transcript == [
        [(1000, 0, 1), (1000, 0, 1)],
        [(1100, 100, 2), (0, 0, 0)],
        [(1200, 200, 3), (0, 0, 0)],
        [(1300, 300, 4), (0, 0, 0)],
    ]


def test_a_streak_goes_on_over_a_question_worth_nothing_which_pays_no_bonus() -> None:
    (verdict,) = ask(RushRules(streak=True), [right(ANNA)], {ANNA: Carry(streak=3)}, n=4, possible=0)
    assert (verdict.score, verdict.bonus, verdict.carry.streak) == (0, 0, 4)


def test_estimates_are_paid_by_closeness_and_right_within_the_margin() -> None:
    key = ValueKey(186, 5)
    answers = [guesses(ANNA, 186), guesses(BO, 191), guesses(CHEN, 194), guesses(DORA, 200), guesses(EVE, None)]
    verdicts = ask(RushRules(Rule.FLAT, streak=True), answers, nobody(*range(1, 6)), key=key)
    assert [(v.right, v.score, v.rank) for v in verdicts] == [
        (True, 1000, 1),
        (True, 500, 1),
        (False, 200, None),
        (False, 0, None),
        (False, 0, None),
    ]
    assert [v.carry.streak for v in verdicts] == [1, 1, 0, 0, 0]


# --- first n --------------------------------------------------------------------------------------------------------


def test_the_n_fastest_right_answers_get_all_and_other_right_ones_a_tenth() -> None:
    answers = [right(ANNA, 900), right(BO, 700), right(CHEN, 800), wrong(DORA, 100), right(EVE, 950)]
    verdicts = ask(RushRules(Rule.FIRST_N, first_n=2), answers, nobody(*range(1, 6)))
    assert scores(verdicts) == {ANNA: 100, BO: 1000, CHEN: 1000, DORA: 0, EVE: 100}
    assert [v.rank for v in verdicts] == [3, 1, 2, None, 4]


def test_a_tie_at_the_cut_is_drawn_among_those_tied_only() -> None:
    answers = [right(ANNA, 500), *(right(fan, 600) for fan in (BO, CHEN, DORA)), right(EVE, 601)]
    for number in range(20):
        seed = bytes([number])
        paid = scores(ask(RushRules(Rule.FIRST_N, first_n=2), answers, nobody(*range(1, 6)), seed=seed))
        drawn = min((BO, CHEN, DORA), key=lambda fan: sha256(f"{number:02x}:1:{public(fan)}".encode()).hexdigest())
        assert {fan for fan, score in paid.items() if score == 1000} == {ANNA, drawn}


def test_who_has_to_draw_lots_and_for_how_many_places_is_known_beforehand() -> None:
    rules = RushRules(Rule.FIRST_N, first_n=2)
    tied = [right(fan, 600) for fan in (DORA, BO, CHEN)]
    assert drawing(rules, KEY, [right(ANNA, 500), *tied, wrong(EVE, 600)]) == Drawing(600, 1, [BO, CHEN, DORA])
    assert drawing(rules, KEY, tied) == Drawing(600, 2, [BO, CHEN, DORA])
    for nothing in (tied[:2], [right(ANNA, 500), right(EVE, 500), *tied], [wrong(fan) for fan in range(1, 6)], []):
        assert drawing(rules, KEY, nothing) is None
    assert drawing(RushRules(Rule.SPEED), KEY, tied) is None and drawing(rules, None, tied) is None


def test_a_run_frozen_with_the_first_version_of_the_rules_draws_by_its_own_lots() -> None:
    """Judged again, it must give the same numbers for ever."""
    answers = [right(fan, 600) for fan in (ANNA, BO, CHEN)]
    for number in range(20):
        seed = bytes([number])
        paid = scores(ask(RushRules(Rule.FIRST_N, first_n=1), answers, nobody(ANNA, BO, CHEN), seed=seed, version=1))
        drawn = min((ANNA, BO, CHEN), key=lambda fan: sha256(f"{number}:1:{fan}".encode()).digest())
        assert {fan for fan, score in paid.items() if score == 1000} == {drawn}


def test_a_draw_favours_nobody_for_good() -> None:
    """One seed serves a whole run, so the rounds must draw apart."""
    answers = [right(fan, 600) for fan in (ANNA, BO, CHEN)]
    carries = dict.fromkeys((ANNA, BO, CHEN), Carry())
    first = {
        max(scores(ask(RushRules(Rule.FIRST_N, first_n=1), answers, carries, n=n)).items(), key=lambda s: s[1])[0]
        for n in range(2, 30)
    }
    assert first == {ANNA, BO, CHEN}


# --- void, and bad calls ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", Rule)
def test_in_a_void_round_nobody_scores_falls_or_loses_a_streak(rule: Rule) -> None:
    before = {ANNA: Carry(streak=4), BO: Carry(lives=1), CHEN: Carry(out=True, fell=1)}
    verdicts = ask(RushRules(rule, streak=True, lives=1), [right(ANNA), wrong(BO)], before, n=2, key=None, voided=True)
    assert left(verdicts) == before
    assert [(v.right, v.score, v.bonus, v.rank, v.elapsed_ms) for v in verdicts] == [
        (None, 0, 0, None, 1000),
        (None, 0, 0, None, 1000),
        (None, 0, 0, None, None),
    ]


def test_a_round_that_counts_needs_its_key_and_one_answer_a_fan() -> None:
    with pytest.raises(BadInput, match="key"):
        ask(RushRules(), [], nobody(ANNA), key=None)
    with pytest.raises(BadInput, match="answers"):
        ask(RushRules(), [right(ANNA), wrong(ANNA)], nobody(ANNA))
