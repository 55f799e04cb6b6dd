"""The registry: from a file's bytes and its name to one stream of raw questions, whatever the format.

The content decides; a name whose ending says something else than the content makes the file refused, because somebody is
mistaken about it. Workbooks are opened elsewhere (campaigns/files), in a process that may die of them; here come their rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import length_hint
from pathlib import PurePath

from campaigns.domain.importing import gift, json_files, sheet, trivia_text
from campaigns.domain.importing.csv_rows import SheetRow, rows_of_csv
from campaigns.domain.importing.encoding import MAX_BYTES, bounded, lines
from campaigns.domain.importing.raw import MAX_ROWS, Item
from campaigns.domain.importing.report import refuse


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    KAHOOT_CSV = "kahoot_csv"
    KAHOOT_XLSX = "kahoot_xlsx"
    JSON = "json"
    OPENTDB = "opentdb"
    TRIVIA = "opentriviaqa"
    GIFT = "gift"


ENDINGS: dict[str, frozenset[Format]] = {
    "": frozenset(Format),
    ".csv": frozenset({Format.CSV}),
    ".tsv": frozenset({Format.CSV}),
    ".xlsx": frozenset({Format.XLSX}),
    ".json": frozenset({Format.JSON, Format.OPENTDB}),
    ".gift": frozenset({Format.GIFT}),
    ".txt": frozenset({Format.CSV, Format.TRIVIA, Format.GIFT}),
}
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
GIFT_START = re.compile(rb"\s*(//|::|\$CATEGORY:|\[(html|markdown|moodle|plain)\])")
GIFT_ANSWER = re.compile(rb"\{\s*([=~#}]|(T|F|TRUE|FALSE)\s*[#}])")
WANTED = "a .xlsx, .csv, .json, .txt or .gift file whose content is what its name says"
MOST_QUOTES = 3_000_000  # beyond them nobody counts exactly
Workbook = Callable[[bytes], Iterable[SheetRow]]


@dataclass(frozen=True, slots=True)
class Opened:
    """`of`: about how many questions to expect, for who waits; what stands in a file is told by reading it."""

    format: Format
    of: int
    items: Iterator[Item]


def told_by(data: bytes) -> Format:
    """The format that the bytes themselves show. Raises ImportRefused."""
    if data.startswith(OLD_OFFICE):
        refuse(0, "file", "old or encrypted Office file", "a workbook saved as .xlsx without a password")
    if data.startswith(ZIP):
        return Format.XLSX
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"[") and not GIFT_START.match(start):
        return Format.JSON
    if re.search(rb"^#Q[ \t]", start[:65536], re.M):
        return Format.TRIVIA
    if GIFT_START.match(start):
        return Format.GIFT
    first = start[:8192].split(b"\n", 1)[0]
    if GIFT_ANSWER.search(start[:65536]) and b"{" not in first[:1] and not _is_header(first):
        return Format.GIFT
    return Format.CSV


def _is_header(first: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        cells = re.split(r"[,;\t]", first.decode(encoding, "replace").replace('"', ""))
        if sheet.looks_like_header(cells):
            return True
    return False


def open_file(data: bytes, name: str = "", workbook: Workbook | None = None, most: int = MAX_BYTES) -> Opened:
    """Raises ImportRefused, as `items` may while they are taken."""
    if not bounded(data, most).strip(b" \t\r\n\xef\xbb\xbf"):
        refuse(0, "file", "", "a file with questions: the file is empty")
    told = told_by(data)
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS or (told not in ENDINGS[ending]):
        refuse(0, "file", f"{ending or name}: {told.value}", WANTED)
    if told is Format.JSON:
        kind, of, items = json_files.questions_in(data)
        return Opened(Format(kind), of, items)
    if told is Format.XLSX:
        if workbook is None:
            refuse(0, "file", "xlsx", "CSV or JSON here")
        rows = workbook(data)
        kahoot, items = sheet.questions_in(rows)
        return Opened(Format.KAHOOT_XLSX if kahoot else told, max(0, length_hint(rows) - 1), items)
    if told is Format.CSV:
        of = _bounded_rows(data)
        kahoot, items = sheet.questions_in(rows_of_csv(data))
        return Opened(Format.KAHOOT_CSV if kahoot else told, of, items)
    text = lines(data)
    if told is Format.TRIVIA:
        of, items = trivia_text.questions_in(text)
        return Opened(told, of, items)
    return Opened(told, data.count(b"{") - data.count(b"\\{"), gift.questions_in(text))


def _bounded_rows(data: bytes) -> int:
    """The lines outside quotes after the first, which is the header; too many are refused before any is read. An inch
    mark in a cell without quotes turns in and out round: with it, a sheet of more lines than rows may be taken for long.
    """
    parts = data.rstrip().split(b'"', MOST_QUOTES)
    count = sum(part.count(b"\n") for part in parts[::2])
    if count > MAX_ROWS and len(parts) <= MOST_QUOTES:
        refuse(MAX_ROWS + 1, "file", "", f"at most {MAX_ROWS} rows, empty ones included")
    return count
