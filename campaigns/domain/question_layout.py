"""One question of a Fanfare JSON file laid out in the cells of a spreadsheet row, so that one set of rules judges both.

Types are checked here (a number is no text, `true` is no number), meanings in `question_cells`. Problems carry the
names of the CSV columns; an unknown field is a problem too, because it is most often a known one misspelt.
"""

from __future__ import annotations

from collections.abc import Mapping

from campaigns.domain.question import LANGUAGES
from campaigns.domain.question_cells import LETTERS, Report

_WORDS = ("text", "explanation", "unit", "image_alt")
_NUMBERS = ("margin", "low", "high", "seconds", "possible", "difficulty")
_TEXTS = ("kind", "image", "source")
_IGNORED = ("facts", "starter", "note")  # provenance and remarks belong to the file, not to the question
_FIELDS = frozenset((*_WORDS, *_NUMBERS, *_TEXTS, *_IGNORED, "choices", "key", "sealed", "tags"))
_TRUE_FALSE_IDS = ["true", "false"]


def lay_out(question: Mapping[str, object], report: Report) -> tuple[dict[str, str], list[str]] | None:
    """The cells and the authored order of choices; None when a type was wrong and had to be reported."""
    layout = _Layout(question, report)
    for field in question:
        if field not in _FIELDS:
            layout.problem(field[:40], field, "a field of docs/import.md (own remarks go under note)")
    for field in _WORDS:
        layout.words(field, question.get(field))
    for field in _NUMBERS:
        layout.number(field, question.get(field))
    for field in _TEXTS:
        layout.text(field, question.get(field))
    order = layout.choices(question.get("choices"))
    layout.sealed(question.get("sealed"))
    layout.tags(question.get("tags"))
    layout.key(question.get("key"))
    return (layout.cells, order) if layout.is_sound else None


def shown(value: object) -> str:
    """A value for a message, never walked into: it may be nested as deeply as the parser let it."""
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    return value if isinstance(value, str) else "nothing" if value is None else str(value).lower()


class _Layout:
    def __init__(self, question: Mapping[str, object], report: Report) -> None:
        self._is_true_false = question.get("kind") == "truefalse"
        self._report = report
        self.cells: dict[str, str] = {}
        self.is_sound = True

    def problem(self, column: str, value: object, wanted: str) -> None:
        self.is_sound = False
        self._report(column, shown(value), wanted)

    def text(self, column: str, value: object) -> None:
        if isinstance(value, str):
            self.cells[column] = value
        elif value is not None:
            self.problem(column, value, "a text")

    def number(self, column: str, value: object) -> None:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            self.cells[column] = str(value)
        elif value is not None:
            self.problem(column, value, "a number, without quotes")

    def words(self, name: str, value: object) -> None:
        if value is None:
            return
        if not isinstance(value, dict) or not set(value) <= set(LANGUAGES):
            self.problem(name, value, 'an object of texts: {"zh": …, "en": …}')
            return
        for language, text in value.items():
            self.text(f"{name}_{language}", text)

    def choices(self, value: object) -> list[str]:
        wanted = _TRUE_FALSE_IDS if self._is_true_false else LETTERS
        order: list[str] = []
        if value is not None and not isinstance(value, list):
            self.problem("choices", value, 'a list of {"id": "a", "text": {"zh": …, "en": …}}')
            return order
        for choice in value or []:
            id_ = choice.get("id") if isinstance(choice, dict) else None
            if not isinstance(choice, dict) or not isinstance(id_, str) or id_ not in tuple(wanted) or id_ in order:
                self.problem(
                    "choices", choice if id_ is None else id_, f"choices with ids of {', '.join(wanted)}, each once"
                )
                continue
            if set(choice) - {"id", "text"}:
                self.problem("choices", choice, "id and text, nothing else")
            order.append(id_)
            self.words(f"choice_{id_}", choice.get("text"))
        return order

    def sealed(self, value: object) -> None:
        if value is not None and not isinstance(value, bool):
            self.problem("sealed", value, "true or false, without quotes")
        self.cells["sealed"] = "yes" if value is True else "no"

    def tags(self, value: object) -> None:
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
            self.problem("tags", value, "a list of texts")
            return
        self.cells["tags"] = ",".join(value)

    def key(self, value: object) -> None:
        """A list of choice ids, or {"value", "margin"} of an estimate, or null when sealed."""
        if isinstance(value, list) and value and all(isinstance(id_, str) for id_ in value):
            self.cells["key"] = ",".join(value)
        elif isinstance(value, dict) and set(value) == {"value", "margin"} and "margin" not in self.cells:
            self.number("key", value["value"])
            self.number("margin", value["margin"])
        elif value is not None:
            self.problem(
                "key", value, 'a list of choice ids, {"value": 189, "margin": 10} for an estimate, null when sealed'
            )
