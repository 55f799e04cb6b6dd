"""From raw questions to the report: one validator, one place where duplicates inside a file are found.

Lazy, so that a file of 13,000 shows its progress; bounded, so that no file makes a report without end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from campaigns.domain.importing.raw import MAX_QUESTIONS, Item, Unread
from campaigns.domain.importing.report import ImportProblem, Line, Verdict, problem, refuse, shortened
from campaigns.domain.importing.twins import norm, twin
from campaigns.domain.question import LANGUAGES, Question
from campaigns.domain.question_cells import draft

SHOWN_TEXT = 120
LONGEST_SOURCE = 200
SAME = "a question that is not in this file already (row %(n)s)"
ALIKE = "other words than those of row %(n)s, unless it is meant as another question"


def examine(items: Iterable[Item], most: int = MAX_QUESTIONS) -> Iterator[Line]:
    """One line per question, in the order of the file. Raises ImportRefused for the file as a whole."""
    count = 0
    for item in items:
        count += 1
        if count > most:
            refuse(0, "file", str(count), f"at most {most} questions in one file")
        yield judged(item)
    if not count:
        refuse(0, "file", "", "at least one question")


def judged(item: Item) -> Line:
    if isinstance(item, Unread):
        return Line(item.row, Verdict.REFUSED, shortened(item.text, SHOWN_TEXT), item.problems)
    found: list[ImportProblem] = []

    def report(column: str, value: str, wanted: str) -> None:
        found.append(problem(item.row, item.names.get(column, column), value, wanted))

    source = item.cells.get("source", "").strip()
    if len(source) > LONGEST_SOURCE:
        report("source", source, f"at most {LONGEST_SOURCE} characters")
    question = draft(item.cells, report, item.order)
    if question is None or found:
        text = item.cells.get("text_zh") or item.cells.get("text_en") or ""
        return Line(item.row, Verdict.REFUSED, shortened(text, SHOWN_TEXT), tuple(found))
    verdict = Verdict.WARNING if item.remarks else Verdict.ACCEPTED
    return Line(item.row, verdict, shown_text(question), item.remarks, question, source)


def shown_text(question: Question) -> str:
    return shortened(next((said for each in LANGUAGES if (said := question.text.get(each, ""))), ""), SHOWN_TEXT)


def without_twins(lines: Iterable[Line]) -> Iterator[Line]:
    """Refuses what this file has said already; the same words with other choices get a remark."""
    twins: dict[str, int] = {}
    norms: dict[str, int] = {}
    for line in lines:
        if line.question is not None:
            alike = norm(line.question)
            same = twin(line.question, alike)
            line = beside(line, twins.get(same), norms.get(alike), {"same": SAME, "alike": ALIKE})
            twins.setdefault(same, line.row)
            norms.setdefault(alike, line.row)
        yield line


def beside(line: Line, same: int | None, alike: int | None, words: Mapping[str, str]) -> Line:
    """The line, knowing which row or question of the bank is the same (refused) or asks the same words (a remark)."""
    if same is not None:
        wanted = words["same"] % {"n": same}
        found = (problem(line.row, "text", line.text, wanted),)
        return Line(line.row, Verdict.REFUSED, line.text, found)
    if alike is not None:
        remark = problem(line.row, "text", line.text, words["alike"] % {"n": alike})
        return replace(line, verdict=Verdict.WARNING, problems=(*line.problems, remark))
    return line
