"""The buzzer: who may press when, who is asked first, and what marks are worth."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.answer import Outcome, RoundGate, Said, admit, content
from campaigns.domain.buzzer import LOCK_NS, MOST_ASKED, Foul, MarksKey, corrected, foul, in_order, speaker, tied
from campaigns.domain.clock import RoundClock
from campaigns.domain.errors import BadInput
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question, check_key, validate
from campaigns.domain.rush import AnswerFacts, Carry, Rule, RushRules, Verdict, drawing
from tests.domain.rounds import ANNA, BO, CHEN, DORA, EVE, SURVIVAL, ask, left, nobody, scores

MS = 1_000_000
OPENS, CLOSES = 1_000 * MS, 21_000 * MS
CLOCK = RoundClock(OPENS, CLOSES)
GATE = RoundGate(1, Kind.BUZZER, 0, CLOCK, True)
PRESS = Said()
TEXT = {"zh": "谁最快？", "en": "Who is first?"}
few = settings(max_examples=60, deadline=None)
luck = st.integers(0, 2**64).map(Random)


def presses(fan: int, elapsed_ms: int = 1000) -> AnswerFacts:
    return AnswerFacts(fan, frozenset(), None, elapsed_ms)


# --- the gate -------------------------------------------------------------------------------------------------------


def test_a_press_says_nothing_and_a_choice_is_no_press() -> None:
    assert admit(GATE, PRESS, OPENS + MS) is None
    assert content(PRESS) == ""
    assert admit(GATE, Said((0,)), OPENS + MS) is Outcome.UNKNOWN_CHOICE
    assert admit(GATE, Said(value=1.0), OPENS + MS) is Outcome.UNKNOWN_CHOICE


def test_a_press_before_the_opening_is_early_also_before_it_is_announced() -> None:
    assert admit(GATE, PRESS, OPENS - 1) is Outcome.EARLY
    assert admit(RoundGate(1, Kind.BUZZER, 0, None, False), PRESS, OPENS) is Outcome.EARLY
    assert admit(RoundGate(1, Kind.SINGLE, 4, CLOCK, True), Said((0,)), OPENS - 1) is Outcome.NOT_OPEN


def test_what_left_the_phone_before_the_opening_is_early_however_long_it_was_under_way() -> None:
    assert admit(GATE, PRESS, OPENS + 39 * MS, 40 * MS) is Outcome.EARLY
    assert admit(GATE, PRESS, OPENS + 40 * MS, 40 * MS) is None
    assert admit(RoundGate(1, Kind.SINGLE, 4, CLOCK, True), Said((0,)), OPENS + MS, 40 * MS) is None


def test_who_was_early_is_locked_out_for_a_quarter_of_a_second_and_nobody_else_is() -> None:
    at = OPENS + LOCK_NS
    assert admit(GATE, PRESS, at - 1, 0, OPENS - 5) is Outcome.LOCKED
    assert admit(GATE, PRESS, at, 0, OPENS - 5) is None
    assert admit(GATE, PRESS, at - 1, 0, None) is None


def test_after_the_close_and_after_the_judgement_a_press_is_too_late() -> None:
    assert admit(GATE, PRESS, CLOSES + 1, 0, OPENS - 5) is Outcome.TOO_LATE
    assert admit(RoundGate(1, Kind.BUZZER, 0, CLOCK, False), PRESS, OPENS + MS) is Outcome.TOO_LATE


def test_a_pause_does_not_run_the_lock_down() -> None:
    begun = OPENS + 100 * MS
    clock = RoundClock.standing(OPENS, CLOSES + 5_000 * MS, [begun, begun + 5_000 * MS])
    assert foul(clock, begun + 5_100 * MS, 0, OPENS - 1) is Foul.LOCKED
    assert foul(clock, begun + 5_150 * MS, 0, OPENS - 1) is None


@few
@given(luck)
def test_no_press_that_the_gate_lets_through_was_made_before_its_fan_could(random: Random) -> None:
    early = random.choice([None, OPENS - random.randrange(1, 900 * MS)])
    received, allowance = OPENS + random.randrange(-50, 500) * MS, random.randrange(0, 250) * MS
    refused = admit(GATE, PRESS, received, allowance, early)
    assert (refused is Outcome.EARLY) == (received - allowance < OPENS)
    if refused is None:
        assert received - OPENS >= max(allowance, LOCK_NS if early is not None else 0)
        assert admit(GATE, PRESS, received + MS, allowance, early) is None


# --- the order ------------------------------------------------------------------------------------------------------


def test_the_order_is_by_time_and_ties_share_their_place() -> None:
    lots = {BO: b"2", CHEN: b"1"}
    assert tied([(ANNA, 300), (BO, 200), (CHEN, 200)]) == [BO, CHEN]
    line = in_order([(ANNA, 300), (BO, 200), (CHEN, 200)], lots)
    assert [(each.fan, each.rank) for each in line] == [(CHEN, 1), (BO, 1), (ANNA, 3)]


@few
@given(luck)
def test_the_order_is_the_same_however_the_presses_came(random: Random) -> None:
    pressed = [(fan, random.choice([0, 120, 121, 300])) for fan in range(1, random.randrange(2, 40))]
    lots = {fan: random.randbytes(4) for fan, _ in pressed}
    line = in_order(pressed, lots)
    random.shuffle(pressed)
    assert in_order(pressed, lots) == line
    assert len(line) == min(MOST_ASKED, len(pressed))
    assert [press.elapsed_ms for press in line] == sorted(ms for _, ms in pressed)[:MOST_ASKED]
    assert all(press.rank == 1 + sum(ms < press.elapsed_ms for _, ms in pressed) for press in line)


def test_wrong_passes_the_word_to_the_next_and_right_ends_it() -> None:
    line = in_order([(ANNA, 200), (BO, 300), (CHEN, 400)], {})
    assert speaker(line, MarksKey()) == ANNA
    assert speaker(line, MarksKey(((ANNA, False),))) == BO
    assert speaker(line, MarksKey(((ANNA, False), (BO, True)))) is None
    assert speaker(line, MarksKey(((ANNA, False), (BO, False), (CHEN, False)))) is None
    assert speaker([], MarksKey()) is None


def test_a_press_that_came_late_into_the_record_moves_nobodys_mark() -> None:
    marks = MarksKey(((BO, False),))
    assert speaker(in_order([(BO, 300), (CHEN, 400)], {}), marks) == CHEN
    assert speaker(in_order([(BO, 300), (CHEN, 400), (ANNA, 250)], {}), marks) == ANNA
    assert marks.said(BO) is False and marks.said(ANNA) is None


def test_a_correction_says_who_was_right_and_that_nobody_was_asked_after_them() -> None:
    marks = MarksKey(((ANNA, False), (BO, False), (CHEN, True)))
    assert corrected(marks, BO) == MarksKey(((ANNA, False), (BO, True)))
    assert corrected(marks, DORA) == MarksKey(((ANNA, False), (BO, False), (CHEN, False), (DORA, True)))
    assert corrected(marks, None) == MarksKey(((ANNA, False), (BO, False), (CHEN, False)))
    assert corrected(MarksKey(((ANNA, True),)), ANNA) == MarksKey(((ANNA, True),))


# --- what it is worth -----------------------------------------------------------------------------------------------

MARKS = MarksKey(((ANNA, False), (BO, True)))
ANSWERS = [presses(ANNA, 250), presses(BO, 300), presses(CHEN, 310), presses(DORA, 90)]


@pytest.mark.parametrize("rule", [Rule.SPEED, Rule.FLAT, Rule.FIRST_N])
def test_who_was_marked_right_gets_all_of_it_and_nobody_else_loses_a_streak(rule: Rule) -> None:
    before = {fan: Carry(streak=2) for fan in (ANNA, BO, CHEN, DORA, EVE)}
    rules = RushRules(rule, streak=True)
    assert ask(rules, ANSWERS, before, n=2, key=MARKS) == [
        Verdict(ANNA, False, 0, 0, 250, Carry(streak=2), None, False),
        Verdict(BO, True, 1200, 200, 300, Carry(streak=3), 1, False),
        Verdict(CHEN, None, 0, 0, 310, Carry(streak=2), None, False),
        Verdict(DORA, None, 0, 0, 90, Carry(streak=2), None, True),
        Verdict(EVE, None, 0, 0, None, Carry(streak=2), None, False),
    ]
    assert drawing(rules, MARKS, ANSWERS) is None


def test_in_survival_only_a_wrong_mark_falls_and_a_right_one_earns_nothing() -> None:
    before = {fan: Carry(lives=1) for fan in (ANNA, BO, CHEN, EVE)}
    verdicts = ask(SURVIVAL, ANSWERS[:3], before, n=2, key=MARKS)
    assert scores(verdicts) == {ANNA: 0, BO: 0, CHEN: 0, EVE: 0}
    assert left(verdicts) == {
        ANNA: Carry(lives=0), BO: Carry(streak=1, lives=1), CHEN: Carry(lives=1), EVE: Carry(lives=1)
    }  # fmt: skip
    out = ask(SURVIVAL, ANSWERS[:2], {ANNA: Carry(), BO: Carry(out=True, fell=1)}, n=2, key=MARKS)
    assert (out[0].carry.out, out[0].carry.fell, out[0].score) == (True, 2, 1000)  # the last to fall takes the pot
    assert (out[1].right, out[1].fun, out[1].rank) == (True, True, None)


def test_after_the_last_question_whoever_is_in_shares_the_pot() -> None:
    verdicts = ask(SURVIVAL, ANSWERS[:2], nobody(ANNA, BO, CHEN), key=MARKS, last=True)
    assert scores(verdicts) == {ANNA: 0, BO: 500, CHEN: 500}


def test_a_mark_of_somebody_who_is_not_judged_counts_for_nobody() -> None:
    verdicts = ask(RushRules(), [presses(CHEN)], nobody(CHEN, EVE), key=MARKS)
    assert scores(verdicts) == {CHEN: 0, EVE: 0} and [v.right for v in verdicts] == [None, None]


@few
@given(luck)
def test_marks_judged_again_in_any_order_are_the_same(random: Random) -> None:
    fans = range(1, 30)
    answers = [presses(fan, random.choice([90, 300, 301])) for fan in fans if random.random() < 0.8]
    asked = random.sample([answer.fan for answer in answers], min(3, len(answers)))
    key = MarksKey(tuple((fan, at == len(asked) - 1) for at, fan in enumerate(asked)))
    rules = RushRules(random.choice(list(Rule)), streak=random.random() < 0.5)
    first = ask(rules, answers, nobody(*fans), key=key)
    random.shuffle(answers)
    assert ask(rules, answers, nobody(*fans), key=key) == first
    assert sum(verdict.right is True for verdict in first) == (1 if asked else 0)


# --- the question ---------------------------------------------------------------------------------------------------


def test_a_buzzer_question_has_no_choices_and_no_key() -> None:
    question = validate(Question(Kind.BUZZER, TEXT, sealed=True))
    two = (Choice("a", TEXT), Choice("b", {"zh": "乙", "en": "b"}))
    for wrong in ({"sealed": False}, {"choices": two}, {"key": ChoiceKey(frozenset("a"))}):
        with pytest.raises(BadInput):
            validate(Question(Kind.BUZZER, TEXT, **({"sealed": True} | wrong)))
    with pytest.raises(BadInput):
        check_key(question, ChoiceKey(frozenset("a")))
