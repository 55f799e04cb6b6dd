"""Colours as WCAG 2 measures them: luminance, contrast, and the nearest one that can be read.

Source: W3C, Web Content Accessibility Guidelines 2.2, "relative luminance" and "contrast ratio". Mixing is in sRGB, as CSS
does it; a colour that is not good enough is moved towards white or black in steps, so its hue stays what it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, Self

from campaigns.domain.errors import BadInput

STEPS = 100
_TYPED = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


class Colour(NamedTuple):
    """sRGB, 0 to 255 each."""

    red: int
    green: int
    blue: int

    @classmethod
    def of(cls, typed: str, field: str = "colour") -> Self:
        """#ff6900, FF6900 or #f60. Raises BadInput."""
        found = _TYPED.fullmatch(typed.strip())
        if found is None:
            raise BadInput(field, typed, "a colour such as #FF6900")
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return cls(*(int(digits[at : at + 2], 16) for at in (0, 2, 4)))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


BLACK, WHITE = Colour(0, 0, 0), Colour(255, 255, 255)


def luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: Colour, other: Colour) -> float:
    """1 (the same) to 21 (black on white)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with `share` (0 to 1) of `other` in it."""
    return Colour(*(round(a + (b - a) * share) for a, b in zip(one, other, strict=True)))


def nearest(colour: Colour, towards: Colour, good: Callable[[Colour], bool]) -> Colour:
    """The colour itself if it is good, else the first good one on the way to `towards`; that one at the end."""
    way = (mixed(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next((each for each in way if good(each)), towards)
