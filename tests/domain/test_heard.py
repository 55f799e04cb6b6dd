"""What plays tell of their questions is what their fans were told, and rounding times keeps their median."""

from __future__ import annotations

from statistics import median_low

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.heard import Heard, heard, two_digits
from campaigns.domain.play import apply, begin
from campaigns.domain.step import StepKind
from tests.domain.plays import Walker, any_plays


@settings(max_examples=40, deadline=None)
@given(any_plays)
def test_what_is_heard_of_a_play_is_its_verdicts(play: Walker) -> None:
    progress, told = begin(play.facts), []
    for step in play.record:
        progress = apply(progress, step)
        verdict = progress.verdict
        if step.kind is StepKind.ANSWERED and verdict is not None:
            silent = verdict.said is None
            told.append(Heard(verdict.version_id, verdict.right, None if silent else verdict.elapsed_ms))
    facts = play.facts
    assert list(heard(facts.rules, facts.draw, facts.questions, play.record)) == told
    assert sum(each.right for each in told) == progress.right


def test_times_keep_two_digits() -> None:
    examples = {0: 0, 7: 7, 99: 99, 100: 100, 109: 100, 699: 690, 700: 700, 1234: 1200, 9999: 9900, 240_000: 240_000}
    assert {ms: two_digits(ms) for ms in examples} == examples


@given(st.lists(st.integers(0, 600_000), min_size=1))
def test_the_median_of_rounded_times_is_the_median_rounded(times: list[int]) -> None:
    assert median_low(map(two_digits, times)) == two_digits(median_low(times))
