"""Fanfare JSON, the other way in: types are judged field by field, meanings by the rules of the sheet."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.question import ChoiceKey, ValueKey, validate
from campaigns.domain.question_import import ImportProblem, ImportRefused, parse


def problems_of(data: bytes | str) -> tuple[ImportProblem, ...]:
    with pytest.raises(ImportRefused) as refused:
        parse(data.encode() if isinstance(data, str) else data)
    return refused.value.errors


def as_json(**changed: object) -> dict[str, object]:
    return {
        "kind": "single",
        "text": {"zh": "哪一款更重？", "en": "Which one is heavier?"},
        "choices": [
            {"id": "b", "text": {"zh": "小米9", "en": "Xiaomi Mi 9"}},
            {"id": "a", "text": {"zh": "小米10", "en": "Xiaomi Mi 10"}},
        ],
        "key": ["a"],
        "unit": None,
        "image": None,
        "seconds": 20,
        "facts": [{"brand": "Xiaomi"}],
    } | changed


def file(*questions: object) -> str:
    return json.dumps({"format": "fanfare-questions", "version": 1, "questions": questions}, ensure_ascii=False)


def test_json_questions_are_read_and_keep_the_authored_order_of_choices() -> None:
    estimate = as_json(kind="estimate", choices=[], key={"value": 208, "margin": 10.0}, low=100, high=300)
    sealed = as_json(kind="estimate", choices=[], key=None, sealed=True, margin=10, low=100, high=300)
    both = [{"id": "true", "text": {"zh": "真", "en": "Yes"}}, {"id": "false", "text": {"zh": "假", "en": "No"}}]
    truth = as_json(kind="truefalse", choices=both, key=["false"])
    first, second, third, fourth = parse(file(as_json(), estimate, sealed, truth).encode())
    assert [choice.id for choice in first.choices] == ["b", "a"]
    assert first.key == ChoiceKey(frozenset("a"))
    assert second.key == ValueKey(208.0, 10.0)
    assert (third.key, third.margin) == (None, 10.0)
    assert [choice.text["zh"] for choice in fourth.choices] == ["真", "假"]
    assert parse(json.dumps([as_json()]).encode()) == [first]


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"kind": 3}, "kind"),
        ({"text": "both"}, "text"),
        ({"text": {"zh": "甲", "en": 5}}, "text_en"),
        ({"text": {"zh": "甲", "en": "\ud800"}}, "text_en"),
        ({"text": {"zh": "甲", "en": "a\0b"}}, "text_en"),
        ({"choices": {}}, "choices"),
        ({"choices": [{"id": "g", "text": {}}]}, "choices"),
        ({"choices": [[]]}, "choices"),
        ({"key": ["f"]}, "key"),
        ({"key": []}, "key"),
        ({"key": {"value": 1}}, "key"),
        ({"key": None}, "key"),
        ({"sealed": True}, "key"),
        ({"sealed": "no"}, "sealed"),
        ({"seconds": "20"}, "seconds"),
        ({"seconds": True}, "seconds"),
        ({"seconds": 10**400}, "seconds"),
        ({"tags": [1]}, "tags"),
        ({"explaination": {}}, "explaination"),
    ],
)
def test_a_mistake_in_json_is_found_with_its_place_and_field(changed: dict[str, object], column: str) -> None:
    found = problems_of(json.dumps([as_json(), as_json(**changed)]))
    assert {(problem.row, problem.column) for problem in found} == {(2, column)}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"{}",
        b"[]",
        b"[1]",
        b'{"format":"fanfare-questions","version":true,"questions":[]}',
        b'{"format":"kahoot","version":1,"questions":[]}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 900 + b"]" * 900,
        b"[NaN]",
        b"[" + b"9" * 5000 + b"]",
        b'[{"kind":"single","kind":"multiple"}]',
        b'["' + b'\\"' * 100_000,
        b"\xff\xfe[\0]\0",
        b'[{"text":' + b"[" * 500 + b"]" * 500 + b"}]",
    ],
)
def test_malformed_json_is_refused_with_words(data: bytes) -> None:
    assert all(problem.wanted for problem in problems_of(data))


SCALAR = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
NESTED = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["zh", "en", "id", "text"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(as_json())), NESTED))
def test_any_json_of_known_fields_gives_valid_questions_or_a_refusal(changed: dict[str, object]) -> None:
    try:
        questions = parse(json.dumps([as_json(**changed)]).encode())
    except ImportRefused as refused:
        assert all(problem.wanted and problem.column for problem in refused.errors)
    else:
        assert [validate(question) for question in questions] == questions
