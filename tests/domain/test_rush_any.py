"""What holds for every rule, whatever is answered: same again, within bounds, one pot, out stays out."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.question import ValueKey
from campaigns.domain.rush import AnswerFacts, Carry, Key, PlacesKey, Rule, RushRules, Verdict
from tests.domain.rounds import KEY, ask, left, nobody

few = settings(max_examples=40, deadline=None)
FANS = range(1, 9)
TIMES_MS = (0, 119, 120, 499, 500, 501, 9_999, 20_000)
KEYS: tuple[Key, ...] = (KEY, PlacesKey(frozenset({0, 1})), ValueKey(186, 5))
Night = list[tuple[list[AnswerFacts], Key, bool]]


def some_rules(random: Random) -> RushRules:
    rule, first_n = random.choice(list(Rule)), random.randint(1, 4)
    return RushRules(rule, first_n, random.random() < 0.5, random.randint(0, 1), random.randint(0, 1000))


def some_answers(random: Random, key: Key) -> list[AnswerFacts]:
    """Few different times and values, so that ties happen; some fans right, some wrong, some silent."""
    answers = []
    for fan in random.sample(FANS, random.randint(0, len(FANS))):
        places = (
            key.right if isinstance(key, PlacesKey) and random.random() < 0.6 else frozenset({random.randint(0, 2)})
        )
        value = random.choice([None, 180.0, 185.0, 186.0, 193.0])
        answers.append(AnswerFacts(fan, places, value, random.choice(TIMES_MS)))
    return answers


def some_night(random: Random) -> Night:
    keys = [random.choice(KEYS) for _ in range(random.randint(1, 5))]
    return [(some_answers(random, key), key, random.random() < 0.15) for key in keys]


# From one number each: forty nights drawn answer by answer would cost Hypothesis a second.
luck = st.integers(0, 2**64).map(Random)


def play(rules: RushRules, night: Night, seed: bytes, *, backwards: bool = False) -> list[list[Verdict]]:
    carries: dict[int, Carry | None] = dict.fromkeys(FANS)
    told = []
    for n, (answers, key, voided) in enumerate(night, 1):
        given_in = answers[::-1] if backwards else answers
        verdicts = ask(rules, given_in, carries, n=n, last=n == len(night), key=key, seed=seed, voided=voided)
        carries = dict(left(verdicts))
        told.append(verdicts)
    return told


@few
@given(luck)
def test_a_night_judged_again_in_any_order_is_the_same(random: Random) -> None:
    rules, night, seed = some_rules(random), some_night(random), random.randbytes(8)
    assert play(rules, night, seed) == play(rules, night, seed, backwards=True)


@few
@given(luck)
def test_every_fan_gets_one_verdict_within_bounds(random: Random) -> None:
    rules, night, seed = some_rules(random), some_night(random), random.randbytes(8)
    for (answers, _, voided), verdicts in zip(night, play(rules, night, seed), strict=True):
        assert [v.fan for v in verdicts] == list(FANS)
        answered = {answer.fan for answer in answers}
        for v in verdicts:
            assert 0 <= v.bonus <= min(v.score, 500)
            assert (v.elapsed_ms is not None) == (v.fan in answered)
            assert (v.right is not None) == (v.fan in answered and not voided)
            assert v.rank is None or v.right
            assert v.right or (v.bonus == 0 and not v.fun)


@few
@given(luck)
def test_a_pot_is_paid_once_and_never_in_excess(random: Random) -> None:
    rules = replace(some_rules(random), rule=Rule.SURVIVAL)
    night, seed = some_night(random), random.randbytes(8)
    told = play(rules, night, seed)
    paying = [verdicts for verdicts in told if any(v.score for v in verdicts)]
    paid = [v.score for verdicts in paying for v in verdicts if v.score]
    assert len(paying) <= 1 and len(set(paid)) <= 1
    assert rules.pot - len(FANS) < sum(paid) <= rules.pot or rules.pot < len(FANS)
    survivors = {v.fan for v in told[-1] if not v.carry.out}
    if survivors and rules.pot >= len(FANS):
        assert {v.fan for v in told[-1] if v.score} == survivors


@few
@given(luck)
def test_who_is_out_stays_out_and_out_is_survivals_own(random: Random) -> None:
    rules, night, seed = some_rules(random), some_night(random), random.randbytes(8)
    gone: set[int] = set()
    for n, verdicts in enumerate(play(rules, night, seed), 1):
        out = {v.fan for v in verdicts if v.carry.out}
        assert gone <= out and (not out or rules.rule is Rule.SURVIVAL)
        assert {v.fan for v in verdicts if v.carry.fell == n} == out - gone
        gone = out


@few
@given(luck)
def test_first_n_pays_in_full_exactly_n_and_none_slower_than_one_left_out(random: Random) -> None:
    answers, first_n, seed = some_answers(random, KEY), random.randint(1, 4), random.randbytes(8)
    verdicts = [v for v in ask(RushRules(Rule.FIRST_N, first_n=first_n), answers, nobody(*FANS), seed=seed) if v.right]
    full = [v.rank or 0 for v in verdicts if v.score == 1000]
    tenth = [v.rank or 0 for v in verdicts if v.score == 100]
    assert len(full) == min(first_n, len(verdicts)) and len(full) + len(tenth) == len(verdicts)
    assert max(full, default=0) <= min(tenth, default=99)
    assert all(rank <= first_n for rank in full)
