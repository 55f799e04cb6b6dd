"""Kinds of badges: each there is has a name in both languages and is found by it."""

from __future__ import annotations

import pytest

from campaigns.domain.badge_kinds import KINDS, holds, is_kind, kind_called
from campaigns.domain.badges import Badge


def test_every_kind_is_found_by_its_name_in_either_language_and_no_two_share_one() -> None:
    for kind, name in KINDS.items():
        assert kind_called(name["zh"]) == kind_called(name["en"].upper()) == kind_called(kind) == kind
    assert set(Badge) < set(KINDS) and kind_called("bravest") is None


@pytest.mark.parametrize(
    ("held", "kind", "said"),
    [
        ("top:week:2026-W47", "top:week:", True),
        ("top:weekend", "top:week:", False),
        ("perfect", "perfect:", False),
        ("perfect:2", "perfect", False),
        ("level:12", "level:1", False),
        ("level:1", "level:1", True),
    ],
)
def test_a_family_is_held_by_any_of_it_and_a_badge_by_itself_alone(held: str, kind: str, said: bool) -> None:
    assert is_kind(kind) and holds({held}, kind) is said
