"""Rows of a sheet become raw questions: our own template, or Kahoot's wherever its header stands.

A Kahoot workbook has its header in row 8, in ClassQuiz's export in row 13, in hand-made files in row 1, with or without
the column of numbers before it: the header is known by the beginnings of its cells, and the columns follow from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from campaigns.domain.importing.csv_rows import SheetRow
from campaigns.domain.importing.headers import as_column
from campaigns.domain.importing.raw import Item, Raw, Told, Unread
from campaigns.domain.importing.report import ImportProblem, ImportRefused, problem
from campaigns.domain.question import LANGUAGES
from campaigns.domain.question_cells import COLUMNS, LETTERS

HEADER_WITHIN = 50
GUESSED = "a column kind: without it one letter in the key is single choice, several are multiple"
FORMULA = "text or a number, not a formula (in CSV, ' before it makes it text)"


def questions_in(rows: Iterable[SheetRow]) -> tuple[bool, Iterator[Item]]:
    """Whether it is Kahoot's template, and the questions. Raises ImportRefused when there is no header to go by."""
    rows = iter(rows)
    first = list(islice(rows, HEADER_WITHIN))
    for place, row in enumerate(first):
        columns = kahoot_columns(row.cells)
        if columns is not None:
            return True, _kahoot(chain(first[place + 1 :], rows), columns, row.cells)
    at = next((place for place, row in enumerate(first) if _is_header(row.cells)), 0)
    head = first[at] if first else SheetRow(1, [])
    return False, _own(head, chain(first[at + 1 :], rows))


def looks_like_header(cells: Sequence[str]) -> bool:
    return _is_header(cells) or kahoot_columns(cells) is not None


def _is_header(cells: Sequence[str]) -> bool:
    return len({as_column(cell) for cell in cells} & {*COLUMNS}) >= 3


def _own(head: SheetRow, rows: Iterable[SheetRow]) -> Iterator[Item]:
    header = _checked_header(head)
    names = {column: cell for column, cell in zip(header, head.cells, strict=True) if cell and column != cell.lower()}
    for row in rows:
        problems = _formulas(row, header)
        for place, surplus in enumerate(row.cells[len(header) :], start=len(header) + 1):
            if surplus.strip():
                problems.append(problem(row.n, f"column {place}", surplus, "nothing: the header names no such column"))
        if not any(cell.strip() for cell in row.cells):
            continue
        cells = {column: cell for column, cell in zip(header, row.cells, strict=False) if column}
        if problems:
            yield Unread(row.n, cells.get("text_zh") or cells.get("text_en", ""), tuple(problems))
        elif "kind" in header:
            yield Raw(row.n, cells, names=names)
        else:
            kind = _kind_told_by(cells.get("key", ""))
            remarks = (problem(row.n, "kind", kind, GUESSED),) if kind else ()
            yield Raw(row.n, cells | {"kind": kind}, names=names, remarks=remarks)


def _kind_told_by(key: str) -> str:
    """Letters of choices only; what a number or a yes would mean nobody can say."""
    letters = [part for part in re.split(r"[\s,，、;；]+", key.strip().lower()) if part]
    if not letters or not all(part in LETTERS for part in letters):
        return ""
    return "single" if len(letters) == 1 else "multiple"


def _formulas(row: SheetRow, header: Sequence[str]) -> list[ImportProblem]:
    named = {place: header[place] for place in row.formulas if place < len(header)}
    return [
        problem(row.n, named.get(place) or f"column {place + 1}", row.cells[place], FORMULA)
        for place in sorted(row.formulas)
    ]


def _checked_header(head: SheetRow) -> list[str]:
    header = [as_column(cell) for cell in head.cells]
    languages = [each for each in LANGUAGES if any(cell.endswith(f"_{each}") for cell in header)] or list(LANGUAGES)
    required = [*(f"text_{language}" for language in languages), "key"]
    wanted = "a column of this name in the header row"
    problems = [problem(head.n, column, "", wanted) for column in required if column not in header]
    for place, column in enumerate(header):
        if column and column not in COLUMNS:
            wanted = "a column of docs/import.md (own remarks go under note)"
            problems.append(problem(head.n, column[:40], head.cells[place], wanted))
        elif column and column in header[:place]:
            problems.append(problem(head.n, column, column, "each column once"))
    if problems:
        raise ImportRefused(problems[:200])
    return header


def kahoot_columns(cells: Sequence[str]) -> dict[str, int] | None:
    """Where the columns of Kahoot's template stand in this row; None when it is not their header."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        begins = " ".join(cell.casefold().split())
        for name in ("question", "time limit", "correct answer", *(f"answer {n}" for n in range(1, 7))):
            if begins.startswith(name) and begins[len(name) : len(name) + 1] in ("", " ", "(", "-", "–", "s", ":"):
                found.setdefault(name, place)
    return found if {"question", "answer 1", "answer 2", "correct answer"} <= found.keys() else None


def _kahoot(rows: Iterable[SheetRow], at: Mapping[str, int], head: Sequence[str]) -> Iterator[Item]:
    names = {column: head[at[name]].split(" - ")[0].strip() for column, name in _KAHOOT.items() if name in at}
    answers = [at[f"answer {n}"] for n in range(1, 7) if f"answer {n}" in at]
    for row in rows:
        read = {name: row.cells[place].strip() if place < len(row.cells) else "" for name, place in at.items()}
        if not any(read.values()):
            continue
        places = {place: name for name, place in at.items()}
        bad = [
            problem(row.n, places[each], row.cells[each], FORMULA) for each in sorted(row.formulas) if each in places
        ]
        texts = [row.cells[place].strip() if place < len(row.cells) else "" for place in answers]
        right = _indexes(read["correct answer"], texts)
        if right is None:
            wanted = "numbers of filled answers with commas between, such as 2 or 1,3"
            bad.append(problem(row.n, names["key"], read["correct answer"], wanted))
        if bad or right is None:
            yield Unread(row.n, read["question"], tuple(bad))
            continue
        filled = [place for place, text in enumerate(texts) if text]
        told = Told(read["question"], [texts[each] for each in filled], frozenset(map(filled.index, right)))
        yield Raw(row.n, told.cells() | {"seconds": read.get("time limit", "").split(" ")[0]}, names=names)


_KAHOOT = {"key": "correct answer", "seconds": "time limit", "text_en": "question", "text_zh": "question"} | {
    f"choice_{letter}_{language}": f"answer {n}" for n, letter in enumerate("abcdef", 1) for language in LANGUAGES
}


def _indexes(text: str, answers: Sequence[str]) -> list[int] | None:
    """'1,3' as places from 0; None unless each is the number of an answer that is filled."""
    numbers = [part.strip() for part in text.replace("，", ",").replace(";", ",").split(",") if part.strip()]
    if not numbers or not all(each in "123456" and len(each) == 1 for each in numbers):
        return None
    places = sorted({int(each) - 1 for each in numbers})
    return places if all(place < len(answers) and answers[place] for place in places) else None
