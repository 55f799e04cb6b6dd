"""XLSX as rows of cells. Runs only in the child process: a workbook is an archive that may be anything.

Before the library sees it, the archive is read through once, within bounds: what it inflates to, no macros, no document
types (entities blow up), no encryption, no cell in the far corner (a dense sheet would be allocated up to there). Formulas
are marked, never computed and never taken for the value they had when somebody saved the file.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from campaigns.domain.importing.csv_rows import SheetRow
from campaigns.domain.importing.raw import MAX_ROWS
from campaigns.domain.importing.report import refuse
from campaigns.domain.importing.sheet import HEADER_WITHIN, looks_like_header

MAX_MEMBERS, MAX_INFLATED, MAX_SHEETS = 1000, 32 * 1024 * 1024, 10
MACROS = re.compile(r"vbaProject|vbaData|macrosheets|activeX|\.bin$|\.exe$|\.dll$", re.I)
FORBIDDEN = re.compile(rb"<!(DOCTYPE|ENTITY)", re.I)
FAR = re.compile(rb"""r=["'](?:[A-Z]{3,}\d+|[D-Z][A-Z]\d+|[A-Z]{0,2}(?:\d{6,}|2[5-9]\d{3}|[3-9]\d{4}))["']""")
FORMULA = re.compile(rb"[<:]f[\s>/]")
# Bounded, and never across a tag: what runs on to the end of the file from every beginning takes time by its square.
CELL = re.compile(rb"""<(?:\w{1,20}:)?(?:c\s[^<>]{0,200}?\br=["']([A-Z]{1,2})(\d{1,5})["']|(f)[\s>/])""")
MAX_COLUMNS = 104  # A to CZ: a sheet lies in memory whole, up to its far corner
MOST_ODD = 1_000  # comments and the like: a spreadsheet writes none
MOST_CELLS = 600_000  # a sheet of 20,000 questions in 30 columns
MACRO_TYPE = b"macroEnabled"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
WANTED = "a workbook that Excel or WPS saved as .xlsx"
Formulas = dict[int, frozenset[int]]  # row → places


@dataclass(frozen=True, slots=True)
class Rows:
    """A sheet's rows; their number is known before they are read. `marked`: the places of formulas, by row."""

    cells: Sequence[Sequence[object]]
    marked: Formulas

    def __len__(self) -> int:
        return len(self.cells)

    def __iter__(self) -> Iterator[SheetRow]:
        for n, row in enumerate(self.cells, start=1):
            yield SheetRow(n, _texts(row), self.marked.get(n, frozenset()))


def rows_of(data: bytes) -> Rows:
    """The rows of the first sheet that begins like questions, else of the first. Raises ImportRefused."""
    formulas = _inspected(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        kept = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
        ][:MAX_SHEETS]
        sheets = [(name, _cells(book, name)) for name in kept]
    except (CalamineError, ValueError, OSError):
        refuse(0, "file", "", WANTED)
    if not sheets:
        refuse(0, "file", "", WANTED)
    head = (each for each in sheets if any(looks_like_header(_texts(row)) for row in each[1][:HEADER_WITHIN]))
    name, rows = next(head, sheets[0])
    if len(rows) > MAX_ROWS:
        refuse(0, "file", str(len(rows)), f"at most {MAX_ROWS} rows, empty ones included")
    return Rows(rows, formulas.get(name, {}))


def _cells(book: CalamineWorkbook, name: str) -> Sequence[Sequence[object]]:
    """With the rows above and the columns before the first filled one, so that counting is the sheet's."""
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _texts(row: Sequence[object]) -> list[str]:
    return [cell if isinstance(cell, str) else _text(cell) for cell in row]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, (datetime.datetime, datetime.date, datetime.time)):
        return cell.isoformat()
    return str(cell)


def _inspected(data: bytes) -> dict[str, Formulas]:
    """The cells with formulas, by sheet. Raises ImportRefused for everything we will not open."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive)
            parts = {each.filename.lstrip("/"): _formulas(archive, each) for each in archive.infolist()}
            return {name: parts.get(part, {}) for name, part in _parts(archive).items()}
    # NotImplementedError is zipfile's word for a compression it does not know, RuntimeError for an encrypted member.
    except (zipfile.BadZipFile, NotImplementedError, EOFError, KeyError, OSError, RuntimeError, ElementTree.ParseError):
        refuse(0, "file", "", WANTED)
    except zipfile.zlib.error:  # type: ignore[attr-defined]  # zipfile lets it through
        refuse(0, "file", "", WANTED)


def _check_directory(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    inflated = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or inflated > MAX_INFLATED:
        refuse(0, "file", f"{inflated} bytes in {len(members)} parts", f"at most {MAX_INFLATED} bytes when unpacked")
    for member in members:
        if member.flag_bits & 1:
            refuse(0, "file", member.filename, "a workbook saved as .xlsx without a password")
        if MACROS.search(member.filename) and "printerSettings" not in member.filename:
            refuse(0, "file", member.filename, "a workbook without macros and other programs in it")
    if "xl/workbook.xml" not in archive.namelist():
        refuse(0, "file", "", WANTED)


def _formulas(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Formulas:
    if not member.filename.endswith((".xml", ".rels")):
        return {}
    with archive.open(member) as opened:
        xml = opened.read(MAX_INFLATED)
    if b"\0" in xml or xml.count(b"<!") > MOST_ODD or (b"<!" in xml and FORBIDDEN.search(xml)):
        refuse(0, "file", member.filename, "a workbook without document types and entities")
    if MACRO_TYPE in xml and member.filename == "[Content_Types].xml":
        refuse(0, "file", member.filename, "a workbook without macros and other programs in it")
    if not member.filename.startswith("xl/worksheets/"):
        return {}
    if far := FAR.search(xml):
        refuse(
            0, "file", far.group().decode(), f"at most {MAX_ROWS} rows and {MAX_COLUMNS} columns, empty ones included"
        )
    if xml.count(b"<row") + xml.count(b":row") > 2 * MAX_ROWS or xml.count(b"<c") + xml.count(b":c") > MOST_CELLS:
        refuse(0, "file", member.filename, f"at most {MAX_ROWS} rows, empty ones included")
    return _places(xml) if FORMULA.search(xml) else {}


def _places(xml: bytes) -> Formulas:
    found: dict[int, set[int]] = {}
    row = column = 0
    for match in CELL.finditer(xml):
        if match.group(3):
            found.setdefault(row, set()).add(column)
        else:
            row, column = int(match.group(2)), _place(match.group(1).decode())
    return {row: frozenset(places) for row, places in found.items()}


def _place(letters: str) -> int:
    """'A' is 0, 'AA' is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → the member it lies in."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): str(each.get("Target")).lstrip("/") for each in relations}
    sheets = [each for each in book.iter() if each.tag.endswith("}sheet")]
    places = {str(each.get("name")): targets.get(each.get(RELATION), "") for each in sheets}
    return {name: part if part.startswith("xl/") else f"xl/{part}" for name, part in places.items()}
