"""What came of each row of a file: taken, taken with a remark, or refused and why.

A problem names row, column, what stood there and what was wanted. Row 0 is the file as a whole. A refusal of the whole
file is the one exception that readers may raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from campaigns.domain.errors import BadInput
from campaigns.domain.question import Question

LONGEST_VALUE = 80


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    WARNING = "warning"  # taken as well, with something the operator should know
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """`row` 0 is the file as a whole."""

    row: int
    column: str
    value: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the file. `question` is None exactly when it is refused."""

    row: int
    verdict: Verdict
    text: str
    problems: tuple[ImportProblem, ...] = ()
    question: Question | None = None
    source: str = ""


class ImportRefused(BadInput):
    """Nothing was imported; `errors` says why, in the order of the file."""

    code = "import_refused"

    def __init__(self, errors: Sequence[ImportProblem]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        # The message may be logged; a key must not be.
        value = "(hidden)" if first.column == "key" else first.value
        super().__init__(f"row {first.row}, column {first.column}", value, first.wanted)


def problem(row: int, column: str, value: str, wanted: str) -> ImportProblem:
    """The value cut to what a report shows, and printable whatever it was."""
    return ImportProblem(row, column, shortened(value.encode("utf-8", "replace").decode(), LONGEST_VALUE), wanted)


def shortened(text: str, longest: int) -> str:
    """At most so many characters; what is cut off ends with a whole word and "…". Where there are no spaces, anywhere."""
    if len(text) <= longest:
        return text
    kept, _, broken = text[:longest].rpartition(" ")
    return (kept.rstrip() if kept and len(broken) < longest // 2 else text[: longest - 1]) + "…"


def refuse(row: int, column: str, value: str, wanted: str) -> NoReturn:
    """The whole file. Raises ImportRefused."""
    raise ImportRefused([problem(row, column, value, wanted)])
