"""What is exported imports back the same, in every format that the domain writes; and no cell of it is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from campaigns.domain.errors import BadInput
from campaigns.domain.importing.cells import lettered
from campaigns.domain.importing.export import Exported, as_csv, as_gift, as_json
from campaigns.domain.importing.formats import open_file
from campaigns.domain.importing.pipeline import examine
from campaigns.domain.importing.report import Line
from campaigns.domain.question import (
    LANGUAGES,
    Choice,
    ChoiceKey,
    Kind,
    Question,
    ValueKey,
    Words,
    spoken,
    validate,
)

SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\ufffd")
PLAIN = st.text(SIGNS | st.sampled_from("=+-@'\"{}~#:\\%/[]<>\n,;中题"), min_size=1, max_size=12).map(str.strip)
TEXT = PLAIN.filter(bool)
NUMBER = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda value: abs(value) > 1e-6)


def words(languages: tuple[str, ...], text: st.SearchStrategy[str] = TEXT) -> st.SearchStrategy[Words]:
    said = st.fixed_dictionaries(dict.fromkeys(languages, text))
    return said.map(lambda found: {each: found.get(each, "") for each in LANGUAGES})


USUAL = {"true": {"zh": "对", "en": "True"}, "false": {"zh": "错", "en": "False"}}
Judged = tuple[tuple[Choice, ...], ChoiceKey | ValueKey | None, tuple[float | None, float | None, float | None]]


@st.composite
def judged(draw: st.DrawFn, kind: Kind, languages: tuple[str, ...]) -> Judged:
    """(choices, key, (low, high, margin))."""
    if kind is Kind.BUZZER:
        return (), None, (None, None, None)
    if kind is Kind.ESTIMATE:
        low, value, high = sorted(draw(st.lists(NUMBER, min_size=3, max_size=3, unique=True)))
        margin = draw(st.floats(0.001, 1e6))
        return (), ValueKey(value, margin), (low, high, margin)
    if kind is Kind.TRUE_FALSE:
        said = {each: draw(words(LANGUAGES)) for each in USUAL} if draw(st.booleans()) else USUAL
        choices = tuple(Choice(each, said[each]) for each in USUAL)
        return choices, ChoiceKey(frozenset({draw(st.sampled_from(sorted(USUAL)))})), (None, None, None)
    ids = draw(st.permutations("abcdef"[: draw(st.integers(2, 6))]))
    most = 1 if kind is Kind.SINGLE else len(ids)
    key = ChoiceKey(frozenset(draw(st.lists(st.sampled_from(ids), min_size=1, max_size=most))))
    return tuple(Choice(each, draw(words(languages))) for each in ids), key, (None, None, None)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    languages = draw(st.sampled_from([("zh",), ("en",), ("zh", "en")]))
    kind, sealed = draw(st.sampled_from(Kind)), draw(st.booleans())
    sealed = sealed or kind is Kind.BUZZER
    choices, key, (low, high, margin) = draw(judged(kind, languages))
    question = Question(
        kind=kind,
        text=draw(words(languages)),
        choices=choices,
        key=None if sealed else key,
        sealed=sealed,
        explanation=draw(st.just({}) | words(languages)),
        image=draw(st.none() | st.just("a/b.png")),
        unit=draw(words(languages, TEXT)) if kind is Kind.ESTIMATE and draw(st.booleans()) else {},
        low=low,
        high=high,
        margin=margin if sealed else None,
        seconds=draw(st.integers(3, 240)),
        possible=draw(st.sampled_from([0, 1000, 2000])),
        difficulty=draw(st.integers(1, 5)),
        tags=tuple(draw(st.lists(st.sampled_from(["phones", "重量", "a-b"]), max_size=3, unique=True))),
    )
    try:
        return validate(question)
    except BadInput:
        assume(False)
        raise


def same(question: Question) -> Question:
    """The question with its words as they are shown: an absent language is an empty one."""
    return replace(
        question,
        text=spoken(question.text),
        explanation=spoken(question.explanation),
        unit=spoken(question.unit),
        image_alt=spoken(question.image_alt),
        choices=tuple(replace(each, text=spoken(each.text)) for each in question.choices),
    )


def read(pieces: Iterable[str], name: str) -> list[Line]:
    return list(examine(open_file("".join(pieces).encode(), name).items))


@pytest.mark.parametrize(
    ("write", "name", "known_as"),
    [(as_json, "q.json", lambda each: each), (as_csv, "q.csv", lettered), (as_gift, "q.gift", lettered)],
    ids=["json", "csv", "gift"],
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(listed=st.lists(questions(), min_size=1, max_size=3), source=st.sampled_from(["", "OpenTriviaQA", "=A1"]))
def test_what_is_exported_imports_back_the_same(
    write: Callable[[list[Exported]], Iterator[str]],
    name: str,
    known_as: Callable[[Question], Question],
    listed: list[Question],
    source: str,
) -> None:
    lines = read(write([Exported(question, source) for question in listed]), name)
    assert [line.problems for line in lines if line.question is None] == []
    assert [same(line.question) for line in lines if line.question] == [same(known_as(each)) for each in listed]
    assert {line.source for line in lines} == {source}


@pytest.mark.parametrize("value", [1.37571382522583, 0.00012345678901234567, 2.5e-05, -1e9])
def test_every_digit_of_an_estimate_goes_out_and_comes_back_by_gift(value: float) -> None:
    key, asked = ValueKey(value, 0.5), {"zh": "多重？", "en": "How heavy?"}
    estimate = Question(Kind.ESTIMATE, asked, (), key, low=-1e9, high=1e9)
    assert [line.question and line.question.key for line in read(as_gift([Exported(estimate)]), "q.gift")] == [key]


@settings(max_examples=15)
@given(st.lists(questions(), min_size=1, max_size=2))
def test_no_cell_of_an_exported_sheet_begins_like_a_formula(listed: list[Question]) -> None:
    sheet = "".join(as_csv([Exported(question) for question in listed])).removeprefix("\ufeff")
    cells = [cell for row in csv.reader(io.StringIO(sheet, newline="")) for cell in row]
    risky = [cell for cell in cells if cell[:1] in ("=", "@", "\t", "\r") or cell[:1] in ("+", "-")]
    assert [cell for cell in risky if not _is_number(cell)] == []


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
