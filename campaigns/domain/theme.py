"""A campaign's theme: two colours, a background, a logo, sounds; and the palette that can be read, whatever was chosen.

One ground colour makes two grounds: its dark for screens and phones in the dark, its light for phones by day. Everything
that must be read or told apart on them (text, the six elements, right and wrong) keeps its own colour; it is the ground that
gives way, towards black or white, until all of them have READ on it. The brand colour gives way on each ground until it is
SEEN there and near-black or white can be read on it. Rejected: refusing colours (a brand has no other), a colour for each
element (searched once for all kinds of sight: static/css/tokens.css).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from campaigns.domain.colour import BLACK, WHITE, Colour, contrast, mixed, nearest
from campaigns.domain.errors import BadInput

READ = 4.5  # contrast of text (WCAG 2 AA)
SEEN = 2.4  # of a button or a ring, whose words have READ on it; the default orange on paper has 2.7
LINED = 3.5  # of lines that bound something
GLOW = 0.14  # share of brand in the strongest part of a background, if text still has READ there
NEAR_BLACK = Colour.of("#140800")
BRAND = Colour.of("#ff6900")


class Backdrop(StrEnum):
    GLOW = "glow"
    GATES = "gates"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Theme:
    """`ground` None: the house's own. `logo`: a stored picture."""

    brand: Colour = BRAND
    ground: Colour | None = None
    backdrop: Backdrop = Backdrop.GLOW
    sounds: bool = True
    logo: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; `from_dict` reads them back."""
        ground = None if self.ground is None else str(self.ground)
        shown = {"backdrop": self.backdrop.value, "sounds": self.sounds, "logo": self.logo}
        return {"brand": str(self.brand), "ground": ground, **shown}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Theme:
        ground = Colour.of(data["ground"]) if data["ground"] else None
        return cls(Colour.of(data["brand"]), ground, Backdrop(data["backdrop"]), data["sounds"], data["logo"])


def checked_theme(brand: str, ground: str, backdrop: str, *, sounds: bool) -> Theme:
    """From a form; an empty ground is the house's own. Raises BadInput naming the field."""
    if backdrop not in set(Backdrop):
        raise BadInput("backdrop", backdrop, f"one of {', '.join(Backdrop)}")
    chosen = Colour.of(ground, "ground") if ground.strip() else None
    return Theme(Colour.of(brand, "brand"), chosen, Backdrop(backdrop), sounds)


@dataclass(frozen=True, slots=True)
class Side:
    """What one ground needs: `marks` must have READ on it, `far` is where it gives way to, `near` the other end."""

    house: Colour
    raised: Colour
    text: Colour
    soft: Colour
    marks: tuple[Colour, ...]
    far: Colour
    near: Colour


def _side(house: str, raised: str, text: str, soft: str, marks: str, far: Colour, near: Colour) -> Side:
    shown = tuple(Colour.of(mark) for mark in marks.split())
    return Side(Colour.of(house), Colour.of(raised), Colour.of(text), Colour.of(soft), shown, far, near)


# Elements, right, wrong, (dark only) gold: of static/css/tokens.css, to which a test holds them.
DARK = _side(
    "#0e1014",
    "#181b22",
    "#f6f3ee",
    "#a9adb6",
    "#f4432a #72b4fd #a9fdcc #fad501 #c9ab93 #ad68fa #5ce0c2 #ff8fb3 #f6c445",
    BLACK,
    WHITE,
)
LIGHT = _side(
    "#faf8f5",
    "#ffffff",
    "#0e1014",
    "#575349",
    "#c23440 #2e62b0 #0b4a16 #7d5b00 #5a4a3c #5a1484 #00695a #8c2f52",
    WHITE,
    BLACK,
)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one ground. `glow`: the share of brand that a background may hold."""

    brand: Colour
    brand_ink: Colour
    brand_text: Colour
    brand_wash: Colour
    ground: Colour
    raised: Colour
    sunk: Colour
    line: Colour
    line_strong: Colour
    glow: float


def palette(theme: Theme, side: Side) -> Palette:
    """Everything that a face paints on this ground, each readable where it stands."""
    ground, raised = _grounds(theme.ground, side)
    sunk = mixed(ground, BLACK, 0.4 if side is DARK else 0.05)
    brand = nearest(theme.brand, side.near, lambda each: _carries(each) and contrast(each, ground) >= SEEN)
    wash = mixed(ground, brand, 0.12)
    behind = (ground, raised, wash, side.house, side.raised)
    said = nearest(theme.brand, side.near, lambda each: all(contrast(each, under) >= READ for under in behind))
    strong = nearest(mixed(ground, side.text, 0.35), side.text, lambda each: contrast(each, ground) >= LINED)
    return Palette(
        brand=brand,
        brand_ink=_ink(brand),
        brand_text=said,
        brand_wash=wash,
        ground=ground,
        raised=raised,
        sunk=sunk,
        line=mixed(ground, side.text, 0.14),
        line_strong=strong,
        glow=_glow(ground, brand, side),
    )


def _grounds(chosen: Colour | None, side: Side) -> tuple[Colour, Colour]:
    """(ground, raised). By day a ground is a tint: nearly white with a breath of the colour."""
    if chosen is None:
        return side.house, side.raised
    start = chosen if side is DARK else mixed(chosen, WHITE, 0.92)

    def readable(ground: Colour) -> bool:
        under = (ground, _raised(ground, side)) if side is DARK else (ground,)
        return all(contrast(mark, each) >= READ for mark in (*side.marks, side.soft) for each in under)

    ground = nearest(start, side.far, readable)
    return ground, _raised(ground, side)


def _raised(ground: Colour, side: Side) -> Colour:
    return mixed(ground, WHITE, 0.045 if side is DARK else 0.7)


def _carries(brand: Colour) -> bool:
    """Near-black or white can be read on it; between the two lies a sliver where neither can."""
    return contrast(brand, _ink(brand)) >= READ


def _ink(brand: Colour) -> Colour:
    return NEAR_BLACK if contrast(brand, NEAR_BLACK) >= READ else WHITE


def _glow(ground: Colour, brand: Colour, side: Side) -> float:
    shares = (GLOW * step / 10 for step in range(10, -1, -1))
    return next(share for share in shares if share == 0 or contrast(side.soft, mixed(ground, brand, share)) >= READ)


def corrections(theme: Theme) -> dict[str, tuple[Colour, Colour]]:
    """What was not used as it was chosen: name → (chosen, used). For whoever chooses."""
    dark, light = palette(theme, DARK), palette(theme, LIGHT)
    used = {"brand_dark": (theme.brand, dark.brand), "brand_light": (theme.brand, light.brand)}
    if theme.ground is not None:
        used["ground"] = (theme.ground, dark.ground)
    return {name: pair for name, pair in used.items() if pair[0] != pair[1]}
