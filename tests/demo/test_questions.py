"""Every key of the demo, proved from the rows of phones.csv by a computation of its own.

Nothing of the generator's judging is imported: the kinds are spelled out again below, and what is compared is read back
from the published question alone (its tags, the names on its choices, the numbers in its sentence).
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from campaigns.domain.question_import import parse

DEMO = Path(__file__).parents[2] / "demo"
DOCUMENT = json.loads((DEMO / "questions.json").read_text(encoding="utf-8"))
QUESTIONS: list[dict[str, Any]] = DOCUMENT["questions"]
KEYED = [question for question in QUESTIONS if not question["sealed"]]

LARGEST = {
    "newest": "year",
    "heaviest": "weight_g",
    "thickest": "thickness_mm",
    "battery_most": "battery_mah",
    "screen_biggest": "screen_in",
}
SMALLEST = {
    "first": "year",
    "lightest": "weight_g",
    "thinnest": "thickness_mm",
    "battery_least": "battery_mah",
    "screen_smallest": "screen_in",
}
CLAIMED_MORE = {
    "true_heavier": "weight_g",
    "true_thicker": "thickness_mm",
    "true_battery": "battery_mah",
    "true_screen": "screen_in",
}
OVER = {"many_battery_over": "battery_mah", "many_screen_over": "screen_in"}
UNDER = {"many_lighter": "weight_g", "many_thinner": "thickness_mm"}
ESTIMATED = {
    "estimate_weight": "weight_g",
    "estimate_battery": "battery_mah",
    "estimate_thickness": "thickness_mm",
    "estimate_screen": "screen_in",
}


def rows(name: str) -> dict[str, dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return {row["model"]: row for row in csv.DictReader(file)}


PHONES = rows("phones.csv")
NAMES = rows("names.csv")
MODEL_OF = {(language, row[language]): model for model, row in NAMES.items() for language in ("zh", "en")}


def label(question: dict[str, Any]) -> str:
    return str(question["text"]["en"])


def of(*asks: dict[str, str] | str) -> list[Any]:
    wanted = {name for ask in asks for name in ([ask] if isinstance(ask, str) else ask)}
    return [pytest.param(question, id=label(question)) for question in KEYED if question["tags"][0] in wanted]


def cell(model: str, column: str) -> Decimal:
    return Decimal(PHONES[model][column])


def choice_models(question: dict[str, Any]) -> dict[str, str]:
    """Choice id → model, read from the names; both languages must name the same phone."""
    models = {choice["id"]: MODEL_OF["zh", choice["text"]["zh"]] for choice in question["choices"]}
    assert models == {choice["id"]: MODEL_OF["en", choice["text"]["en"]] for choice in question["choices"]}
    return models


def named_in(text: str, language: str) -> list[str]:
    """Models named in a sentence, in order; the longest name wins where one is inside another."""
    longest_first = sorted((name for tongue, name in MODEL_OF if tongue == language), key=len, reverse=True)
    found = re.findall("|".join(re.escape(name) for name in longest_first), text)
    return [MODEL_OF[language, name] for name in found]


def clearly_more(larger: Decimal, smaller: Decimal, column: str) -> bool:
    return larger > smaller if column == "year" else (larger - smaller) / larger >= Decimal("0.05")


def smallest_gap(question: dict[str, Any]) -> Decimal:
    """How far the nearest wrong phone is from the right one, as a share of the larger value."""
    models = choice_models(question)
    column = (LARGEST | SMALLEST)[question["tags"][0]]
    right = cell(models[question["key"][0]], column)
    others = [cell(model, column) for choice, model in models.items() if choice not in question["key"]]
    return min(abs(right - other) / max(right, other) for other in others)


@pytest.mark.parametrize("question", of(LARGEST, SMALLEST))
def test_the_keyed_phone_beats_every_other_choice_clearly(question: dict[str, Any]) -> None:
    ask, models = question["tags"][0], choice_models(question)
    (right,) = question["key"]
    others = [model for choice, model in models.items() if choice != right]
    assert question["kind"] == "single" and others
    for other in others:
        if ask in LARGEST:
            assert clearly_more(cell(models[right], LARGEST[ask]), cell(other, LARGEST[ask]), LARGEST[ask])
        else:
            assert clearly_more(cell(other, SMALLEST[ask]), cell(models[right], SMALLEST[ask]), SMALLEST[ask])


@pytest.mark.parametrize("question", of(CLAIMED_MORE, "true_earlier"))
def test_a_statement_is_keyed_true_exactly_when_the_facts_say_so(question: dict[str, Any]) -> None:
    ask = question["tags"][0]
    first, second = (fact["model"] for fact in question["facts"])
    assert named_in(question["text"]["zh"], "zh") == [first, second]
    assert named_in(question["text"]["en"], "en") == [first, second]
    column = CLAIMED_MORE.get(ask, "year")
    one, other = cell(first, column), cell(second, column)
    assert clearly_more(max(one, other), min(one, other), column)
    holds = one < other if ask == "true_earlier" else one > other
    assert question["key"] == ["true" if holds else "false"]
    assert [choice["id"] for choice in question["choices"]] == ["true", "false"]


@pytest.mark.parametrize("question", of(OVER, UNDER))
def test_a_multiple_key_is_exactly_the_phones_beyond_the_limit(question: dict[str, Any]) -> None:
    ask, models = question["tags"][0], choice_models(question)
    column = (OVER | UNDER)[ask]
    (limit,) = (Decimal(found) for found in re.findall(r"\d+", question["text"]["zh"]))
    assert re.findall(r"\d+", question["text"]["en"]) == [str(limit)]
    wanted = [choice for choice, model in models.items() if (cell(model, column) > limit) is (ask in OVER)]
    assert question["key"] == wanted and 0 < len(wanted) < len(models)
    for model in models.values():
        value = cell(model, column)
        assert clearly_more(max(value, limit), min(value, limit), column)


@pytest.mark.parametrize("question", of("many_year", "odd_year"))
def test_a_question_about_one_year_keys_exactly_the_phones_of_it(question: dict[str, Any]) -> None:
    models = choice_models(question)
    (year,) = re.findall(r"20\d\d", question["text"]["zh"])
    assert re.findall(r"20\d\d", question["text"]["en"]) == [year]
    of_the_year = [choice for choice, model in models.items() if PHONES[model]["year"] == year]
    others = [choice for choice in models if choice not in of_the_year]
    assert question["key"] == (of_the_year if question["tags"][0] == "many_year" else others)
    assert question["kind"] == "multiple" or len(question["key"]) == 1


@pytest.mark.parametrize("question", of("year"))
def test_a_year_question_keys_the_year_of_the_one_phone_it_names(question: dict[str, Any]) -> None:
    (model,) = named_in(question["text"]["zh"], "zh")
    assert named_in(question["text"]["en"], "en") == [model]
    years = {choice["id"]: choice["text"]["en"] for choice in question["choices"]}
    assert [choice["text"]["zh"] for choice in question["choices"]] == [f"{year} 年" for year in years.values()]
    assert question["key"] == [choice for choice, year in years.items() if year == PHONES[model]["year"]]
    assert len(question["key"]) == 1 and list(years.values()) == sorted(set(years.values()))


@pytest.mark.parametrize("question", of(ESTIMATED))
def test_an_estimate_is_keyed_with_the_number_of_the_phone_it_names(question: dict[str, Any]) -> None:
    (model,) = named_in(question["text"]["zh"], "zh")
    assert named_in(question["text"]["en"], "en") == [model]
    value, margin = question["key"]["value"], question["key"]["margin"]
    assert value == float(cell(model, ESTIMATED[question["tags"][0]]))
    assert question["low"] + margin <= value <= question["high"] - margin and margin > 0
    assert question["unit"]["zh"] and question["unit"]["en"] and question["choices"] == []
    assert value != (question["low"] + question["high"]) / 2, "the slider must not start on the answer"


@pytest.mark.parametrize("question", of("outline"))
def test_an_outline_differs_visibly_from_the_front_of_every_wrong_phone(question: dict[str, Any]) -> None:
    models = choice_models(question)
    (right,) = question["key"]
    assert f"{PHONES[models[right]]['length_mm']} mm long" in question["image_alt"]["en"]
    for choice, model in models.items():
        if choice != right:
            pairs = [(cell(models[right], name), cell(model, name)) for name in ("length_mm", "width_mm", "screen_in")]
            assert any(clearly_more(max(pair), min(pair), "") for pair in pairs)


def test_every_kind_of_question_is_proved_by_one_of_the_tests_above() -> None:
    proved = LARGEST | SMALLEST | CLAIMED_MORE | OVER | UNDER | ESTIMATED
    assert {question["tags"][0] for question in KEYED} == {
        *proved, "true_earlier", "many_year", "odd_year", "year", "outline"
    }  # fmt: skip


def test_there_are_many_questions_of_many_kinds_and_no_sentence_twice() -> None:
    assert len(QUESTIONS) >= 60
    assert len({question["tags"][0] for question in QUESTIONS}) >= 8
    for language in ("zh", "en"):
        assert len({question["text"][language] for question in QUESTIONS}) == len(QUESTIONS)


def test_every_fact_is_a_cell_of_the_carried_over_rows() -> None:
    for question in KEYED:
        assert question["facts"], label(question)
        for fact in question["facts"]:
            row = PHONES[fact["model"]]
            assert (row["brand"], row[fact["column"]]) == (fact["brand"], fact["value"])


def test_no_phone_is_asked_for_a_number_that_fans_dispute() -> None:
    asked = {(fact["model"], fact["column"]) for question in KEYED for fact in question["facts"]}
    disputed = {(model, column) for model, row in NAMES.items() for column in row["not_for"].split()}
    assert disputed and not asked & disputed
    assert all(bool(row["not_for"]) is bool(row["why"]) for row in NAMES.values())


def test_a_year_in_the_sentence_holds_for_every_phone_shown() -> None:
    loosely = ("前后", "及以前", "年代")
    for question in KEYED:
        said = re.findall(r"(20\d\d) 年", question["text"]["zh"])
        if (
            not said
            or question["tags"][0] in ("odd_year", "many_year")
            or any(w in question["text"]["zh"] for w in loosely)
        ):
            continue
        shown = {fact["model"] for fact in question["facts"]}
        assert {PHONES[model]["year"] for model in shown} <= set(said), label(question)


def test_difficulty_rises_and_the_differences_shrink() -> None:
    levels = [question["difficulty"] for question in QUESTIONS]
    assert levels == sorted(levels) and set(levels) == {1, 2, 3, 4, 5}
    gaps: dict[int, list[Decimal]] = {}
    for question in KEYED:
        ask = question["tags"][0]
        if ask in (LARGEST | SMALLEST) and "year" not in question["tags"]:
            gaps.setdefault(question["difficulty"], []).append(smallest_gap(question))
    shrinking = [median(gaps[level]) for level in sorted(gaps)]
    assert len(shrinking) == 5 and shrinking == sorted(shrinking, reverse=True)


def test_the_place_of_the_right_choice_gives_nothing_away() -> None:
    places = Counter(question["key"][0] for question in KEYED if question["kind"] == "single")
    assert set(places) == set("abcd") and max(places.values()) <= 2 * min(places.values())
    claims = Counter(question["key"][0] for question in KEYED if question["kind"] == "truefalse")
    assert abs(claims["true"] - claims["false"]) <= 2


def test_only_the_spoken_and_the_last_question_are_sealed_and_have_no_key_anywhere() -> None:
    spoken, last = QUESTIONS[-2:]
    assert [question["sealed"] for question in QUESTIONS] == [False] * len(KEYED) + [True, True]
    assert spoken["kind"] == "buzzer" and spoken["key"] is None and spoken["choices"] == []
    (fact,) = spoken["facts"]
    assert PHONES[fact["model"]]["year"] == fact["value"] and fact["value"] in spoken["explanation"]["zh"]
    assert last["key"] is None and last["kind"] == "estimate" and last["margin"] == 200 and last["facts"] == []
    assert last["unit"] == {"zh": "元", "en": "CNY"}
    assert "200" in last["text"]["zh"] and "200" in last["text"]["en"]


def test_both_languages_are_complete_and_short_enough() -> None:
    limits = {"zh": (60, 20), "en": (120, 40)}
    for question in QUESTIONS:
        for language, (sentence, choice_text) in limits.items():
            assert 0 < len(question["text"][language]) <= sentence, label(question)
            assert 0 < len(question["explanation"][language]) <= 120, label(question)
            assert all(0 < len(choice["text"][language]) <= choice_text for choice in question["choices"])
            assert question["image_alt"] is None or question["image_alt"][language]


def test_the_starter_is_five_varied_questions_and_the_sealed_one() -> None:
    starter = [question["tags"][0] for question in QUESTIONS if question["starter"]]
    assert sorted(starter) == ["estimate_weight", "first", "heaviest", "outline", "price", "true_thicker"]


def test_the_import_of_fanfare_takes_the_file_whole() -> None:
    taken = parse((DEMO / "questions.json").read_bytes())
    assert [question.text for question in taken] == [question["text"] for question in QUESTIONS]
    assert [question.key is None for question in taken] == [question["sealed"] for question in QUESTIONS]
