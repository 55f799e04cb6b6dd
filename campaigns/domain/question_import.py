"""All questions of a file, or none and every reason with row and column: what a rush and the command line want.

The same pipeline as the bank's (campaigns/domain/importing), which takes what is good and reports the rest; here one bad
cell refuses the file, nothing is bigger than a rush can use, and nothing but ImportRefused ever leaves. Workbooks are
read by campaigns/files. The formats are documented in docs/import.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from campaigns.domain.importing.formats import open_file
from campaigns.domain.importing.pipeline import examine
from campaigns.domain.importing.report import ImportProblem, ImportRefused, Line
from campaigns.domain.question import Question

MAX_BYTES = 2 * 1024 * 1024
MAX_QUESTIONS = 1000
MAX_PROBLEMS = 200

__all__ = ["MAX_BYTES", "MAX_PROBLEMS", "MAX_QUESTIONS", "ImportProblem", "ImportRefused", "all_or_nothing", "parse"]


def parse(data: bytes, name: str = "") -> list[Question]:
    """Every question of the file, in its order. Raises ImportRefused."""
    return all_or_nothing(examine(open_file(data, name, most=MAX_BYTES).items, MAX_QUESTIONS))


def all_or_nothing(lines: Iterable[Line]) -> list[Question]:
    """Raises ImportRefused with what is wrong with all lines, at most MAX_PROBLEMS of them."""
    questions: list[Question] = []
    problems: list[ImportProblem] = []
    try:
        for line in lines:
            if line.question is None:
                problems += line.problems
            else:
                questions.append(line.question)
            if len(problems) >= MAX_PROBLEMS:
                break
    except ImportRefused as refused:
        problems += refused.errors
    if problems:
        raise ImportRefused(problems[:MAX_PROBLEMS])
    return questions
