"""One row of an import, as named cells of text, becomes one Question, or all that is wrong with it.

CSV rows arrive as they are; JSON questions are first laid out in the same cells, so one set of rules and of words
serves both. Every problem of a row is reported, not only the first; `question.validate` has the last word.
A language is complete or absent: whoever writes an English choice writes the English text too.
Rejected: guessing (half a language, a gap between choices, low and high derived from the key, which would tell it).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from campaigns.domain.errors import BadInput
from campaigns.domain.question import (
    LANGUAGES,
    MAX_CHOICE,
    MAX_CHOICES,
    MAX_EXPLANATION,
    MAX_QUESTION,
    MAX_SECONDS,
    MAX_UNIT,
    MAX_VALUE,
    MIN_SECONDS,
    POSSIBLE,
    Choice,
    ChoiceKey,
    Key,
    Kind,
    Question,
    ValueKey,
    Words,
    validate,
)

Report = Callable[[str, str, str], None]  # column, value, wanted

LETTERS = "abcdef"
REQUIRED_COLUMNS = ("kind", "key")  # and the text in at least one language
_CHOICE_COLUMNS = tuple(f"choice_{letter}_{language}" for letter in LETTERS for language in LANGUAGES)
_TRUE_FALSE_WORDS = {
    "choice_true_zh": "对",
    "choice_true_en": "True",
    "choice_false_zh": "错",
    "choice_false_en": "False",
}
COLUMNS = (
    *("kind", "text_zh", "text_en", *_CHOICE_COLUMNS, *_TRUE_FALSE_WORDS),
    *("key", "sealed", "margin", "low", "high", "unit_zh", "unit_en"),
    *("explanation_zh", "explanation_en", "seconds", "possible", "image", "image_alt_zh", "image_alt_en"),
    *("difficulty", "tags", "source", "note"),
)

_KINDS = {kind.value: kind for kind in Kind} | {
    "true/false": Kind.TRUE_FALSE,
    "true_false": Kind.TRUE_FALSE,
    "单选": Kind.SINGLE,
    "多选": Kind.MULTIPLE,
    "判断": Kind.TRUE_FALSE,
    "估算": Kind.ESTIMATE,
    "抢": Kind.BUZZER,
}
_NO_CHOICES = {Kind.ESTIMATE: "an estimate", Kind.BUZZER: "a buzzer question"}
_YES, _NO = ("yes", "true", "1", "y", "是"), ("", "no", "false", "0", "n", "否")
_TRUE, _FALSE = ("true", "yes", "对", "正确"), ("false", "no", "错", "错误")
_IMAGE_ENDINGS = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif")
_BROKEN = "\ufffe\uffff"  # signs that are none
_LIST_SEPARATOR = re.compile(r"[\s,，、;；]+")


def draft(cells: Mapping[str, str], report: Report, order: Sequence[str] = LETTERS) -> Question | None:
    """The question these cells describe; None when anything was reported. `order` is the authored order of choices."""
    row = _Row(cells, report)
    kind, sealed = row.kind(), row.sealed()
    sealed = True if kind is Kind.BUZZER else sealed
    question = Question(
        kind=kind or Kind.SINGLE,
        text=row.words("text", MAX_QUESTION, required=True),
        explanation=row.words("explanation", MAX_EXPLANATION),
        unit=row.words("unit", MAX_UNIT),
        image=row.image(),
        image_alt=row.words("image_alt", MAX_QUESTION),
        seconds=row.whole("seconds", 20, range(MIN_SECONDS, MAX_SECONDS + 1), f"{MIN_SECONDS} to {MAX_SECONDS}"),
        possible=row.whole("possible", 1000, POSSIBLE, "0, 1000 or 2000"),
        difficulty=row.whole("difficulty", 1, range(1, 6), "1 to 5"),
        tags=row.tags(),
    )
    if kind is None:  # what else a row needs depends on its kind
        return None
    choices = row.choices(kind, order)
    low, high, margin = row.bounds(kind)
    key = None
    if sealed is not None:
        key = row.key(kind, sealed, tuple(choice.id for choice in choices), margin)
    if isinstance(key, ValueKey) and low is not None and high is not None and not low <= key.value <= high:
        row.problem("key", f"a number between low and high ({low:g} to {high:g})")
    if row.has_problems:
        return None
    beforehand = margin if sealed else None
    return row.validated(
        replace(question, choices=choices, key=key, sealed=bool(sealed), low=low, high=high, margin=beforehand)
    )


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _is_unprintable(sign: str) -> bool:
    return sign in _BROKEN or (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t")


class _Row:
    """Reads cells and remembers whether anything was wrong with them."""

    def __init__(self, cells: Mapping[str, str], report: Report) -> None:
        self._cells = {column: _one_line_end(text).strip() for column, text in cells.items()}
        self._report = report
        self.has_problems = False
        for column, text in self._cells.items():
            if (not text.isprintable() and any(map(_is_unprintable, text))) or "\ufffd" in text:
                self.problem(column, "text without control characters or broken Unicode")
        self._written = self._languages()

    def _languages(self) -> tuple[str, ...]:
        columns = ("text", *(f"choice_{letter}" for letter in LETTERS))
        filled = [each for each in LANGUAGES if any(self._cells.get(f"{column}_{each}") for column in columns)]
        return tuple(filled) or LANGUAGES

    def problem(self, column: str, wanted: str) -> None:
        self.has_problems = True
        self._report(column, self._cells.get(column, ""), wanted)

    def text(self, column: str) -> str:
        return self._cells.get(column, "")

    def validated(self, question: Question) -> Question | None:
        try:
            return validate(question)
        except BadInput as refused:  # a rule of the domain that no column check above knows
            self._report(refused.field, str(refused.value), refused.wanted)
            return None

    def kind(self) -> Kind | None:
        kind = _KINDS.get(self.text("kind").lower())
        if kind is None:
            self.problem("kind", "single, multiple, truefalse, estimate or buzzer")
        return kind

    def words(self, name: str, longest: int, *, required: bool = False) -> Words:
        """In every language the question is written in or, where not required, in none."""
        columns = [f"{name}_{language}" for language in LANGUAGES]
        if not required and not any(map(self.text, columns)):
            return {}
        for language, column in zip(LANGUAGES, columns, strict=True):
            if not self.text(column) and language in self._written:
                self.problem(column, "some text, as in the other language" if not required else "some text")
            elif len(self.text(column)) > longest:
                self.problem(column, f"at most {longest} characters (this has {len(self.text(column))})")
        return {language: self.text(column) for language, column in zip(LANGUAGES, columns, strict=True)}

    def number(self, column: str, wanted: str = "a number such as 189 or 7.5") -> float | None:
        text = self.text(column)
        if not text:
            return None
        try:
            value = float(text.replace("_", "x"))
        except ValueError:
            value = math.nan
        if not abs(value) <= MAX_VALUE:
            self.problem(column, wanted)
            return None
        return value

    def whole(self, column: str, default: int, allowed: Sequence[int], wanted: str) -> int:
        if not self.text(column):
            return default
        whole = f"a whole number: {wanted}"
        value = self.number(column, whole)
        if value is None:
            return default
        if value not in allowed:
            self.problem(column, whole)
            return default
        return int(value)

    def sealed(self) -> bool | None:
        text = self.text("sealed").lower()
        if text in (*_YES, *_NO):
            return text in _YES
        self.problem("sealed", "yes or no (empty is no)")
        return None

    def image(self) -> str | None:
        name = self.text("image")
        path = PurePosixPath(name)
        if name and (
            path.suffix.lower() not in _IMAGE_ENDINGS
            or len(name) > 200
            or path.is_absolute()
            or ".." in path.parts
            or re.search(r"[\\:?#%<>\"'\s]", name)
        ):
            self.problem(
                "image", "a relative file name ending in svg, png, jpg, webp or avif, such as outlines/mi-10.svg"
            )
        return name or None

    def tags(self) -> tuple[str, ...]:
        tags = tuple(tag for tag in _LIST_SEPARATOR.split(self.text("tags")) if tag)
        if len(tags) > 10 or any(len(tag) > 30 for tag in tags):
            self.problem("tags", "at most 10 tags of at most 30 characters")
        return tags

    def choices(self, kind: Kind, order: Sequence[str]) -> tuple[Choice, ...]:
        if kind is Kind.TRUE_FALSE:
            return self._true_and_false()
        filled = [id_ for id_ in order if any(self.text(f"choice_{id_}_{language}") for language in LANGUAGES)]
        if kind in (Kind.ESTIMATE, Kind.BUZZER):
            for id_ in filled:
                self.problem(f"choice_{id_}_zh", f"nothing: {_NO_CHOICES[kind]} has no choices")
            return ()
        if len(filled) < 2:
            self.problem("choice_b_zh" if "a" in filled else "choice_a_zh", f"2 to {MAX_CHOICES} choices")
        for gap in sorted(set(LETTERS[: len(filled)]) - set(filled)):
            self.problem(f"choice_{gap}_zh", "some text: choices are filled from a on, without gaps")
        choices = tuple(Choice(id_, self.words(f"choice_{id_}", MAX_CHOICE, required=True)) for id_ in filled)
        self._differ(choices)
        return choices

    def _true_and_false(self) -> tuple[Choice, ...]:
        for column in _CHOICE_COLUMNS:
            if self.text(column):
                self.problem(column, "nothing: true/false brings its own choices, 对/True and 错/False")
        for column, text in _TRUE_FALSE_WORDS.items():
            self._cells[column] = self.text(column) or text
        choices = tuple(Choice(id_, self.words(f"choice_{id_}", MAX_CHOICE)) for id_ in ("true", "false"))
        self._differ(choices)
        return choices

    def _differ(self, choices: Sequence[Choice]) -> None:
        for language in LANGUAGES:
            seen: dict[str, str] = {}
            for choice in choices:
                text = choice.text.get(language, "").casefold()
                if text and text in seen:
                    self.problem(f"choice_{choice.id}_{language}", f"a choice that differs from choice {seen[text]}")
                seen.setdefault(text, choice.id)

    def bounds(self, kind: Kind) -> tuple[float | None, float | None, float | None]:
        """low, high and margin of an estimate; anything else leaves them empty."""
        if kind is not Kind.ESTIMATE:
            for column in ("margin", "low", "high", "unit_zh", "unit_en"):
                if self.text(column):
                    self.problem(column, "nothing: only an estimate has this")
            return None, None, None
        low, high, margin = (self.number(column) for column in ("low", "high", "margin"))
        for column in ("low", "high", "margin"):
            if not self.text(column):
                self.problem(column, "a number: an estimate, sealed or not, needs low, high and margin")
        if low is not None and high is not None and low >= high:
            self.problem("high", f"a number above low ({low:g})")
        if margin is not None and margin <= 0:
            self.problem("margin", "a number above 0")
        return low, high, margin

    def key(self, kind: Kind, sealed: bool, ids: Sequence[str], margin: float | None) -> Key | None:
        text = self.text("key").lower()
        if sealed:
            if text:
                self.problem("key", "nothing: a sealed question has no key until the stage announces it")
            return None
        if not text:
            self.problem("key", "the key; only a sealed question (sealed = yes) comes without")
            return None
        if kind is Kind.ESTIMATE:
            value = self.number("key")
            return None if value is None or margin is None else ValueKey(value, margin)
        return self._choice_key(kind, text, ids)

    def _choice_key(self, kind: Kind, text: str, ids: Sequence[str]) -> ChoiceKey:
        right = frozenset(filter(None, _LIST_SEPARATOR.split(text)))
        if kind is Kind.TRUE_FALSE:
            right = frozenset("true" if word in _TRUE else "false" if word in _FALSE else word for word in right)
        if not right or not right <= set(ids) or (kind is not Kind.MULTIPLE and len(right) != 1):
            listed = ", ".join(ids) or "the choices"
            self.problem("key", f"some of {listed}" if kind is Kind.MULTIPLE else f"exactly one of {listed}")
        return ChoiceKey(right)
