"""Any play by any rules: the fold is the chain of its steps, states stay in the table, sums come from their parts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.level import Help
from campaigns.domain.play import TABLE, PlayState, Progress, apply, begin, fold
from campaigns.domain.play_result import condensed
from campaigns.domain.step import HELPS as HELP_STEPS
from campaigns.domain.step import StepKind
from tests.domain.plays import HELPS, Walker, any_plays, level, rules, walker, wander

some = settings(max_examples=15, deadline=None)


def stages(play: Walker) -> list[Progress]:
    passed = [begin(play.facts)]
    for step in play.record:
        passed.append(apply(passed[-1], step))
    return passed


@some
@given(any_plays)
def test_folding_the_record_is_applying_its_steps(play: Walker) -> None:
    chain = stages(play)
    assert fold(play.facts, play.record) == chain[-1] == play.progress
    half = len(play.record) // 2
    assert fold(play.facts, play.record[:half]) == chain[half]
    assert condensed(fold(play.facts, play.record)) == condensed(play.progress)


@some
@given(any_plays)
def test_every_step_follows_an_arrow_of_the_table(play: Walker) -> None:
    chain = stages(play)
    for before, after in pairwise(chain):
        assert after.state in TABLE[before.state].values()
    assert chain[-1].state is PlayState.ENDED


def test_every_state_and_every_arrow_is_walked() -> None:
    arrows = {(state, to) for state, steps in TABLE.items() for to in steps.values()}
    walked = set()
    random = Random(5)
    for seed in range(40):
        quiz = rules(level(1, helps=HELPS, retries=1, pass_mark=10), level(2, pass_mark=10), dare=seed % 2 == 0)
        chain = stages(wander(walker(quiz, seed), random.choice))
        walked |= {(before.state, after.state) for before, after in pairwise(chain)}
    assert walked == arrows
    assert set(TABLE) == set(PlayState)


@some
@given(any_plays)
def test_stakes_are_never_negative_and_every_bonus_ends_once(play: Walker) -> None:
    for progress in stages(play):
        assert progress.stake.won >= 0 and progress.stake.staked >= 0
        assert progress.stake.won == 0 or progress.state is PlayState.PASSED
    ended = play.progress
    dares = {s.now.n for s in stages(play) if s.stake.dared and s.state is PlayState.READY}
    assert ended.stake.won == ended.stake.staked == 0
    for done in ended.levels:
        full = play.facts.rules.level(done.n).bonus * (2 if done.n in dares else 1)
        lost = done.n + 1 in dares and ended.passed == done.n  # dared the next level, and did not pass it
        assert done.bonus == (full if done.passed and not lost else 0)


@some
@given(any_plays)
def test_the_score_only_grows_and_is_the_sum_of_the_passed_levels(play: Walker) -> None:
    banked = [progress.banked for progress in stages(play)]
    assert banked == sorted(banked) and banked[0] == 0
    assert all(done.score == 0 for done in play.progress.levels if not done.passed)
    assert [done.n for done in play.progress.levels] == list(range(1, len(play.progress.levels) + 1))
    assert all(done.score >= play.facts.rules.level(done.n).pass_mark for done in play.progress.levels if done.passed)


@some
@given(any_plays)
def test_no_question_comes_twice_unless_a_retry_found_no_reserve(play: Walker) -> None:
    opened = [s.question_version_id for s in play.record if s.kind in (StepKind.ASKED, StepKind.SWAP)]
    assert set(opened) <= play.facts.draw.versions
    assert len(set(opened)) == len(opened)  # this bank is large enough for every reserve


@some
@given(any_plays)
def test_no_help_is_given_twice_to_a_question_or_beyond_its_number(play: Walker) -> None:
    slot: set[Help] = set()
    used: dict[tuple[int, Help], int] = {}
    for before, step in zip(stages(play), play.record, strict=False):
        if step.kind is StepKind.ASKED:
            slot = set()
        if step.kind in HELP_STEPS:
            help = HELP_STEPS[step.kind]
            assert help not in slot
            slot.add(help)
            used[before.now.n, help] = used.get((before.now.n, help), 0) + 1
    assert all(times <= play.facts.rules.level(n).helps.of(help) for (n, help), times in used.items())


@some
@given(any_plays, st.integers(1, 10**15))
def test_the_moment_of_a_play_does_not_matter_only_what_passes_in_it(play: Walker, later_ns: int) -> None:
    moved = [replace(step, ns=step.ns + later_ns) for step in play.record]
    assert condensed(fold(play.facts, moved)) == condensed(play.progress)
