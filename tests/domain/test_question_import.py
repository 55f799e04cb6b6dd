"""Questions from strangers' files: all or nothing, and every reason with the row and column a spreadsheet shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain import question_import
from campaigns.domain.errors import BadInput
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question, ValueKey, validate
from campaigns.domain.question_cells import COLUMNS
from campaigns.domain.question_import import ImportProblem, ImportRefused, parse

DOCUMENT = Path(__file__).parents[2] / "docs" / "import.md"

SINGLE = {
    "kind": "single",
    "text_zh": "哪一款更重？",
    "text_en": "Which one is heavier?",
    "choice_a_zh": "小米10",
    "choice_a_en": "Xiaomi Mi 10",
    "choice_b_zh": "小米9",
    "choice_b_en": "Xiaomi Mi 9",
    "key": "a",
}
ESTIMATE = {
    "kind": "estimate",
    "text_zh": "小米10有多重？",
    "text_en": "How heavy is the Mi 10?",
    "key": "208",
    "margin": "10",
    "low": "100",
    "high": "300",
    "unit_zh": "克",
    "unit_en": "g",
}
TRUE_FALSE = {"kind": "truefalse", "text_zh": "小米10有 5G", "text_en": "The Mi 10 has 5G", "key": "TRUE"}


def sheet(*rows: dict[str, str], header: tuple[str, ...] = COLUMNS, delimiter: str = ",") -> str:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, header, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def problems_of(data: bytes | str) -> tuple[ImportProblem, ...]:
    with pytest.raises(ImportRefused) as refused:
        parse(data.encode() if isinstance(data, str) else data)
    return refused.value.errors


def places(*rows: dict[str, str]) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in problems_of(sheet(*rows))]


def test_every_kind_of_question_is_read_from_a_sheet() -> None:
    multiple = SINGLE | {"kind": "multiple", "choice_c_zh": "小米8", "choice_c_en": "Mi 8", "key": "C, a"}
    sealed = ESTIMATE | {"key": "", "sealed": "yes", "seconds": "30", "possible": "2000"}
    extras = {"image": "outlines/mi-10.svg", "difficulty": "3", "tags": "weight, 重量", "explanation_zh": "重"}
    single = SINGLE | extras | {"explanation_en": "heavy", "note": "ask Li"}
    first, second, third, fourth, fifth = parse(sheet(single, multiple, TRUE_FALSE, ESTIMATE, sealed).encode())
    assert first == Question(
        kind=Kind.SINGLE,
        text={"zh": "哪一款更重？", "en": "Which one is heavier?"},
        choices=(
            Choice("a", {"zh": "小米10", "en": "Xiaomi Mi 10"}),
            Choice("b", {"zh": "小米9", "en": "Xiaomi Mi 9"}),
        ),
        key=ChoiceKey(frozenset("a")),
        explanation={"zh": "重", "en": "heavy"},
        image="outlines/mi-10.svg",
        difficulty=3,
        tags=("weight", "重量"),
    )
    assert second.key == ChoiceKey(frozenset("ac"))
    assert third.key == ChoiceKey(frozenset({"true"}))
    assert [choice.text["zh"] for choice in third.choices] == ["对", "错"]
    assert fourth.key == ValueKey(208.0, 10.0)
    assert (fourth.low, fourth.high, fourth.unit["zh"]) == (100.0, 300.0, "克")
    assert (fifth.key, fifth.sealed, fifth.margin, fifth.seconds, fifth.possible) == (None, True, 10.0, 30, 2000)


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("gb18030"),
        lambda text: text.replace("\r\n", "\n").encode(),
        lambda text: text.replace("\r\n", "\r").encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "lf", "cr"],
)
def test_the_encodings_and_line_ends_of_real_spreadsheets_are_read(encode: Callable[[str], bytes]) -> None:
    assert parse(encode(sheet(SINGLE))) == parse(sheet(SINGLE).encode())


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_between_cells_are_understood(delimiter: str) -> None:
    assert parse(sheet(SINGLE, delimiter=delimiter).encode()) == parse(sheet(SINGLE).encode())


def test_a_missing_column_is_named() -> None:
    without = tuple(column for column in COLUMNS if column != "text_en")
    (problem,) = problems_of(sheet(SINGLE, header=without))
    assert (problem.row, problem.column) == (1, "text_en")
    assert "header" in problem.wanted


def test_an_unknown_and_a_doubled_column_are_named() -> None:
    found = problems_of("kind,text_zh,text_en,key,kind,explaination_zh\n")
    assert [(problem.row, problem.column) for problem in found] == [(1, "kind"), (1, "explaination_zh")]


def test_rows_count_as_the_spreadsheet_counts_them() -> None:
    poem = SINGLE | {"text_zh": "一行\n两行\n三行"}
    assert places(poem, dict.fromkeys(COLUMNS, ""), SINGLE | {"key": "z"}) == [(4, "key")]


def test_all_problems_of_all_rows_are_told_at_once_and_nothing_is_imported() -> None:
    bad = SINGLE | {"key": "d", "seconds": "soon", "text_en": "", "possible": "500"}
    assert places(SINGLE, bad, ESTIMATE | {"margin": "-1"}) == [
        (3, "text_en"),
        (3, "seconds"),
        (3, "possible"),
        (3, "key"),
        (4, "margin"),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (SINGLE | {"kind": "puzzle"}, "kind"),
        (SINGLE | {"key": "c"}, "key"),
        (SINGLE | {"key": "a,b"}, "key"),
        (SINGLE | {"key": ""}, "key"),
        (SINGLE | {"sealed": "yes"}, "key"),
        (SINGLE | {"key": "", "sealed": "perhaps"}, "sealed"),
        (SINGLE | {"kind": "multiple", "key": "a,c"}, "key"),
        (SINGLE | {"choice_b_en": "XIAOMI MI 10"}, "choice_b_en"),
        (SINGLE | {"choice_b_en": ""}, "choice_b_en"),
        (SINGLE | {"choice_d_zh": "小米8", "choice_d_en": "Mi 8"}, "choice_c_zh"),
        (SINGLE | {"choice_b_zh": "", "choice_b_en": ""}, "choice_b_zh"),
        (SINGLE | {"choice_a_zh": "长" * 81}, "choice_a_zh"),
        (SINGLE | {"text_zh": "长" * 201}, "text_zh"),
        (SINGLE | {"explanation_zh": "好", "explanation_en": "x" * 501}, "explanation_en"),
        (SINGLE | {"explanation_zh": "好"}, "explanation_en"),
        (SINGLE | {"margin": "3"}, "margin"),
        (SINGLE | {"seconds": "2"}, "seconds"),
        (SINGLE | {"seconds": "7.5"}, "seconds"),
        (SINGLE | {"difficulty": "9"}, "difficulty"),
        (SINGLE | {"image": "../secret.png"}, "image"),
        (SINGLE | {"image": "/srv/x.png"}, "image"),
        (SINGLE | {"image": "javascript:x.svg"}, "image"),
        (SINGLE | {"image": "film.exe"}, "image"),
        (SINGLE | {"tags": "x" * 31}, "tags"),
        (SINGLE | {"text_zh": "a\x07b"}, "text_zh"),
        (TRUE_FALSE | {"key": "maybe"}, "key"),
        (TRUE_FALSE | {"choice_a_zh": "对"}, "choice_a_zh"),
        (ESTIMATE | {"key": "heavy"}, "key"),
        (ESTIMATE | {"key": "nan"}, "key"),
        (ESTIMATE | {"key": "1e999"}, "key"),
        (ESTIMATE | {"key": "301"}, "key"),
        (ESTIMATE | {"margin": ""}, "margin"),
        (ESTIMATE | {"key": "", "sealed": "yes", "margin": ""}, "margin"),
        (ESTIMATE | {"low": ""}, "low"),
        (ESTIMATE | {"high": "50", "key": "50", "low": "50"}, "high"),
        (ESTIMATE | {"choice_a_zh": "克"}, "choice_a_zh"),
        (ESTIMATE | {"unit_zh": "长" * 13}, "unit_zh"),
    ],
)
def test_a_single_mistake_is_found_in_its_column(row: dict[str, str], column: str) -> None:
    assert places(SINGLE, row) == [(3, column)]


def test_cells_beyond_the_header_are_a_problem_and_empty_ones_are_not() -> None:
    header = "kind,text_zh,text_en,key\n"
    assert parse(f"{header}truefalse,甲,A,对,,\n".encode())
    (problem,) = problems_of(f"{header}truefalse,甲,A,对,,extra\n")
    assert (problem.row, problem.column, problem.value) == (2, "column 6", "extra")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"kind,text_zh,text_en,key\n"])
def test_a_file_without_questions_is_refused(data: bytes) -> None:
    assert problems_of(data)


def test_broken_bytes_are_refused_with_their_row() -> None:
    data = sheet(SINGLE | {"text_zh": "一\n二"}, SINGLE).encode()
    half = data.rindex("哪".encode())
    damaged = data[: half + 1] + data[half + 2 :]
    assert problems_of(damaged)[0].row == 3
    assert problems_of(data[:half] + b"\0" + data[half:])[0].row == 3
    assert problems_of(sheet(SINGLE).encode("utf-16"))[0].wanted.startswith("plain text")


def test_an_unclosed_quote_is_refused_with_its_row() -> None:
    (problem,) = problems_of(sheet(SINGLE) + 'single,"never closed')
    assert (problem.row, problem.column) == (3, "file")


def test_problems_and_sizes_are_bounded() -> None:
    assert len(problems_of(sheet(*[SINGLE | {"key": "z"}] * 300))) == question_import.MAX_PROBLEMS
    assert "rows" in problems_of(sheet(SINGLE) + "\n" * 20_000)[0].wanted
    assert "1000" in problems_of(sheet(*[TRUE_FALSE] * 1001))[0].wanted
    assert "bytes" in problems_of(b"x" * (question_import.MAX_BYTES + 1))[0].wanted
    assert "bytes" in problems_of(b" " * (question_import.MAX_BYTES + 1))[0].wanted


def test_the_refusal_is_bad_input_and_its_message_never_tells_a_key() -> None:
    with pytest.raises(BadInput) as refused:
        parse(sheet(ESTIMATE | {"key": "31337"}).encode())
    assert refused.value.code == "import_refused"
    assert "31337" not in str(refused.value)
    assert "row 2, column key" in str(refused.value)


@settings(deadline=None)
@given(st.binary())
def test_arbitrary_bytes_are_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises(ImportRefused):
        parse(data)


CELL = st.one_of(
    st.text(max_size=8), st.sampled_from(["a", "a,b", "true", "yes", "5", "1000", "nan", "-1e9", "single", "estimate"])
)
BARE = {"kind": st.sampled_from(["single", "multiple", "truefalse", "estimate"])}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.fixed_dictionaries(BARE, optional=dict.fromkeys(COLUMNS[1:], CELL)), min_size=1, max_size=2))
def test_any_sheet_of_known_columns_gives_valid_questions_or_a_refusal(rows: list[dict[str, str]]) -> None:
    try:
        questions = parse(sheet(*rows).encode("utf-8", "surrogatepass"))
    except ImportRefused as refused:
        assert all(problem.wanted and problem.column for problem in refused.errors)
    else:
        assert [validate(question) for question in questions] == questions


def test_the_examples_of_the_document_can_be_imported_and_it_names_every_column() -> None:
    text = DOCUMENT.read_text("utf-8")
    blocks = {language: text.split(f"```{language}\n")[1].split("```")[0] for language in ("csv", "json")}
    from_sheet, from_json = parse(blocks["csv"].encode()), parse(blocks["json"].encode())
    assert {question.kind for question in from_sheet} == set(Kind)
    assert any(question.sealed for question in from_sheet)
    assert from_json == from_sheet[: len(from_json)]
    assert all(f"`{column}`" in text for column in COLUMNS if not column.startswith("choice_"))


def test_a_time_that_is_no_number_is_told_the_bounds_of_the_form() -> None:
    found = problems_of(sheet(SINGLE | {"seconds": "abc"}))
    assert [(problem.column, problem.wanted) for problem in found] == [("seconds", "a whole number: 3 to 240")]
