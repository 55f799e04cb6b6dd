"""Which names pass for an operator's, and how many fans look like one device."""

from __future__ import annotations

import pytest

from campaigns.domain.suspicion import known_by, one_device, passed_for

STAFF = known_by(["Marguerite", "王小明", "Al", "★★★★"])


@pytest.mark.parametrize(
    "name", ["Marguerite!", "the real Marguerite", "Marquerite", "Margueritte", "Mаrgueritе", "王小明老师"]
)
def test_a_name_that_holds_an_operators_or_is_one_letter_off_passes_for_it(name: str) -> None:
    assert passed_for(name, STAFF) is not None


@pytest.mark.parametrize("name", ["Margaret", "小明", "王小红", "Alice", "", "😀"])
def test_other_names_and_names_too_short_to_tell_do_not(name: str) -> None:
    assert passed_for(name, STAFF) is None


def test_three_to_eight_look_like_one_device_and_more_like_a_halls_network() -> None:
    assert [n for n in range(12) if one_device(n)] == [3, 4, 5, 6, 7, 8]
