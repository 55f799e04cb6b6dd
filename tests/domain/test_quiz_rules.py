"""The rules of a quiz: presets, JSON and back, and refusals that name the field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from campaigns.domain.errors import BadInput
from campaigns.domain.quiz_rules import Preset, QuizRules, Scoring, most_points, preset


@pytest.mark.parametrize("name", list(Preset))
@pytest.mark.parametrize("levels", [1, 2, 5, 12])
def test_a_preset_survives_json_and_can_be_played(name: Preset, levels: int) -> None:
    rules = preset(name, levels)
    assert len(rules.levels) == levels
    assert QuizRules.from_dict(json.loads(json.dumps(rules.to_dict()))) == rules


def test_the_classic_road_has_the_pass_marks_of_the_game_it_is_named_after() -> None:
    rules = preset(Preset.CLASSIC, 8)
    assert [level.pass_mark for level in rules.levels] == [30, 40, 50, 60, 70, 80, 90, 100]
    assert rules.dare and {level.count for level in rules.levels} == {5}


def test_levels_grow_harder_from_the_first_to_the_last() -> None:
    for name in Preset:
        mixes = [level.pools[0].mix for level in preset(name, 5).levels]
        means = [sum(d * n for d, n in mix.items()) for mix in mixes]
        assert means == sorted(means) and means[0] < means[-1]


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("levels", {"levels": []}, "list of 1 to 12"),
    ("attempts_per_day", {"attempts_per_day": 101}, "0 to 100"),
    ("dare", {"dare": 1}, "true or false"),
    ("scoring", {"scoring": "luck"}, "road, speed"),
    ("draw", {"draw": "first"}, "seldom, even"),
    ("version", {"version": 2}, "1 to 1"),
    ("colour", {"colour": "red"}, "one of"),
]


@pytest.mark.parametrize(("field", "change", "wanted"), BROKEN, ids=[field for field, _, _ in BROKEN])
def test_a_bad_rule_is_refused_by_name(field: str, change: dict[str, Any], wanted: str) -> None:
    with pytest.raises(BadInput) as refused:
        QuizRules.from_dict({**preset(Preset.CLASSIC, 3).to_dict(), **change})
    assert refused.value.field == field and wanted in str(refused.value)


BROKEN_LEVELS: list[tuple[str, dict[str, Any]]] = [
    ("pass_mark", {"pass_mark": -1}),
    ("pass_mark", {"pass_mark": 201}),
    ("pass_mark", {"pass_mark": "30"}),
    ("seconds", {"seconds": 4}),
    ("lives", {"lives": True}),
    ("title.zh", {"title": {"zh": "", "en": "One"}}),
    ("title.en", {"title": {"zh": "一", "en": "x" * 41}}),
    ("title.fr", {"title": {"zh": "一", "en": "One", "fr": "Un"}}),
    ("pools", {"pools": []}),
    ("pools", {"pools": [{"tags": [], "mix": {"1": 20, "2": 11}}]}),
    ("pools[0].mix", {"pools": [{"tags": [], "mix": {"6": 1}}]}),
    ("pools[0].mix[2]", {"pools": [{"tags": [], "mix": {"2": 1.5}}]}),
    ("pools[0].tags", {"pools": [{"tags": [""], "mix": {"2": 1}}]}),
    ("helps.swap", {"helps": {"swap": 4}}),
    ("helps.phone", {"helps": {"phone": 1}}),
    ("speed", {"speed": 1}),
]


@pytest.mark.parametrize(("field", "change"), BROKEN_LEVELS, ids=[field for field, _ in BROKEN_LEVELS])
def test_a_bad_level_is_refused_by_its_place_and_field(field: str, change: dict[str, Any]) -> None:
    data: dict[str, Any] = preset(Preset.CLASSIC, 3).to_dict()
    data["levels"][2].update(change)
    with pytest.raises(BadInput) as refused:
        QuizRules.from_dict(data)
    assert refused.value.field == f"levels[2].{field}"


def test_a_level_that_is_no_object_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        QuizRules.from_dict({"levels": ["one"]})
    assert refused.value.field == "levels[0]"


def test_no_pass_mark_lies_beyond_what_can_be_scored() -> None:
    assert [most_points(Scoring.ROAD, n) for n in (1, 2, 3, 5)] == [10, 20, 60, 200]
    assert most_points(Scoring.SPEED, 5) == 10_000
