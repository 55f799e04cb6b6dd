"""What every reader hands on: one question as named cells, not yet judged, or what kept it from becoming that."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from campaigns.domain.importing.report import ImportProblem
from campaigns.domain.question import MAX_CHOICES
from campaigns.domain.question_cells import LETTERS

MAX_QUESTIONS = 20_000
MAX_ROWS = MAX_QUESTIONS + 1  # empty ones included
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")


@dataclass(frozen=True, slots=True)
class Raw:
    """`order`: the authored order of choice ids. `names`: what the file calls our columns. `remarks` do not refuse it."""

    row: int
    cells: Mapping[str, str]
    order: Sequence[str] = LETTERS
    names: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[ImportProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    row: int
    text: str
    problems: tuple[ImportProblem, ...]


Item = Raw | Unread


@dataclass(frozen=True, slots=True)
class Told:
    """A question as formats of one language tell it: `right` are places among `choices`."""

    text: str
    choices: Sequence[str]
    right: frozenset[int]
    language: str | None = None  # None: look at the text

    def cells(self) -> dict[str, str]:
        """In our columns. Two choices that say true and false are a true/false question. Sevenths are left out: see fits()."""
        language = self.language or language_of(self.text)
        cells = {f"text_{language}": self.text}
        said = [choice.strip().casefold() for choice in self.choices]
        if sorted(said) in (["false", "true"], ["对", "错"], ["正确", "错误"]) and len(self.right) == 1:
            return cells | {"kind": "truefalse", "key": said[min(self.right)]}
        for letter, choice in zip(LETTERS, self.choices, strict=False):
            cells[f"choice_{letter}_{language}"] = choice
        key = ",".join(LETTERS[place] for place in sorted(self.right) if place < MAX_CHOICES)
        return cells | {"kind": "multiple" if len(self.right) > 1 else "single", "key": key}

    def fits(self) -> bool:
        return len(self.choices) <= MAX_CHOICES


def language_of(text: str) -> str:
    """Which of our two languages a lone text is filed under: any Chinese sign makes it Chinese."""
    return "zh" if CHINESE.search(text) else "en"


def as_tag(text: str) -> str:
    """'Science & Nature' → 'science-nature': a tag has no spaces or commas in it."""
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")[:30].strip("-")
