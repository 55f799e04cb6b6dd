"""The generator: same inputs, same bytes; believable rows only; and it refuses a plan whose key would not be clear."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from demo.facts import BOUNDS, COLUMNS, DemoError, implausible, read_phones, read_rows
from demo.generate import build, question
from demo.selection import refusal, select, stem

PROJECT = Path(__file__).parents[2]
DEMO = PROJECT / "demo"
CATALOGUE = PROJECT.parent / "shared" / "data" / "phones.csv"
PHONES = read_phones()
TEXT = {"zh": "谁？", "en": "Who?"}


def plan(ask: str, *models: str, **more: Any) -> dict[str, Any]:
    return {"ask": ask, "models": list(models), **TEXT, **more}


def row_of(model: str, **changed: str) -> dict[str, str]:
    return {**PHONES[model].cells, **changed}


def test_generating_again_gives_the_committed_bytes() -> None:
    files = build()
    for path, text in files.items():
        assert (DEMO / path).read_bytes() == text.encode(), path
    assert {f"outlines/{file.name}" for file in (DEMO / "outlines").iterdir()} == set(files) - {"questions.json"}


def test_every_carried_over_row_is_plausible_and_has_a_checked_name() -> None:
    names = read_rows(DEMO / "names.csv")
    assert [row["model"] for row in names if row["model"] not in PHONES] == []
    assert len(names) == len(PHONES) == len(read_rows(DEMO / "phones.csv"))
    for phone in PHONES.values():
        assert implausible(phone.cells) is None, phone.model
        assert phone.cells["brand"] == "Xiaomi"
        assert all(low <= phone.number(column) <= high for column, (low, high) in BOUNDS.items())
    for language in ("zh", "en"):
        assert len({row[language] for row in names}) == len(names)
    assert "ram" not in COLUMNS and "storage" not in COLUMNS


def test_no_two_carried_over_rows_are_regional_twins() -> None:
    assert len({stem(model) for model in PHONES}) == len(PHONES)
    assert stem("Redmi 9 (India)") == stem("Redmi 9") and stem("Mi Mix 3 5G") == stem("Mi Mix 3")
    assert stem("Mi 10 Pro 5G") != stem("Mi 10 5G") and stem("Mi 4c") != stem("Mi 4")


def test_a_twin_with_other_numbers_keeps_both_rows_out() -> None:
    plain, twin = row_of("Mi 9"), {**row_of("Mi 9"), "model": "Mi 9 5G", "weight_g": "199"}
    assert refusal(plain, [plain, twin]) == "its regional twins state other numbers"
    assert refusal(twin, [plain, twin]) == "a regional twin with a shorter name is in the catalogue"
    same = {**twin, "weight_g": plain["weight_g"]}
    assert refusal(plain, [plain, same]) is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"weight_g": "5"}, "weight_g 5 is outside"),
        ({"weight_g": ""}, "no weight_g"),
        ({"battery_mah": "33000"}, "battery_mah 33000 is outside"),
        ({"weight_g": "250"}, "density"),
        ({"width_mm": "62"}, "does not suit the body"),
        ({"ppi": "300"}, "disagree"),
    ],
)
def test_a_row_with_a_wrong_number_is_not_believed(changed: dict[str, str], reason: str) -> None:
    assert implausible(row_of("Mi 9")) is None
    assert reason in (implausible(row_of("Mi 9", **changed)) or "believed")


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(plan("heaviest", "Mi Mix", "Mi 10 5G"), id="209 g against 208 g"),
        pytest.param(plan("heaviest", "Redmi K20", "Redmi K20 Pro"), id="the same weight twice"),
        pytest.param(plan("first", "Mi 6", "Mi Mix 2"), id="the same year twice"),
        pytest.param(plan("true_heavier", "Mi 9", "Mi 8"), id="a claim about 2 g"),
        pytest.param(plan("many_lighter", "Civi", "Mi 9 SE", limit=160), id="a limit too near to a phone"),
        pytest.param(plan("newest", "13", "Mi 9"), id="a year that fans dispute"),
        pytest.param(plan("outline", "Mi 9", "Mi 9 Pro", difficulty=1), id="two outlines that look alike"),
        pytest.param(plan("year", "Mi 6", years=[2015, 2016], difficulty=1), id="the right year is not offered"),
        pytest.param(plan("odd_year", "Mi 6", "Mi Mix 2", year=2017, difficulty=1), id="nobody is the odd one"),
        pytest.param(plan("many_year", "Mi 6", "Mi Mix 2", year=2016, difficulty=1), id="nothing to pick"),
    ],
)
def test_a_plan_entry_without_a_clear_key_is_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(DemoError, match=r"plan\.json"):
        question(entry, PHONES)


@pytest.mark.parametrize("path", sorted((DEMO / "outlines").glob("*.svg")), ids=lambda path: path.stem)
def test_an_outline_is_to_scale_and_says_nothing_about_the_phone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) <= 3000 and "#FF6900" in text
    assert not re.search(r"script|href|url\(|<title|<image", text)
    root = ElementTree.fromstring(text)
    words = [element.text for element in root.iter() if element.text and element.text.strip()]
    assert words == ["1 cm"]
    assert float(root.attrib["font-size"]) / float(root.attrib["viewBox"].split()[3]) > 0.1  # 9 px on a small phone
    body, screen, side = (
        [float(box.attrib[side]) for side in ("width", "height")] for box in root if "rx" in box.attrib
    )
    shown = [phone for phone in PHONES.values() if file_name(phone.model) == path.stem]
    assert len(shown) == 1
    cells = shown[0].cells
    assert body == [float(cells["width_mm"]), float(cells["length_mm"])]
    assert side == [float(cells["thickness_mm"]), float(cells["length_mm"])]
    diagonal_in = (screen[0] ** 2 + screen[1] ** 2) ** 0.5 / 25.4
    assert abs(diagonal_in - float(cells["screen_in"])) < 0.01
    aspect = float(cells["resolution_long_px"]) / float(cells["resolution_short_px"])
    assert abs(screen[1] / screen[0] - aspect) < 0.01


def file_name(model: str) -> str:
    return re.sub("[^a-z0-9]+", "-", model.lower())


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the big catalogue is not part of the project; it lies beside it")
def test_selecting_from_the_catalogue_again_gives_the_committed_rows(tmp_path: Path) -> None:
    assert select(CATALOGUE, tmp_path) == []
    assert (tmp_path / "phones.csv").read_bytes() == (DEMO / "phones.csv").read_bytes()
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        by_model = {row["model"]: row for row in csv.DictReader(file) if row["brand"] == "Xiaomi"}
    for phone in PHONES.values():
        assert phone.cells == {column: by_model[phone.model][column] for column in COLUMNS}
