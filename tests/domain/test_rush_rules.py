"""What a rush is played by: read back as written, refused by name."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.errors import BadInput
from campaigns.domain.rush import Rule, RushRules

RULES = st.builds(
    RushRules,
    rule=st.sampled_from(Rule),
    first_n=st.integers(1, 1000),
    streak=st.booleans(),
    lives=st.integers(0, 1),
    pot=st.integers(0, 10_000_000),
    cap_ms=st.integers(0, 250),
    lead_ms=st.integers(0, 10_000),
    reading_min_ms=st.integers(0, 3_000),
    reading_max_ms=st.integers(3_000, 60_000),
)


@settings(max_examples=25, deadline=None)
@given(RULES)
def test_rules_come_back_from_json_as_they_were(rules: RushRules) -> None:
    assert RushRules.from_dict(json.loads(json.dumps(rules.to_dict()))) == rules


def test_what_is_not_said_is_the_default() -> None:
    assert RushRules.from_dict({}) == RushRules(Rule.SPEED, 3, False, 0, 10_000, 100, 1500, 2000, 6000, 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rule", "fastest"),
        ("rule", None),
        ("first_n", 0),
        ("first_n", 2.0),
        ("first_n", "3"),
        ("streak", 1),
        ("lives", 2),
        ("lives", True),
        ("pot", -1),
        ("cap_ms", 251),
        ("lead_ms", -1),
        ("reading_min_ms", 7000),
        ("version", 3),
        ("colour", "red"),
    ],
)
def test_anything_else_is_refused_by_its_name(field: str, value: object) -> None:
    with pytest.raises(BadInput) as refused:
        RushRules.from_dict({field: value})
    assert refused.value.field == field
