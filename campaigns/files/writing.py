"""A workbook of ours: text cells only. Nothing in it is a formula, a link or a number that Excel could change."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

WIDE, USUAL = 40, 14


def as_xlsx(rows: Iterable[Sequence[str]], sheet_name: str = "questions") -> bytes:
    """The first row is the header: bold and always in sight."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(sheet_name), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:CV20001"})
        for n, row in enumerate(rows):
            for place, cell in enumerate(row):
                if n == 0:
                    sheet.set_column(place, place, WIDE if "text" in cell or "题干" in cell else USUAL)
                    sheet.write_string(n, place, cell, bold)
                elif cell:
                    sheet.write_string(n, place, cell)
    return written.getvalue()
