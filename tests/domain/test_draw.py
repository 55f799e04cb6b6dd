"""The draw: nothing twice, the same from the same seed, seldom-seen first, and an honest refusal."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.draw import Bank, BankItem, Draw, Shortage, draw
from campaigns.domain.level import Helps, Level, Pool
from tests.domain.plays import level

few = settings(max_examples=15, deadline=None)
TAGS = ("camera", "chip", "screen")


def bank_of(*counts: int, tags: tuple[str, ...] = TAGS) -> Bank:
    """So many questions of difficulty 1, 2, …; the tags take turns."""
    items: list[BankItem] = []
    for difficulty, count in enumerate(counts, 1):
        for i in range(count):
            n = len(items) + 1
            items.append(BankItem(2000 + n, n, (tags[i % len(tags)],), difficulty))
    return Bank(items)


def question(version: int) -> int:
    return version - 2000


def asks(*mixes: dict[int, int], tags: tuple[str, ...] = ()) -> list[Level]:
    return [replace(level(), pools=(Pool(tags, mix),)) for mix in mixes]


levels_of = st.lists(
    st.builds(
        lambda mix, tags, swap, retries: replace(
            level(), pools=(Pool(tags, mix),), helps=Helps(swap=swap), retries=retries
        ),
        st.dictionaries(st.integers(1, 5), st.integers(1, 4), min_size=1, max_size=3),
        st.sampled_from([(), ("chip",), ("camera", "screen")]),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=4,
)


@few
@given(levels_of, st.integers(0, 2**63 - 1), st.dictionaries(st.integers(1, 200), st.integers(1, 5), max_size=60))
def test_no_question_comes_twice_and_every_level_has_its_number(
    levels: list[Level], seed: int, seen: dict[int, int]
) -> None:
    got = draw(levels, bank_of(40, 40, 40, 40, 40), seed, seen)
    assert isinstance(got, Draw)
    drawn = [version for versions in (*got.levels, *got.reserve) for version in versions]
    assert len(set(drawn)) == len(drawn)
    assert [len(versions) for versions in got.levels] == [each.count for each in levels]
    assert got.versions == frozenset(drawn)


@few
@given(levels_of, st.integers(0, 2**63 - 1))
def test_the_same_seed_draws_the_same_whatever_the_order_of_the_bank(levels: list[Level], seed: int) -> None:
    items = [BankItem(2000 + n, n, (TAGS[n % 3],), 1 + n % 5) for n in range(200)]
    once, again = draw(levels, Bank(items), seed, {3: 1}), draw(levels, Bank(items[::-1]), seed, {3: 1})
    assert once == again
    assert isinstance(once, Draw) and Draw.from_dict(once.to_dict(), seed) == once  # type: ignore[arg-type]  # as JSON


def test_other_seeds_draw_other_questions_and_use_the_whole_bank() -> None:
    bank, levels = bank_of(30), asks({1: 5})
    draws = [draw(levels, bank, seed, {}) for seed in range(60)]
    times = Counter(version for got in draws if isinstance(got, Draw) for version in got.levels[0])
    assert len(times) == 30 and max(times.values()) < 30
    assert len(set(draws)) > 50


@few
@given(st.integers(0, 2**32), st.dictionaries(st.integers(1, 20), st.integers(1, 4)))
def test_what_is_drawn_was_never_seen_more_often_than_what_is_left(seed: int, seen: dict[int, int]) -> None:
    got = draw(asks({1: 8}), bank_of(20), seed, seen)
    assert isinstance(got, Draw)
    drawn = {question(version) for version in got.levels[0]}
    left = set(range(1, 21)) - drawn
    assert max(seen.get(q, 0) for q in drawn) <= min(seen.get(q, 0) for q in left)


def test_a_returning_fan_meets_the_whole_bank_before_anything_twice() -> None:
    seen: Counter[int] = Counter()
    for seed in range(4):
        got = draw(asks({1: 5}), bank_of(20), seed, seen)
        assert isinstance(got, Draw)
        seen.update(question(version) for version in got.levels[0])
    assert set(seen.values()) == {1} and len(seen) == 20


def test_a_missing_difficulty_is_filled_with_the_nearest_and_of_two_with_the_easier() -> None:
    bank = bank_of(5, 0, 5, 5)
    got = draw(asks({2: 7}), bank, 1, {})
    assert isinstance(got, Draw)
    assert sorted((question(v) - 1) // 5 for v in got.levels[0]) == [0, 0, 0, 0, 0, 1, 1]


def test_a_filling_takes_nothing_that_another_level_asks_for_by_name() -> None:
    got = draw(asks({1: 6}, {2: 5}), bank_of(5, 5, 5), 1, {})
    assert isinstance(got, Draw)
    assert {(question(v) - 1) // 5 for v in got.levels[1]} == {1}


def test_a_narrow_pool_draws_before_a_wide_one() -> None:
    got = draw([*asks({1: 20}), *asks({1: 10}, tags=("chip",))], bank_of(30), 4, {})
    assert isinstance(got, Draw)


def test_too_small_a_bank_is_refused_with_level_and_numbers() -> None:
    assert draw(asks({1: 3}, {1: 4}), bank_of(2, 3), 1, {}) == Shortage(level=2, wanted=4, found=2)
    assert draw(asks({1: 1}, tags=("battery",)), bank_of(9), 1, {}) == Shortage(level=1, wanted=1, found=0)
    assert draw(asks({1: 1}), Bank([]), 1, {}) == Shortage(1, 1, 0)


def test_two_versions_of_a_question_are_one_question() -> None:
    bank = Bank([BankItem(1, 9, (), 1), BankItem(2, 9, (), 1)])
    assert draw(asks({1: 2}), bank, 1, {}) == Shortage(1, 2, 1)


def test_the_reserve_serves_each_retry_and_swap_and_refuses_nobody() -> None:
    wanting = [replace(asks({1: 2, 2: 1})[0], helps=Helps(swap=2), retries=1)]
    got = draw(wanting, bank_of(9, 9), 1, {})
    assert isinstance(got, Draw) and len(got.reserve[0]) == 2 * 2 + 3
    scarce = draw(wanting, bank_of(3, 1), 1, {})
    assert isinstance(scarce, Draw) and len(scarce.reserve[0]) == 1
