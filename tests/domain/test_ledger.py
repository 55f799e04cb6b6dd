"""Points: whole, exact, written once; corrections compensate; a changed past no longer adds up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.ledger import GENESIS, Entry, batch_hash, compensations, entry_key, points

few = settings(max_examples=25, deadline=None)
sums = st.dictionaries(st.integers(1, 12), st.integers(0, 5_000), max_size=8)


@pytest.mark.parametrize(
    ("score", "rate", "wanted"),
    [(2840, "1.0", 2840), (2841, "0.5", 1420), (999, "0.001", 0), (1000, "0.001", 1), (3, "0.333", 0), (7, "2.5", 17)],
)
def test_points_are_score_times_rate_rounded_down(score: int, rate: str, wanted: int) -> None:
    assert points(score, Decimal(rate)) == wanted


def test_points_are_exact_where_floats_are_not() -> None:
    assert points(10, Decimal("0.3")) == 3
    assert points(2**32 - 1, Decimal("9999999.999")) == (2**32 - 1) * 9999999999 // 1000


def granted_by(entries: list[Entry], before: dict[int, int]) -> dict[int, int]:
    after = dict(before)
    for entry in entries:
        after[entry.fan] = after.get(entry.fan, 0) + entry.amount
    return after


def test_an_award_and_its_correction_as_a_transcript() -> None:
    first = compensations({1: 2840, 2: 0, 3: 990}, {}, run=7, version=1)
    assert first == [
        Entry("run:7:fan:1:score:v1", 1, 2840, "score", 1),
        Entry("run:7:fan:3:score:v1", 3, 990, "score", 1),
    ]
    corrected = compensations({1: 1840, 2: 1000}, {1: 2840, 3: 990}, run=7, version=2)
    assert corrected == [
        Entry("run:7:fan:1:score:v2", 1, -1000, "score", 2),
        Entry("run:7:fan:2:score:v2", 2, 1000, "score", 2),
        Entry("run:7:fan:3:score:v2", 3, -990, "score", 2),
    ]


@few
@given(sums, sums)
def test_compensations_make_what_was_granted_into_what_is_wanted(
    wanted: dict[int, int], granted: dict[int, int]
) -> None:
    entries = compensations(wanted, granted, run=1, version=2)
    after = granted_by(entries, granted)
    assert {fan: after.get(fan, 0) for fan in {*after, *wanted}} == {
        fan: wanted.get(fan, 0) for fan in {*after, *wanted}
    }
    assert all(entry.amount for entry in entries)
    assert [entry.fan for entry in entries] == sorted({entry.fan for entry in entries})
    assert compensations(wanted, after, run=1, version=2) == []


def test_keys_differ_in_every_part() -> None:
    keys = {entry_key(1, 2, "score", 1), entry_key(2, 2, "score", 1), entry_key(1, 3, "score", 1)}
    keys |= {entry_key(1, 2, "gift", 1), entry_key(1, 2, "score", 2), entry_key(11, 2, "score", 1)}
    assert len(keys) == 6


@few
@given(sums)
def test_a_batch_has_one_hash_whatever_the_order_of_its_entries(wanted: dict[int, int]) -> None:
    entries = compensations(wanted, {}, run=1, version=1)
    assert batch_hash(GENESIS, entries[::-1]) == batch_hash(GENESIS, entries)
    assert len(batch_hash(GENESIS, entries)) == 32


def test_a_changed_past_no_longer_adds_up() -> None:
    one, two = Entry("k1", 1, 100, "score", 1), Entry("k2", 2, 50, "score", 1)
    end = batch_hash(batch_hash(GENESIS, [one]), [two])
    changed = [Entry("k1", 1, 101, "score", 1), Entry("k1", 2, 100, "score", 1), Entry("kX", 1, 100, "score", 1)]
    ends = {batch_hash(batch_hash(GENESIS, [entry]), [two]) for entry in changed}
    ends |= {batch_hash(GENESIS, [one, two]), batch_hash(batch_hash(GENESIS, [two]), [one]), batch_hash(GENESIS, [two])}
    assert end not in ends and len(ends) == 6
