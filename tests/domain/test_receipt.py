"""Receipts: the same for the same answer, another for any other, easy to read out."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.receipt import receipt

few = settings(max_examples=25, deadline=None)
numbers = st.integers(0, 2**63)


@few
@given(st.binary(min_size=1), numbers, numbers, numbers, st.text())
def test_a_receipt_is_two_groups_of_four_without_signs_that_look_alike(
    secret: bytes, round_id: int, fan_id: int, received_ns: int, content: str
) -> None:
    made = receipt(secret, round_id, fan_id, received_ns, content)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", made)
    assert made == receipt(secret, round_id, fan_id, received_ns, content)


def test_every_part_of_an_answer_is_in_its_receipt() -> None:
    made = {
        receipt(b"secret", 7, 11, 42, "2"),
        receipt(b"another", 7, 11, 42, "2"),
        receipt(b"secret", 8, 11, 42, "2"),
        receipt(b"secret", 7, 12, 42, "2"),
        receipt(b"secret", 7, 11, 43, "2"),
        receipt(b"secret", 7, 11, 42, "3"),
        receipt(b"secret", 71, 1, 42, "2"),
    }
    assert len(made) == 7


def test_a_receipt_once_given_stays_what_it_was() -> None:
    assert receipt(b"k", 1, 2, 3, "2") == "C498-Z3A3"
