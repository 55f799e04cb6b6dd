"""The shuffle must be the page's own, number for number: both read the same vectors (tests/js/shuffle.test.js)."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.shuffle import SEED_BITS, concealed, concealed_seed, fnv1a32, mulberry32, shuffle

quiz_seeds = st.integers(0, 2**SEED_BITS - 1).map(concealed_seed)
VECTORS = json.loads((Path(__file__).parents[1] / "js" / "fixtures" / "shuffle.json").read_text("utf-8"))


def test_hash_of_a_text_is_the_one_in_the_vectors() -> None:
    assert [[text, fnv1a32(text)] for text, _ in VECTORS["fnv1a32"]] == VECTORS["fnv1a32"]


def test_numbers_of_a_seed_are_the_ones_in_the_vectors() -> None:
    assert [[seed, list(islice(mulberry32(seed), 4))] for seed, _ in VECTORS["mulberry32"]] == VECTORS["mulberry32"]


def test_order_of_the_choices_is_the_one_in_the_vectors() -> None:
    assert len(VECTORS["shuffle"]) >= 30
    for vector in VECTORS["shuffle"]:
        assert shuffle(vector["count"], vector["seed"], vector["round"]) == vector["order"], vector


@given(st.integers(1, 6), st.integers(0, 2**32 - 1), st.text(max_size=40))
def test_every_choice_is_shown_exactly_once(count: int, seed: int, round_id: str) -> None:
    assert sorted(shuffle(count, seed, round_id)) == list(range(count))


def test_two_rounds_of_one_fan_have_orders_of_their_own() -> None:
    orders = {tuple(shuffle(6, 2838411, f"round {n}")) for n in range(50)}
    assert len(orders) > 40


@given(st.integers(0, 30), quiz_seeds, st.integers(1, 500))
def test_a_quiz_shows_every_choice_once_and_the_recorded_seed_gives_the_same_again(
    count: int, seed: int, n: int
) -> None:
    once = concealed(count, seed, str(n))
    assert sorted(once) == list(range(count)) and concealed(count, seed, str(n)) == once
    assert 2**SEED_BITS <= seed < 2**63, "a bigint"


@given(quiz_seeds, st.integers(32, SEED_BITS - 1), st.integers(1, 500))
def test_a_bit_above_the_first_32_gives_other_orders(seed: int, bit: int, n: int) -> None:
    other = seed ^ 1 << bit
    assert concealed(20, seed, str(n)) != concealed(20, other, str(n))
    assert concealed(20, seed, str(n)) != concealed(20, seed, str(n + 1))
    assert concealed(20, seed, str(n)) != shuffle(20, seed, str(n)), "no 32 bits give this order"


def test_the_orders_of_four_choices_are_equally_likely() -> None:
    seen = Counter(tuple(concealed(4, concealed_seed(n * 0x9E3779B97F4A7), "3")) for n in range(4800))
    assert len(seen) == 24 and all(140 < times < 260 for times in seen.values())


@given(st.integers(0, 2**32 - 1), st.integers(1, 500))
def test_a_play_recorded_with_a_seed_of_32_bits_is_still_shown_as_it_was(seed: int, n: int) -> None:
    assert concealed(5, seed, str(n)) == shuffle(5, seed, str(n))
