"""The kinds of question the demo asks, as tables: what is compared, which way, and how it is said.

A plan entry (plan.json) names a kind, the phones shown and the sentence; everything that can be right or wrong is
computed from the facts. Each table below is one family of kinds; a new kind is a new line.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of the catalogue as fans read it; `low`, `high` and `margin` are the slider of an estimate."""

    column: str
    tag: str
    zh: str
    en: str
    low: float
    high: float
    margin: float


WEIGHT = Measure("weight_g", "weight", "克", "g", 100, 280, 10)
BATTERY = Measure("battery_mah", "battery", "mAh", "mAh", 1000, 6500, 300)
THICKNESS = Measure("thickness_mm", "thickness", "毫米", "mm", 5, 14, 0.5)
SCREEN = Measure("screen_in", "screen", "英寸", "in", 3, 8, 0.2)
YEAR = Measure("year", "year", "年", "", 2010, 2025, 1)

# ask → (what is compared, whether the largest is right)
WHICH = {
    "first": (YEAR, False),
    "newest": (YEAR, True),
    "heaviest": (WEIGHT, True),
    "lightest": (WEIGHT, False),
    "thickest": (THICKNESS, True),
    "thinnest": (THICKNESS, False),
    "battery_most": (BATTERY, True),
    "battery_least": (BATTERY, False),
    "screen_biggest": (SCREEN, True),
    "screen_smallest": (SCREEN, False),
}
# ask → (what is compared, whether the sentence claims that the first phone has more of it)
CLAIM = {
    "true_heavier": (WEIGHT, True),
    "true_thicker": (THICKNESS, True),
    "true_battery": (BATTERY, True),
    "true_screen": (SCREEN, True),
    "true_earlier": (YEAR, False),
}
# ask → (what is held against the limit, whether more than the limit is right)
MANY = {
    "many_battery_over": (BATTERY, True),
    "many_lighter": (WEIGHT, False),
    "many_thinner": (THICKNESS, False),
    "many_screen_over": (SCREEN, True),
}
ESTIMATE = {
    "estimate_weight": WEIGHT,
    "estimate_battery": BATTERY,
    "estimate_thickness": THICKNESS,
    "estimate_screen": SCREEN,
}
# What an outline shows; the front must differ by MIN_GAP in at least one of the first three.
OUTLINE = (
    "length_mm", "width_mm", "screen_in", "thickness_mm", "resolution_short_px", "resolution_long_px",
)  # fmt: skip
FRONT = OUTLINE[:3]

# Smallest relative difference that decides the key → difficulty; years: years between the right one and the next.
GAP_STEPS: tuple[tuple[float, int], ...] = ((0.35, 1), (0.20, 2), (0.12, 3), (0.08, 4), (0.0, 5))
YEAR_STEPS: tuple[tuple[float, int], ...] = ((4.0, 1), (3.0, 2), (2.0, 3), (1.0, 4))
SECONDS = {"single": 20, "multiple": 30, "truefalse": 15, "estimate": 25}
