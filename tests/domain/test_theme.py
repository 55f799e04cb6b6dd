"""Themes: whatever two colours an operator chooses, everything on every face can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.colour import BLACK, WHITE, Colour, contrast, luminance, mixed, nearest
from campaigns.domain.errors import BadInput
from campaigns.domain.theme import (
    DARK,
    LIGHT,
    NEAR_BLACK,
    READ,
    SEEN,
    Backdrop,
    Side,
    Theme,
    checked_theme,
    corrections,
    palette,
)

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
COLOURS = st.builds(Colour, *[st.integers(0, 255)] * 3)
THEMES = st.builds(Theme, COLOURS, st.none() | COLOURS, st.sampled_from(Backdrop), st.booleans())


def test_contrast_is_the_one_of_the_guidelines() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21) and contrast(WHITE, WHITE) == 1
    assert contrast(Colour.of("#777777"), WHITE) == pytest.approx(4.48, abs=0.01)
    assert luminance(Colour.of("#ff6900")) == pytest.approx(0.3127, abs=0.001)


@pytest.mark.parametrize("typed", ["#ff6900", " FF6900", "f60 "])
def test_a_colour_is_typed_in_the_usual_ways(typed: str) -> None:
    assert str(Colour.of(typed)) in ("#ff6900", "#ff6600")


@pytest.mark.parametrize("typed", ["", "orange", "#ff69", "#ff69001", "#gg0000", "url(x)", "#ff6900;}"])
def test_anything_else_is_no_colour(typed: str) -> None:
    with pytest.raises(BadInput, match="brand"):
        checked_theme(typed, "", "glow", sounds=True)


def test_a_background_nobody_knows_is_refused() -> None:
    with pytest.raises(BadInput, match="backdrop"):
        checked_theme("#ff6900", "", "stars", sounds=True)


@given(THEMES, st.sampled_from([DARK, LIGHT]))
def test_whatever_is_chosen_everything_can_be_read(theme: Theme, side: Side) -> None:
    made = palette(theme, side)
    assert made.brand_ink in (NEAR_BLACK, WHITE) and contrast(made.brand, made.brand_ink) >= READ
    assert contrast(made.brand, made.ground) >= SEEN
    for text in (side.text, side.soft, made.brand_text, *side.marks):
        assert contrast(text, made.ground) >= READ
    assert contrast(side.soft, mixed(made.ground, made.brand, made.glow)) >= READ
    for under in (made.raised, made.brand_wash, side.house, side.raised):
        assert contrast(made.brand_text, under) >= READ
    assert contrast(side.soft, made.raised) >= READ and contrast(side.text, made.sunk) >= READ


@given(THEMES)
def test_a_theme_comes_back_from_its_record(theme: Theme) -> None:
    assert Theme.from_dict(theme.to_dict()) == theme


def test_good_colours_are_left_alone_and_others_are_named() -> None:
    assert corrections(Theme()) == {} and corrections(Theme(Colour.of("#ff6900"), Colour.of("#0b1020"))) == {}
    told = corrections(Theme(Colour.of("#101010"), Colour.of("#3355ff")))
    assert set(told) == {"brand_dark", "ground"}
    assert luminance(told["brand_dark"][1]) > luminance(told["brand_dark"][0])
    assert luminance(told["ground"][1]) < luminance(told["ground"][0])


def test_the_nearest_colour_is_the_first_good_one_on_the_way() -> None:
    grey = nearest(BLACK, WHITE, lambda each: each.red >= 100)
    assert grey == Colour(102, 102, 102) and nearest(BLACK, WHITE, lambda each: False) == WHITE


def tokens(ground: str) -> dict[str, str]:
    """name → colour of static/css/tokens.css on the light or the dark ground."""
    found = re.findall(r"--([\w-]+): var\(--light, (#\w+)\) var\(--dark, (#\w+)\);", TOKENS.read_text())
    return {name: light if ground == "light" else dark for name, light, dark in found}


@pytest.mark.parametrize(("side", "ground"), [(DARK, "dark"), (LIGHT, "light")])
def test_what_must_be_read_is_what_the_pages_paint(side: Side, ground: str) -> None:
    painted = tokens(ground)
    kept = [str(each) for each in (side.house, side.raised, side.text, side.soft)]
    assert kept == [painted[name] for name in ("ground", "raised", "text", "text-soft")]
    marks = [*(f"el-{at}" for at in range(6)), "right", "wrong"]
    assert [str(each) for each in side.marks[:8]] == [painted[name] for name in marks]
