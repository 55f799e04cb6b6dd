"""The shuffle must be the page's own, number for number: both read the same vectors (tests/js/shuffle.test.js)."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.shuffle import fnv1a32, mulberry32, shuffle

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
