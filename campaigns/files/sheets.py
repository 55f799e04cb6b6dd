"""Long tables into files: row by row, so that a million rows cost the memory of one. No cell is ever a formula or a link.

CSV: UTF-8 with a BOM (Excel believes nothing else), cells that a spreadsheet would run behind an apostrophe. XLSX: the
type of a cell says what it is, so text stays as it was and numbers stay numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

import xlsxwriter

from campaigns.domain.importing.csv_rows import armoured
from campaigns.domain.importing.export import csv_line

Cell = str | int | float | None
MOST_ROWS = 1_048_575  # below the header, in one sheet: Excel's own limit
LONGEST_CELL = 32_767  # so too
WIDEST, NARROWEST = 40, 9
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def write_csv(out: IO[bytes], table: Table) -> None:
    out.write(BOM + csv_line(list(table.columns)).encode())
    for row in table.rows:
        out.write(csv_line([_text(cell) for cell in row]).encode())


def _text(cell: Cell) -> str:
    return armoured(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


class Book:
    """A workbook that is written in order and keeps no row. `out` must be able to seek; it has its content after `close`."""

    def __init__(self, out: IO[bytes]) -> None:
        self._book = xlsxwriter.Workbook(out, {"constant_memory": True})
        self._bold = self._book.add_format({"bold": True})

    def add(self, table: Table) -> None:
        """One sheet; further ones with the same header where the rows go on beyond what a sheet holds."""
        sheet, part = self._begun(table, 1), 1
        for at, row in enumerate(table.rows):
            if at == part * MOST_ROWS:
                part += 1
                sheet = self._begun(table, part)
            _write(sheet, 1 + at % MOST_ROWS, row)

    def close(self) -> None:
        self._book.close()

    def _begun(self, table: Table, part: int) -> Any:
        sheet = self._book.add_worksheet(table.title if part == 1 else f"{table.title} {part}")
        sheet.freeze_panes(1, 0)
        for place, title in enumerate(table.columns):
            wide = sum(2 if ord(sign) > 0x2E7F else 1 for sign in title)
            sheet.set_column(place, place, min(WIDEST, max(NARROWEST, wide + 2)))
            sheet.write_string(0, place, title, self._bold)
        return sheet


def _write(sheet: Any, n: int, row: Sequence[Cell]) -> None:
    for place, cell in enumerate(row):
        if isinstance(cell, str):
            if cell:
                sheet.write_string(n, place, cell[:LONGEST_CELL])
        elif cell is not None:
            sheet.write_number(n, place, cell)
