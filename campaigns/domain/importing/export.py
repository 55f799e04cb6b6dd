"""Questions out again: JSON (everything), rows for CSV and XLSX, GIFT. What goes out comes back in the same.

Sheets know no order of choices but their letters, so there (and in GIFT) choices are named a, b, c anew. In GIFT the
question stands in its main language, complete for every program that reads GIFT; what GIFT cannot say follows in a comment.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.domain.importing.cells import cells_of, lettered
from campaigns.domain.importing.csv_rows import armoured
from campaigns.domain.importing.gift import ESCAPED, MARK
from campaigns.domain.importing.headers import CHINESE_NAMES
from campaigns.domain.importing.json_files import FORMAT, VERSION
from campaigns.domain.question import LANGUAGES, Kind, Question, ValueKey
from campaigns.domain.question_cells import COLUMNS

PLAIN = ("image", "low", "high", "seconds", "possible", "difficulty")
EXPORTED = tuple(column for column in COLUMNS if column != "note")


@dataclass(frozen=True, slots=True)
class Exported:
    question: Question
    source: str = ""


def as_json(exported: Iterable[Exported]) -> Iterator[str]:
    """The file piece by piece."""
    yield f'{{"format": "{FORMAT}", "version": {VERSION}, "questions": ['
    for n, each in enumerate(exported):
        yield ("," if n else "") + "\n" + json.dumps(_object(each), ensure_ascii=False)
    yield "\n]}\n"


def _object(each: Exported) -> dict[str, Any]:
    question = each.question
    fields: dict[str, Any] = {"kind": question.kind.value}
    for name in ("text", "explanation", "unit", "image_alt"):
        fields[name] = {language: said for language, said in getattr(question, name).items() if said}
    fields["choices"] = [
        {"id": choice.id, "text": {language: said for language, said in choice.text.items() if said}}
        for choice in question.choices
    ]
    fields["key"] = None
    if isinstance(question.key, ValueKey):
        fields["key"] = {"value": question.key.value, "margin": question.key.margin}
    elif question.key is not None:
        fields["key"] = sorted(question.key.right)
    fields |= {name: getattr(question, name) for name in PLAIN} | {"tags": list(question.tags)}
    if question.sealed:
        fields |= {"sealed": True, "margin": question.margin}
    return fields | {"source": each.source or None}


def rows(exported: Iterable[Exported], *, chinese: bool = False) -> Iterator[list[str]]:
    """The header, then one row per question: what a sheet holds."""
    yield [CHINESE_NAMES.get(column, column) for column in EXPORTED] if chinese else list(EXPORTED)
    for each in exported:
        cells = cells_of(lettered(each.question)) | {"source": each.source}
        yield [cells.get(column, "") for column in EXPORTED]


def as_csv(exported: Iterable[Exported], *, chinese: bool = False) -> Iterator[str]:
    """With a BOM, because Excel believes nothing else, and no cell that a spreadsheet would run."""
    yield "\ufeff"
    for row in rows(exported, chinese=chinese):
        yield csv_line([armoured(cell) for cell in row])


def csv_line(cells: Sequence[str]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(cells)
    return written.getvalue()


def as_gift(exported: Iterable[Exported]) -> Iterator[str]:
    for n, each in enumerate(exported, start=1):
        yield _gift(n, lettered(each.question), each.source)


def _gift(n: int, question: Question, source: str) -> str:
    language = next((each for each in LANGUAGES if question.text.get(each, "")), "zh")
    cells = cells_of(question) | ({"source": source} if source else {})
    said = {f"{name}_{language}" for name in ("text", "explanation")}
    if question.kind in (Kind.SINGLE, Kind.MULTIPLE):
        said |= {f"choice_{choice.id}_{language}" for choice in question.choices}
    more = {column: cell for column, cell in cells.items() if column not in said} | {"in": language}
    explanation = cells.get(f"explanation_{language}", "")
    general = f" ####{_escaped(explanation)}" if explanation else ""
    answer = " ".join(_answers(question, cells, language))
    comment = MARK + json.dumps(more, sort_keys=True)
    return f"{comment}\n::{n}::[plain]{_escaped(cells[f'text_{language}'])} {{{answer}{general}}}\n\n"


def _answers(question: Question, cells: dict[str, str], language: str) -> Iterator[str]:
    right = cells.get("key", "").split(",")
    if question.kind is Kind.TRUE_FALSE:
        yield "" if question.sealed else "T" if right == ["true"] else "F"
    elif question.kind is Kind.ESTIMATE:
        yield "" if question.sealed else f"#{cells['key']}:{cells['margin']}"
    else:
        share = f"%{100 / len(right):.5f}%"
        for choice in question.choices:
            is_right = choice.id in right
            sign = "=" if is_right and question.kind is Kind.SINGLE else "~"
            weight = (share if is_right else "%-100%") if question.kind is Kind.MULTIPLE else ""
            text = _escaped(choice.text.get(language, ""))
            weight = weight or ("%100%" if is_right else "%0%") if text.startswith("%") else weight
            yield f"{sign}{weight}{text}"


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in ESCAPED else sign for sign in text).replace("\n", "\\n")
