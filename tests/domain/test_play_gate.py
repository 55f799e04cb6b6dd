"""The gate of a play: what is refused, and by which word."""

from __future__ import annotations

from dataclasses import replace

from campaigns.domain.answer import Said
from campaigns.domain.level import Help, Helps
from campaigns.domain.lineup import hidden, key_of, order
from campaigns.domain.play import PlayState, apply
from campaigns.domain.play_gate import PlayOutcome, admit, fits, helps_now, legal, overdue
from campaigns.domain.question import ChoiceKey
from campaigns.domain.rush import PlacesKey
from campaigns.domain.step import StepKind
from tests.domain.plays import HELPS, Walker, drawn, estimate, level, rules, single, truth, walker

K, Out = StepKind, PlayOutcome


def asked(helps: Helps = HELPS) -> Walker:
    """A play before an open single choice of four."""
    play = walker(rules(level(helps=helps)))
    while not (play.ask().question and len(play.progress.open.shown) == 4):  # type: ignore[union-attr]  # it is open
        play.right()
    return play


def test_an_ended_play_takes_nothing() -> None:
    play = walker(rules())
    play.does(K.STOP)
    assert legal(play.progress) == frozenset()
    assert {play.refusal(kind) for kind in K} == {Out.ENDED}


def test_a_step_of_another_number_is_stale() -> None:
    play = walker(rules())
    step = play.step(K.ASKED, question_version_id=play.progress.next_version)
    assert admit(play.progress, replace(step, n=2)) is Out.STALE
    assert admit(play.progress, step) is None
    play.write(step)
    assert admit(play.progress, step) is Out.STALE


def test_only_what_was_drawn_is_asked() -> None:
    play = walker(rules())
    assert play.refusal(K.ASKED, question_version_id=play.facts.draw.levels[0][1]) is Out.STALE
    assert play.refusal(K.ASKED) is Out.STALE


def test_an_answer_needs_an_open_question_and_a_choice_of_it() -> None:
    play = walker(rules())
    assert play.refusal(K.ANSWERED, places=(0,)) is Out.NOT_OPEN
    play = asked()
    assert play.refusal(K.ANSWERED, places=(4,)) is Out.UNKNOWN_CHOICE
    assert play.refusal(K.ANSWERED, places=(0, 1)) is Out.UNKNOWN_CHOICE
    assert play.refusal(K.ANSWERED, value=1.0) is Out.UNKNOWN_CHOICE
    assert play.refusal(K.ANSWERED, places=(0,)) is None
    play.right()
    assert play.refusal(K.ANSWERED, places=(0,)) is Out.NOT_OPEN


def test_silence_cannot_be_said_only_come() -> None:
    play = asked()
    assert play.refusal(K.ANSWERED) is Out.NOT_OPEN
    play.wait(20_000)
    assert play.refusal(K.ANSWERED) is Out.NOT_OPEN
    assert not overdue(play.progress, play.step(K.ANSWERED).moment)
    play.wait(1)
    assert overdue(play.progress, play.step(K.ANSWERED).moment)
    assert not overdue(play.progress, play.step(K.ANSWERED).moment, allowance_ns=1_000_000)
    assert play.refusal(K.ANSWERED) is None
    assert play.refusal(K.ANSWERED, places=(0,)) is None  # recorded, and judged as silence


def test_a_help_is_given_once_in_time_and_only_if_it_is_there() -> None:
    play = asked(Helps(fifty=1, time=2))
    assert helps_now(play.progress) == {Help.FIFTY, Help.TIME}
    assert play.refusal(K.SWAP, question_version_id=1000) is Out.NO_HELP
    play.help(Help.TIME)
    assert play.progress.now.helps.time == 1
    assert play.refusal(K.TIME) is Out.NO_HELP
    play.help(Help.FIFTY)
    assert play.refusal(K.FIFTY) is Out.NO_HELP
    late = asked()
    late.wait(20_001)
    assert late.refusal(K.TIME) is Out.TOO_LATE


def test_after_the_answer_no_help_is_left() -> None:
    play = asked()
    play.right()
    assert play.refusal(K.FIFTY) is Out.STALE
    assert helps_now(play.progress) == frozenset()


def test_a_swapped_question_is_not_swapped_again_and_nothing_else_comes_instead() -> None:
    play = asked(Helps(swap=2))
    assert play.refusal(K.SWAP, question_version_id=1149) is Out.STALE
    play.help(Help.SWAP)
    assert Help.SWAP not in helps_now(play.progress)


def test_a_hidden_choice_is_no_choice_any_more() -> None:
    play = asked()
    opened = play.help(Help.FIFTY).open
    assert opened is not None
    assert {play.refusal(K.ANSWERED, places=(place,)) for place in opened.hidden} == {Out.UNKNOWN_CHOICE}


def test_fifty_is_for_single_choices_of_four_and_more() -> None:
    play = asked()
    for question, may in ((truth(), False), (single("abc"), False), (single("abcd"), True), (estimate(), False)):
        questions = {**play.facts.questions, play.progress.open.version_id: question}  # type: ignore[union-attr]  # it is open
        progress = replace(play.progress, facts=replace(play.facts, questions=questions))
        assert (Help.FIFTY in helps_now(progress)) == may


def test_after_a_pass_one_decides_and_without_dares_one_asks() -> None:
    brave, calm = walker(rules()), walker(rules(dare=False))
    for play in (brave, calm):
        assert play.play("rrrrr").state is PlayState.PASSED
    assert legal(brave.progress) == {K.BANK, K.DARE, K.STOP}
    assert legal(calm.progress) == {K.ASKED, K.STOP}
    assert brave.refusal(K.ASKED, question_version_id=brave.progress.next_version) is Out.STALE
    assert calm.refusal(K.BANK) is Out.STALE


def test_an_estimate_takes_a_finite_number_and_nothing_else() -> None:
    play = asked()
    opened = play.progress.open
    assert opened is not None
    for said, may in ((Said(value=3.5), True), (Said(value=float("nan")), False), (Said((1,)), False)):
        assert fits(estimate(), opened, said) == may


def test_the_order_of_choices_is_each_step_s_own_and_the_key_goes_with_it() -> None:
    question, seed = single("abcdef"), drawn(rules()).seed
    orders = {order(question, seed, n) for n in range(1, 40)}
    assert len(orders) > 20
    for shown in orders:
        key = key_of(question, shown)
        assert isinstance(key, PlacesKey) and isinstance(question.key, ChoiceKey)
        assert {question.choices[shown[place]].id for place in key.right} == question.key.right
        gone = hidden(question, shown, seed, 7)
        assert len(gone) == 2 and not key.right & set(gone)
    assert order(truth(), seed, 5) == (0, 1)


def test_two_devices_that_write_the_same_step_agree_on_what_was_written() -> None:
    play = asked()
    one = play.step(K.ANSWERED, places=(0,))
    other = replace(one, places=(1,), ns=one.ns + 5)
    won = apply(play.progress, one)
    assert admit(play.progress, other) is None  # both passed the gate: the record takes the first
    assert admit(won, other) is Out.STALE
    assert won.verdict is not None and won.verdict.said == Said((0,))
