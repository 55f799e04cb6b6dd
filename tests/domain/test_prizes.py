"""Who wins a prize when there are fewer pieces than winners; what may stand in the list; how codes are typed."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.badges import Badge
from campaigns.domain.errors import BadInput
from campaigns.domain.prizes import (
    CODE_LENGTH,
    MOST_PRIZES,
    Prize,
    checked,
    code_as_shown,
    code_as_typed,
    earned,
    winners,
)
from campaigns.identity.tokens import CODE_ALPHABET, new_code

NAME = {"zh": "手机", "en": "A phone"}
PODIUM = Prize(NAME, 3, 1, 3)
MING, HUA, LEI, NA = 1, 2, 3, 4


def lot(fan: int) -> bytes:
    return sha256(f"seed:{fan}".encode()).digest()


def test_a_prize_for_places_is_for_those_who_scored() -> None:
    ranks, scores = {MING: 1, HUA: 2, LEI: 3, NA: 4}, {MING: 900, HUA: 800, LEI: 0, NA: 0}
    assert sorted(earned(PODIUM, ranks, scores, {})) == [MING, HUA]
    assert earned(Prize(NAME, 1, 2, 2), ranks, scores, {}) == [HUA]


def test_a_prize_for_a_badge_is_for_who_holds_it() -> None:
    flawless = Prize(NAME, 5, badge=Badge.PERFECT)
    badges = {MING: {Badge.TOOK_PART}, HUA: {Badge.TOOK_PART, Badge.PERFECT}}
    assert earned(flawless, {MING: 1, HUA: 2}, {MING: 9, HUA: 8}, badges) == [HUA]


def test_with_too_few_pieces_the_best_places_come_first_and_equal_ones_draw() -> None:
    ranks = {MING: 2, HUA: 1, LEI: 2, NA: 2}
    two = winners(Prize(NAME, 2, 1, 3), list(ranks), ranks, lot)
    assert two == [HUA, min((MING, LEI, NA), key=lot)]
    assert winners(Prize(NAME, 4, 1, 3), list(ranks), ranks, lot) == [MING, HUA, LEI, NA]


@given(st.dictionaries(st.integers(1, 500), st.integers(1, 20), max_size=40), st.integers(1, 20))
def test_never_more_winners_than_pieces_and_nobody_is_passed_by_a_worse_place(ranks: dict[int, int], n: int) -> None:
    won = winners(Prize(NAME, n, 1, 20), list(ranks), ranks, lot)
    assert len(won) == len(set(won)) == min(n, len(ranks))
    lost = ranks.keys() - set(won)
    assert all(ranks[one] <= ranks[other] for one in won for other in lost)


@pytest.mark.parametrize(
    ("prize", "field"),
    [
        (Prize({"zh": "", "en": "x"}, 1, 1, 1), "name_zh_0"),
        (Prize({"zh": "x" * 61, "en": "x"}, 1, 1, 1), "name_zh_0"),
        (Prize(NAME, 0, 1, 1), "pieces_0"),
        (Prize(NAME, 1, 0, 1), "first_0"),
        (Prize(NAME, 1, 3, 2), "last_0"),
    ],
)
def test_a_prize_that_cannot_be_is_refused_at_its_field(prize: Prize, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked([prize])
    assert refused.value.field == field


def test_more_prizes_than_a_page_holds_are_refused_and_those_that_fit_come_back_as_they_went() -> None:
    with pytest.raises(BadInput):
        checked([PODIUM] * (MOST_PRIZES + 1))
    both = (PODIUM, Prize(NAME, 2, badge=Badge.FASTEST))
    assert tuple(Prize.from_dict(prize.to_dict()) for prize in checked(both)) == both


def test_a_code_is_found_however_it_is_typed_and_has_forty_bits() -> None:
    code = new_code(CODE_LENGTH)
    shown = code_as_shown(code)
    assert code_as_typed(f" {shown.lower()} ") == code_as_typed(f"{code[:3]} {code[3:]}") == code
    assert len(CODE_ALPHABET) ** CODE_LENGTH > 2**40
    assert code_as_typed(shown[:-1]) == code_as_typed("") == code_as_typed("一二三四五六七八九十") == ""
