"""Facts about phones, and the bounds inside which a scraped number is believed.

The catalogue is scraped data with small errors left in it. A row may decide a key only when every number is there, lies
inside plain physical bounds, and agrees with the row's other numbers: the screen fits the body, pixels and diagonal
give the stated density, the phone is neither cork nor lead. Memory and storage are not carried over at all: the
catalogue knows one variant of each model, the shops sold several.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from campaigns.domain.errors import FanfareError

HERE = Path(__file__).parent
COLUMNS = (
    "brand", "model", "year", "length_mm", "width_mm", "thickness_mm", "weight_g",
    "resolution_short_px", "resolution_long_px", "screen_in", "ppi", "battery_mah",
)  # fmt: skip
MM_PER_INCH = 25.4

# Lowest and highest value believed. Xiaomi's own range of slab phones, with a little air on both sides.
BOUNDS: dict[str, tuple[float, float]] = {
    "year": (2012, 2023),  # the very first Mi (2011) is missing; 2024 is only half in the catalogue
    "length_mm": (120, 180),
    "width_mm": (60, 92),
    "thickness_mm": (6.5, 12.5),  # thinner has never been sold, thicker is a gaming or a rugged phone
    "weight_g": (110, 250),
    "screen_in": (3.9, 7.0),
    "battery_mah": (1800, 6100),
    "ppi": (200, 560),
}
# Grams per cm³ of the bounding box: thin plastic phones sit near 1.3, glass and steel near 2.3.
DENSITY = (1.2, 2.4)
# Share of the front that is screen: early phones just above a half, today's a little under all of it.
SCREEN_SHARE = (0.5, 0.95)
# Pixels along the diagonal ÷ diagonal against the stated density: beyond this, one of the four numbers is wrong.
PPI_TOLERANCE = 0.03
# Two values closer than this never decide a key: the errors of the data and of the makers' rounding are smaller.
MIN_GAP = 0.05


class DemoError(FanfareError):
    """The demo's own files contradict its rules; the text names file, entry and rule."""

    code = "demo_inconsistent"


@dataclass(frozen=True, slots=True)
class Phone:
    """One row of phones.csv with its names. `cells` keeps the text as it stands in the file."""

    model: str
    zh: str
    en: str
    not_for: frozenset[str]
    cells: dict[str, str]

    def number(self, column: str) -> float:
        return float(self.cells[column])

    @property
    def screen_mm(self) -> tuple[float, float]:
        """Width and height of the lit area, from the diagonal and the pixels (square in every phone listed)."""
        return screen_mm(self.cells)


def screen_mm(cells: dict[str, str]) -> tuple[float, float]:
    short, long = float(cells["resolution_short_px"]), float(cells["resolution_long_px"])
    unit = float(cells["screen_in"]) * MM_PER_INCH / math.hypot(short, long)
    return short * unit, long * unit


def implausible(cells: dict[str, str]) -> str | None:
    """Why this row is not believed, or None. `cells` maps the names in COLUMNS to the text of the file."""
    empty = [column for column in COLUMNS if not cells[column]]
    if empty:
        return f"no {empty[0]}"
    for column, (low, high) in BOUNDS.items():
        if not low <= float(cells[column]) <= high:
            return f"{column} {cells[column]} is outside {low}–{high}"
    return _contradiction(cells)


def _contradiction(cells: dict[str, str]) -> str | None:
    length, width, thickness = (float(cells[name]) for name in ("length_mm", "width_mm", "thickness_mm"))
    density = float(cells["weight_g"]) / (length * width * thickness / 1000)
    if not DENSITY[0] <= density <= DENSITY[1]:
        return f"density {density:.2f} g/cm³ is outside {DENSITY[0]}–{DENSITY[1]}"
    screen_width, screen_height = screen_mm(cells)
    share = screen_width * screen_height / (length * width)
    if screen_width >= width or screen_height >= length or not SCREEN_SHARE[0] <= share <= SCREEN_SHARE[1]:
        return f"a screen of {screen_width:.1f} × {screen_height:.1f} mm does not suit the body"
    diagonal_px = math.hypot(float(cells["resolution_short_px"]), float(cells["resolution_long_px"]))
    if abs(diagonal_px / float(cells["screen_in"]) / float(cells["ppi"]) - 1) > PPI_TOLERANCE:
        return "pixels, diagonal and density disagree"
    return None


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_phones() -> dict[str, Phone]:
    """The carried-over rows by model, named by the checked map in names.csv."""
    names = {row["model"]: row for row in read_rows(HERE / "names.csv")}
    phones: dict[str, Phone] = {}
    for cells in read_rows(HERE / "phones.csv"):
        name = names[cells["model"]]
        phones[cells["model"]] = Phone(
            cells["model"], name["zh"], name["en"], frozenset(name["not_for"].split()), cells
        )
    return phones
