"""Duels: who has won, what it scores, and what the ghost knows."""

from __future__ import annotations

from dataclasses import fields

import pytest

from campaigns.domain.duel import Outcome, Trace, outcome, points, score_so_far, traces
from campaigns.domain.level import Help
from campaigns.domain.sealed_id import LENGTH, seal, unseal
from campaigns.domain.step import StepKind
from tests.domain.plays import HELPS, level, rules, walker

SECRET = b"a secret of the tests, long enough"


@pytest.mark.parametrize(
    ("own", "challenger", "wanted", "scored"),
    [
        (210, 200, Outcome.WON, 100),
        (200, 200, Outcome.TIED, 50),
        (190, 200, Outcome.LOST, 0),
        (0, 0, Outcome.TIED, 50),
        (None, 0, Outcome.LOST, 0),
    ],
)
def test_the_higher_score_wins_and_who_never_ends_the_play_has_lost(
    own: int | None, challenger: int, wanted: Outcome, scored: int
) -> None:
    assert (outcome(own, challenger), points(own, challenger)) == (wanted, scored)


def test_leaving_a_level_gains_nothing_over_failing_it() -> None:
    quiz = rules(level(pass_mark=30), level(pass_mark=30), dare=False)
    left, failed = walker(quiz), walker(quiz)
    for play in (left, failed):
        play.play("rrrrr")
        play.ask()
    left.does(StepKind.STOP)
    failed.wrong()
    failed.play("wwww")
    assert left.progress.banked == failed.progress.banked


def test_a_ghost_tells_of_each_question_how_it_went_and_where_it_stood() -> None:
    play = walker(rules(level(pass_mark=10, bonus=50), level(pass_mark=10), dare=False))
    play.play("rw")
    play.ask()
    play.right(ms=1234)
    play.play("rr")
    play.play("w")
    told = traces(play.facts, play.record)
    first = play.facts.draw.levels[0]
    assert [told[1, version].right for version in first] == [True, False, True, True, True]
    assert [told[1, version].score for version in first[:4]] == [10, 0, 10, 30]
    assert told[1, first[2]].elapsed_ms == 1234
    # the last question doubles what stands; the level is passed, so its bonus counts from there on
    assert told[1, first[4]].score == 60 + 50
    assert told[2, play.facts.draw.levels[1][0]].score == 60 + 50 - 10
    assert len(told) == 6


def test_a_ghost_has_no_field_for_what_was_chosen() -> None:
    assert {field.name for field in fields(Trace)} == {"right", "elapsed_ms", "score", "helped"}


def test_a_swapped_question_has_no_trace_and_its_substitute_has() -> None:
    play = walker(rules(level(helps=HELPS)))
    asked = play.ask().open
    assert asked is not None
    swapped = play.help(Help.SWAP).open
    assert swapped is not None
    play.right()
    told = traces(play.facts, play.record)
    assert (1, asked.version_id) not in told
    assert told[1, swapped.version_id].right and told[1, swapped.version_id].helped


def test_a_failed_level_stands_at_nothing_until_it_is_tried_again() -> None:
    play = walker(rules(level(retries=1, lives=1)))
    play.play("rw")
    assert score_so_far(play.progress) == 0
    play.does(StepKind.RETRY)
    play.play("r")
    assert score_so_far(play.progress) == 10


def test_a_sealed_id_comes_back_and_shows_nothing_of_itself() -> None:
    tokens = {seal(SECRET, "challenge", number) for number in range(300)}
    assert len(tokens) == 300 and {len(token) for token in tokens} == {LENGTH}
    assert [unseal(SECRET, "challenge", seal(SECRET, "challenge", n)) for n in (0, 81, 2**63 - 1)] == [0, 81, 2**63 - 1]
    near = seal(SECRET, "challenge", 81), seal(SECRET, "challenge", 82)
    assert sum(a == b for a, b in zip(*near, strict=True)) < LENGTH / 2


def test_what_the_house_did_not_seal_for_this_purpose_opens_nothing() -> None:
    token = seal(SECRET, "challenge", 81)
    assert unseal(b"another secret, as long as it is", "challenge", token) is None
    assert unseal(SECRET, "something else", token) is None
    for i in range(LENGTH):
        assert unseal(SECRET, "challenge", token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :]) is None
    for wrong in ("", "81", token[:-1], token + "A", "*" * LENGTH, "é" * LENGTH, token[:-1] + "=", "\n" + token[1:]):
        assert unseal(SECRET, "challenge", wrong) is None
