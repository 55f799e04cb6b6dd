"""CSV as rows of cells: comma, semicolon or tab, rows counted as a spreadsheet counts them.

A quoted line break starts no new row. A cell that begins with = is a formula; an apostrophe before it (`'=`) makes it
text again, which is also how our own export writes it, so that no spreadsheet ever runs a question.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.domain.importing.encoding import decoded, long_line
from campaigns.domain.importing.raw import MAX_ROWS
from campaigns.domain.importing.report import refuse

STARTS = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"  # the last four are the wide ones, which some spreadsheets run too
QUOTED = re.compile(f"'+{STARTS}")
RUNS = re.compile(f"'*{STARTS}")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
MAX_COLUMNS = 500
LONGEST_LINE = 4 * 131_072  # bytes: more than the longest cell that is read at all
MALFORMED = "cells with closed quotes, quotes inside doubled, at most 131,072 characters"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`n` as the spreadsheet shows it, from 1; `formulas` are the places of cells that hold one."""

    n: int
    cells: list[str]
    formulas: frozenset[int] = frozenset()


def armoured(text: str) -> str:
    """The text as no spreadsheet will take it for a formula; `plain` is the way back."""
    return "'" + text if RUNS.match(text) and not NUMBER.fullmatch(text) else text


def plain(cell: str) -> str:
    return cell[1:] if QUOTED.match(cell) else cell


def rows_of_csv(data: bytes) -> Iterator[SheetRow]:
    """Raises ImportRefused."""
    if (at := long_line(data, LONGEST_LINE)) is not None:
        refuse(1 + data.count(b"\n", 0, at), "file", f"a line of over {LONGEST_LINE} bytes", MALFORMED)
    for n, record in _records(decoded(data, _row_at)):
        if len(record) > MAX_COLUMNS:
            refuse(n, "file", str(len(record)), f"at most {MAX_COLUMNS} columns")
        cells = [cell.strip() for cell in record]
        formulas = frozenset(place for place, cell in enumerate(cells) if cell.startswith("=") and len(cell) > 1)
        yield SheetRow(n, [plain(cell) for cell in cells], formulas)


def _row_at(before: bytes) -> int:
    """The spreadsheet's row in which `before` ends: line breaks inside quotes start no row."""
    outside_quotes = before.decode("utf-8", "replace").split('"')[::2]
    return 1 + sum(part.count("\n") for part in outside_quotes)


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
                refuse(1, "file", first[:40], "a header row of column names")
            refuse(row, "file", "", MALFORMED)
        if row > MAX_ROWS:
            refuse(row, "file", "", f"at most {MAX_ROWS} rows, empty ones included")
        yield row, record
