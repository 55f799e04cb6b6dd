"""Survival as transcripts: who falls, who is saved, who shares the pot, and who plays on for fun."""

from __future__ import annotations

from campaigns.domain.rush import Carry, Rule, RushRules
from tests.domain.rounds import ANNA, BO, CHEN, DORA, EVE, SURVIVAL, ask, left, nobody, right, scores, wrong


def test_survival_from_the_first_question_to_the_pot() -> None:
    one = ask(SURVIVAL, [right(ANNA), right(BO), right(CHEN), wrong(DORA)], nobody(*range(1, 6)))
    assert left(one) == {
        ANNA: Carry(streak=1),
        BO: Carry(streak=1),
        CHEN: Carry(streak=1),
        DORA: Carry(out=True, fell=1),
        EVE: Carry(out=True, fell=1),
    }
    two = ask(SURVIVAL, [right(ANNA), right(BO), right(CHEN), right(DORA, 90)], left(one), n=2)
    assert left(two)[DORA] == Carry(streak=1, out=True, fell=1)
    assert [(v.fan, v.fun, v.rank) for v in two if v.right] == [
        (ANNA, False, 1),
        (BO, False, 1),
        (CHEN, False, 1),
        (DORA, True, None),
    ]
    assert set(scores([*one, *two]).values()) == {0}
    end = ask(SURVIVAL, [right(fan) for fan in range(1, 6)], left(two), n=3, last=True)
    assert scores(end) == {ANNA: 333, BO: 333, CHEN: 333, DORA: 0, EVE: 0}
    assert {v.bonus for v in end} == {0}


def test_when_everybody_falls_at_once_the_last_to_fall_share_and_the_game_is_decided() -> None:
    one = ask(SURVIVAL, [right(ANNA), right(BO), wrong(CHEN)], nobody(ANNA, BO, CHEN))
    two = ask(SURVIVAL, [wrong(ANNA), right(CHEN)], left(one), n=2)
    assert scores(two) == {ANNA: 500, BO: 500, CHEN: 0}
    assert left(two)[BO] == Carry(out=True, fell=2)
    end = ask(SURVIVAL, [right(ANNA), right(BO), right(CHEN)], left(two), n=3, last=True)
    assert scores(end) == {ANNA: 0, BO: 0, CHEN: 0}


def test_nobody_right_on_the_last_question_leaves_the_pot_to_those_who_came_so_far() -> None:
    before = {ANNA: Carry(), BO: Carry(), CHEN: Carry(out=True, fell=1)}
    assert scores(ask(SURVIVAL, [wrong(ANNA), right(CHEN)], before, n=5, last=True)) == {ANNA: 500, BO: 500, CHEN: 0}


def test_an_extra_life_saves_once_but_not_on_the_last_question() -> None:
    rules = RushRules(Rule.SURVIVAL, pot=1000, lives=1)
    one = ask(rules, [wrong(ANNA), right(BO)], nobody(ANNA, BO, CHEN))
    assert left(one) == {ANNA: Carry(lives=0), BO: Carry(streak=1, lives=1), CHEN: Carry(lives=0)}
    two = ask(rules, [wrong(ANNA), right(BO), right(CHEN)], left(one), n=2)
    assert left(two)[ANNA] == Carry(out=True, fell=2)
    end = ask(rules, [wrong(BO), right(CHEN)], left(two), n=3, last=True)
    assert left(end)[BO] == Carry(out=True, lives=1, fell=3)
    assert scores(end) == {ANNA: 0, BO: 0, CHEN: 1000}


def test_who_comes_late_plays_for_fun() -> None:
    verdicts = ask(SURVIVAL, [right(ANNA), right(BO)], {ANNA: Carry(streak=1), BO: None, CHEN: None}, n=2, last=True)
    assert left(verdicts)[BO] == Carry(streak=1, out=True) and left(verdicts)[CHEN] == Carry(out=True)
    assert [v.fun for v in verdicts] == [False, True, False]
    assert scores(verdicts) == {ANNA: 1000, BO: 0, CHEN: 0}


def test_nobody_is_late_as_long_as_nobody_was_judged() -> None:
    assert left(ask(SURVIVAL, [right(ANNA)], nobody(ANNA, BO), n=2)) == {ANNA: Carry(1), BO: Carry(out=True, fell=2)}


def test_everybody_is_in_after_coming_late_to_any_other_rule() -> None:
    verdicts = ask(RushRules(), [right(BO, 400)], {ANNA: Carry(streak=1), BO: None}, n=2)
    assert left(verdicts) == {ANNA: Carry(), BO: Carry(streak=1)} and scores(verdicts)[BO] == 1000


def test_a_void_last_question_leaves_the_pot_to_those_who_are_in() -> None:
    before = {ANNA: Carry(streak=4), BO: Carry(), CHEN: Carry(out=True, fell=1)}
    assert scores(ask(SURVIVAL, [wrong(ANNA)], before, n=5, last=True, voided=True)) == {ANNA: 500, BO: 500, CHEN: 0}


def test_in_the_first_round_everybody_begins_fresh_whatever_carry_is_handed_in() -> None:
    rules = RushRules(Rule.SURVIVAL, lives=1)
    assert left(ask(rules, [right(ANNA)], {ANNA: Carry(out=True), BO: Carry()})) == {
        ANNA: Carry(streak=1, lives=1),
        BO: Carry(lives=0),
    }
