"""Questions: what can be played, what is refused with field, value and wish, and what never leaves the house."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.errors import BadInput
from campaigns.domain.question import (
    Choice,
    ChoiceKey,
    Key,
    Kind,
    PublicQuestion,
    Question,
    ValueKey,
    check_key,
    choice_order,
    public,
    validate,
)


def words(text: str) -> dict[str, str]:
    return {"zh": f"{text}（中）", "en": text}


def choices(*ids: str) -> tuple[Choice, ...]:
    return tuple(Choice(choice_id, words(f"choice {choice_id}")) for choice_id in ids)


SINGLE = Question(
    kind=Kind.SINGLE,
    text=words("Which came first?"),
    choices=choices("a", "b", "c", "d"),
    key=ChoiceKey(frozenset("c")),
    explanation=words("c was announced in 2011"),
)
MULTIPLE = replace(SINGLE, kind=Kind.MULTIPLE, key=ChoiceKey(frozenset("ac")))
TRUE_FALSE = replace(
    SINGLE,
    kind=Kind.TRUE_FALSE,
    choices=(Choice("true", {"zh": "对", "en": "True"}), Choice("false", {"zh": "错", "en": "False"})),
    key=ChoiceKey(frozenset({"true"})),
)
ESTIMATE = replace(
    SINGLE, kind=Kind.ESTIMATE, choices=(), key=ValueKey(186.0, 5.0), low=100.0, high=300.0, unit=words("g")
)


@pytest.mark.parametrize("question", [SINGLE, MULTIPLE, TRUE_FALSE, ESTIMATE], ids=lambda q: q.kind.value)
def test_a_complete_question_is_taken_as_it_is(question: Question) -> None:
    assert validate(question) is question


@pytest.mark.parametrize("question", [SINGLE, MULTIPLE, TRUE_FALSE, ESTIMATE], ids=lambda q: q.kind.value)
def test_a_sealed_question_is_taken_without_a_key(question: Question) -> None:
    sealed = replace(question, sealed=True, key=None, margin=5.0)
    assert validate(sealed) is sealed


BROKEN: list[tuple[str, Question]] = [
    ("text (en)", replace(SINGLE, text={"zh": "题", "en": "  "})),
    ("text (zh)", replace(SINGLE, text={"en": "only English"})),
    ("text (zh)", replace(SINGLE, text={"zh": "长" * 201, "en": "x"})),
    ("explanation (en)", replace(SINGLE, explanation={"zh": "", "en": "x" * 501})),
    ("unit (en)", replace(ESTIMATE, unit={"zh": "克", "en": "grammes of mass"})),
    ("image_alt (en)", replace(SINGLE, image_alt={"zh": "", "en": "x" * 201})),
    ("seconds", replace(SINGLE, seconds=2)),
    ("seconds", replace(SINGLE, seconds=241)),
    ("possible", replace(SINGLE, possible=500)),
    ("difficulty", replace(SINGLE, difficulty=6)),
    ("choices", replace(SINGLE, choices=choices("a"))),
    ("choices", replace(SINGLE, choices=choices(*"abcdefg"))),
    ("choices", replace(SINGLE, choices=choices("a", "a", "b"))),
    ("choices", replace(SINGLE, choices=(Choice("a", words("same")), Choice("b", words("Same "))))),
    ("choice b (en)", replace(SINGLE, choices=(*choices("a"), Choice("b", {"zh": "乙"})))),
    ("choices", replace(TRUE_FALSE, choices=choices("false", "true"))),
    ("choices", replace(ESTIMATE, choices=choices("a", "b"))),
    ("low/high", replace(ESTIMATE, low=None)),
    ("low/high", replace(ESTIMATE, low=300.0, high=300.0)),
    ("key", replace(SINGLE, key=None)),
    ("key", replace(SINGLE, key=ChoiceKey(frozenset("e")))),
    ("key", replace(SINGLE, key=ChoiceKey(frozenset()))),
    ("key", replace(SINGLE, key=ChoiceKey(frozenset("ab")))),
    ("key", replace(SINGLE, key=ValueKey(1, 1))),
    ("key", replace(MULTIPLE, key=ChoiceKey(frozenset("ax")))),
    ("key", replace(ESTIMATE, key=ChoiceKey(frozenset("a")))),
    ("key", replace(ESTIMATE, key=ValueKey(float("nan"), 1))),
    ("key", replace(ESTIMATE, key=ValueKey(float("inf"), 1))),
    ("margin", replace(ESTIMATE, key=ValueKey(186, 0))),
    ("margin", replace(ESTIMATE, key=ValueKey(186, float("nan")))),
    ("key", replace(SINGLE, sealed=True)),
    ("margin", replace(ESTIMATE, sealed=True, key=None, margin=None)),
]


@pytest.mark.parametrize(("field", "question"), BROKEN)
def test_what_cannot_be_played_is_refused_by_the_name_of_its_field(field: str, question: Question) -> None:
    with pytest.raises(BadInput) as refused:
        validate(question)
    assert refused.value.field == field
    assert str(refused.value).startswith(f"{field}: got ") and ", wanted " in str(refused.value)


def test_the_key_of_a_sealed_question_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(BadInput) as refused:
        validate(replace(ESTIMATE, sealed=True, key=ValueKey(4999.0, 5.0), margin=5.0))
    assert "4999" not in str(refused.value)


@pytest.mark.parametrize(
    ("question", "key"),
    [(SINGLE, ChoiceKey(frozenset("a"))), (MULTIPLE, ChoiceKey(frozenset("abcd"))), (ESTIMATE, ValueKey(-1.5, 0.1))],
)
def test_a_key_that_fits_comes_back_as_it_is(question: Question, key: Key) -> None:
    assert check_key(question, key) is key


def test_the_public_question_has_no_place_for_a_key_or_an_explanation() -> None:
    assert {field.name for field in fields(PublicQuestion)} == {
        "kind",
        "text",
        "choices",
        "unit",
        "low",
        "high",
        "image_alt",
        "possible",
    }


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from("abcd"), min_size=1, max_size=1), st.permutations("abcd"))
def test_questions_that_differ_in_the_key_only_look_the_same_outside(right: set[str], order: list[str]) -> None:
    other = replace(SINGLE, key=ChoiceKey(frozenset(right)), explanation=words("a canary"))
    assert public(other, tuple(order)) == public(SINGLE, tuple(order))
    assert [text["en"] for text in public(other, tuple(order)).choices] == [f"choice {i}" for i in order]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**64))
def test_a_rounds_order_holds_every_choice_once_and_repeats_for_its_seed(seed: int) -> None:
    assert sorted(choice_order(SINGLE, seed)) == ["a", "b", "c", "d"]
    assert choice_order(SINGLE, seed) == choice_order(SINGLE, seed)
    assert choice_order(TRUE_FALSE, seed) == ("true", "false")
