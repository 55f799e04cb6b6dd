"""The badge worn beside a name: one of those held, the rarest."""

from __future__ import annotations

import pytest

from campaigns.domain.badge_bits import badges_in
from campaigns.domain.badge_wall import best_of, described
from campaigns.domain.badges import Badge

EVERY = {*map(str, Badge), *badges_in((1 << 28) - 1), "top:day:2026-11-22", "top:all", "author"}


@pytest.mark.parametrize(
    ("held", "worn"),
    [
        ((), None),
        (("took_part",), None),
        (("took_part", "perfect"), "perfect"),
        (("perfect:11", "level:12", "perfect:3"), "perfect:11"),
        (("streak:7", "streak:30", "level:1"), "streak:30"),
        (("first_blood", "fastest", "survivor"), "survivor"),
        (("nobody knows", "level:2"), "level:2"),
    ],
)
def test_the_rarest_is_worn_and_having_been_there_is_not(held: tuple[str, ...], worn: str | None) -> None:
    assert best_of(held) == worn == best_of(reversed(held))


def test_every_badge_there_is_but_having_been_there_can_be_worn() -> None:
    assert all(described(badge) is not None for badge in EVERY)
    assert {badge for badge in EVERY if best_of([badge]) is None} == {"took_part"}
