"""Questions from a spreadsheet (CSV) or from Fanfare JSON: all of them, or none and every reason with row and column.

The columns and the JSON form are documented in docs/import.md. A row is counted as a spreadsheet counts it (the header
is 1, a quoted line break starts no new row); in JSON it is the question's place in the list, from 1. UTF-8 with or
without BOM; GB18030, which Chinese spreadsheets still write, when the bytes are plainly no UTF-8. Bytes come from
strangers: size, depth and the number of questions and problems are bounded, and nothing but ImportRefused ever leaves.
"""

from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from campaigns.domain.errors import BadInput
from campaigns.domain.question import Question
from campaigns.domain.question_cells import COLUMNS, REQUIRED_COLUMNS, draft
from campaigns.domain.question_layout import lay_out, shown

MAX_BYTES = 2 * 1024 * 1024
MAX_QUESTIONS = 1000
MAX_ROWS = 20_000  # empty ones included
MAX_PROBLEMS = 200
FORMAT, VERSION = "fanfare-questions", 1


@dataclass(frozen=True)
class ImportProblem:
    """`row` 0 is the file as a whole."""

    row: int
    column: str
    value: str
    wanted: str


class ImportRefused(BadInput):
    """Nothing was imported; `errors` says why, at most MAX_PROBLEMS of them, in the order of the file."""

    code = "import_refused"

    def __init__(self, errors: Sequence[ImportProblem]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        # The message may be logged; a key must not be.
        value = "(hidden)" if first.column == "key" else first.value
        super().__init__(f"row {first.row}, column {first.column}", value, first.wanted)


class _Problems:
    """Collects; at the cap it stops the import there and then."""

    def __init__(self) -> None:
        self._found: list[ImportProblem] = []

    def add(self, row: int, column: str, value: str, wanted: str) -> None:
        shown = value.encode("utf-8", "replace").decode()
        self._found.append(ImportProblem(row, column, shown if len(shown) <= 80 else shown[:79] + "…", wanted))
        if len(self._found) >= MAX_PROBLEMS:
            raise ImportRefused(self._found)

    def refuse_if_any(self) -> None:
        if self._found:
            raise ImportRefused(self._found)


def parse(data: bytes) -> list[Question]:
    """JSON by its first sign, else CSV: an ending in a file's name proves nothing. Raises ImportRefused."""
    first = data.removeprefix(BOM_UTF8).lstrip()[:1]
    return parse_json(data) if first in (b"{", b"[") else parse_csv(data)


def parse_csv(data: bytes) -> list[Question]:
    """Every question of a CSV file, in its order; else ImportRefused."""
    records = _records(_decoded(data, _row_at))
    problems = _Problems()
    header = _header(next(records, (1, []))[1], problems)
    problems.refuse_if_any()
    questions: list[Question | None] = []
    try:
        for row, record in records:
            for place, surplus in enumerate(record[len(header) :], start=len(header) + 1):
                if surplus.strip():
                    problems.add(row, f"column {place}", surplus, "nothing: the header names no such column")
            if any(cell.strip() for cell in record):
                cells = {column: cell for column, cell in zip(header, record, strict=False) if column}
                questions.append(draft(cells, partial(problems.add, row)))
                _bounded(len(questions))
    except _Malformed as malformed:
        problems.add(malformed.row, "file", "", malformed.wanted)
    return _all_or_nothing(questions, problems)


def parse_json(data: bytes) -> list[Question]:
    """Every question of a Fanfare JSON file (or a bare list of its questions), in its order; else ImportRefused."""
    listed = _question_list(_loaded(_decoded(data, lambda _: 0)))
    _bounded(len(listed))
    problems = _Problems()
    questions: list[Question | None] = []
    for row, raw in enumerate(listed, start=1):
        if not isinstance(raw, dict):
            problems.add(row, "question", shown(raw), "an object with kind, text, key, …")
            continue
        laid_out = lay_out(raw, partial(problems.add, row))
        if laid_out is not None:
            questions.append(draft(laid_out[0], partial(problems.add, row), laid_out[1]))
    return _all_or_nothing(questions, problems)


def _refuse(row: int, column: str, value: str, wanted: str) -> NoReturn:
    raise ImportRefused([ImportProblem(row, column, value, wanted)])


def _all_or_nothing(questions: Sequence[Question | None], problems: _Problems) -> list[Question]:
    problems.refuse_if_any()
    if not questions:
        _refuse(0, "file", "", "at least one question")
    return [question for question in questions if question is not None]


def _bounded(count: int) -> None:
    if count > MAX_QUESTIONS:
        _refuse(0, "file", str(count), f"at most {MAX_QUESTIONS} questions in one file")


def _decoded(data: bytes, row_at: Callable[[bytes], int]) -> str:
    if len(data) > MAX_BYTES:
        _refuse(0, "file", f"{len(data)} bytes", f"at most {MAX_BYTES} bytes")
    nul = data.find(b"\0")
    if nul >= 0:
        _refuse(row_at(data[:nul]), "file", "NUL byte", "plain text (save the sheet as CSV UTF-8)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        if not _is_damaged_utf8(data):
            with suppress(UnicodeDecodeError):
                return data.decode("gb18030")
        _refuse(row_at(data[: broken.start]), "file", data[broken.start :][:4].hex(" "), "UTF-8 (or GB18030) text")


def _is_damaged_utf8(data: bytes) -> bool:
    """GB18030 read as UTF-8 breaks at nearly every Chinese character; what mostly reads well is UTF-8 with damage."""
    text = data.decode("utf-8", "replace")
    sound = sum(sign > "\u07ff" and sign != "\ufffd" for sign in text)
    return data.startswith(BOM_UTF8) or sound >= max(1, text.count("\ufffd"))


def _row_at(before: bytes) -> int:
    """The spreadsheet's row in which `before` ends: line breaks inside quotes start no row."""
    outside_quotes = before.decode("utf-8", "replace").split('"')[::2]
    return 1 + sum(part.count("\n") for part in outside_quotes)


class _Malformed(Exception):
    """Internal to this module: the CSV reader gave up at `row`."""

    def __init__(self, row: int, wanted: str) -> None:
        self.row, self.wanted = row, wanted


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)  # some locales' spreadsheets write ; or tabs; a tie is the comma's
    row = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        row += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if row == 1:
                _refuse(1, "file", first[:40], "a header row of column names")
            raise _Malformed(
                row, "cells with closed quotes, quotes inside doubled, at most 131,072 characters"
            ) from None
        if row > MAX_ROWS:
            raise _Malformed(row, f"at most {MAX_ROWS} rows, empty ones included")
        yield row, record


def _header(cells: Sequence[str], problems: _Problems) -> list[str]:
    header = [cell.strip().lower().replace(" ", "_") for cell in cells]
    for missing in (column for column in REQUIRED_COLUMNS if column not in header):
        problems.add(1, missing, "", "a column of this name in the header row")
    for place, column in enumerate(header):
        if column and column not in COLUMNS:
            problems.add(1, column[:40], column, "a column of docs/import.md (own remarks go under note)")
        elif column and column in header[:place]:
            problems.add(1, column, column, "each column once")
    return header


def _loaded(text: str) -> object:
    try:
        loaded: object = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except json.JSONDecodeError as broken:
        _refuse(0, "file", f"line {broken.lineno}, column {broken.colno}", f"JSON ({broken.msg})")
    except RecursionError:
        _refuse(0, "file", "nested too deeply", "JSON as docs/import.md shows it")
    except ValueError as broken:  # our own two below, and numbers of thousands of digits
        _refuse(0, "file", str(broken)[:80], "JSON with plain numbers and each field once")
    return loaded


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("the same field twice in one object")
    return fields


def _question_list(loaded: object) -> list[object]:
    if isinstance(loaded, dict):
        if loaded.get("format") != FORMAT:
            _refuse(0, "format", shown(loaded.get("format")), f'"{FORMAT}"')
        if loaded.get("version") != VERSION or isinstance(loaded.get("version"), bool):
            _refuse(0, "version", shown(loaded.get("version")), str(VERSION))
        loaded = loaded.get("questions")
    if not isinstance(loaded, list):
        _refuse(0, "questions", shown(loaded), "a list of questions")
    return loaded
