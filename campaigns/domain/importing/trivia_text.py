"""OpenTriviaQA's text: `#Q` question, `^` the right answer, then the choices `A`, `B`, … each on its own line.

Real files are dirty: lines that run on, a right answer that stands among no choice, choices twice, encodings mixed line
by line. What can be read is read; the rest is refused row by row (a row is the line of its `#Q`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from campaigns.domain.importing.raw import Item, Raw, Told, Unread
from campaigns.domain.importing.report import ImportProblem, problem

LETTERS = "ABCDEFGH"


@dataclass
class _Block:
    row: int
    text: list[str]
    right: list[str] | None = None
    choices: list[list[str]] = field(default_factory=list)
    encodings: set[str] = field(default_factory=set)

    def add(self, line: str) -> None:
        """A line of this question: the right answer, the next choice, or more of what stood before it."""
        following = LETTERS[len(self.choices)] if len(self.choices) < len(LETTERS) else ""
        if self.right is None and line[:1] == "^" and line[1:2] in ("", " ", "\t"):
            self.right = [line[1:].strip()]
        elif self.right is not None and following and line[:1] == following and line[1:2] in ("", " ", "\t"):
            self.choices.append([line[1:].strip()])
        elif line.strip():
            (self.choices[-1] if self.choices else self.text if self.right is None else self.right).append(line.strip())


def questions_in(lines: list[tuple[str, str]]) -> tuple[int, Iterator[Item]]:
    """(how many, the questions)."""
    return sum(line.startswith("#Q") for line, _ in lines), _items(lines)


def _items(lines: list[tuple[str, str]]) -> Iterator[Item]:
    block: _Block | None = None
    for row, (line, encoding) in enumerate(lines, start=1):
        if line.startswith("#Q"):
            if block is not None:
                yield _item(block)
            block = _Block(row, [line[2:].strip()])
        elif block is None:
            if line.strip():
                yield Unread(row, line[:80], (problem(row, "#Q", line, "a line that begins with #Q"),))
            continue
        else:
            block.add(line)
        block.encodings.add(encoding)
    if block is not None:
        yield _item(block)


def _item(block: _Block) -> Item:
    text, choices = "\n".join(block.text), [" ".join(choice) for choice in block.choices]
    right = " ".join(block.right or [])
    told = Told(text, choices, frozenset(_places(right, choices)))
    found = []
    if "broken" in block.encodings:
        found.append(problem(block.row, "#Q", text, "text without control characters or broken Unicode"))
    if not right:
        found.append(problem(block.row, "^", "", "the right answer, on a line that begins with ^"))
    elif not told.right:
        found.append(problem(block.row, "^", right, "an answer that stands among the choices"))
    if not len(choices) >= 2 or not told.fits():
        found.append(problem(block.row, "A", str(len(choices)), "2 to 6 choices"))
    if found:
        return Unread(block.row, text, tuple(found))
    remarks: tuple[ImportProblem, ...] = ()
    if "cp1252" in block.encodings:
        remarks = (problem(block.row, "#Q", text, "UTF-8: read as Windows-1252, look at the accents"),)
    return Raw(block.row, told.cells(), names=_NAMES, remarks=remarks)


def _places(right: str, choices: list[str]) -> list[int]:
    """Where the right answer stands, by its letters if not to the letter."""
    exact = [place for place, choice in enumerate(choices) if choice == right]
    alike = [place for place, choice in enumerate(choices) if choice.casefold() == right.casefold()]
    return (exact or alike)[:1]


_NAMES = {"text_en": "#Q", "text_zh": "#Q", "key": "^"} | {
    f"choice_{letter.lower()}_{language}": letter for letter in "ABCDEF" for language in ("zh", "en")
}
