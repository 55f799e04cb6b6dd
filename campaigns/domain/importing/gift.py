r"""GIFT, Moodle's text format for questions: read what can be a question of ours, refuse the rest by name.

`::title:: text {=right ~wrong}` · `{T}` · `{#1822:5}` · `{#1..5}` · `%50%` weights · `#` feedback (left out) · `####` general
feedback (the explanation) · `\` before ~ = # { } : · `//` comments · `$CATEGORY:` (a tag) · an answer in mid-sentence.
Essays, matching and typed answers have no counterpart here. A comment `// fanfare {…}` carries what GIFT cannot say; our
export writes it, other programs pass over it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from campaigns.domain.importing.gift_answers import answers_in
from campaigns.domain.importing.raw import Item, Raw, Unread, as_tag, language_of
from campaigns.domain.importing.report import ImportProblem, problem
from campaigns.domain.question_cells import COLUMNS

LONGEST_BODY, MOST_ESCAPES = 8_000, 1_000
ESCAPED = "~=#{}:\\"
HIDDEN = {sign: chr(1 + n) for n, sign in enumerate(ESCAPED)} | {"n": "\x0e"}  # no text of a file has these
SHOWN = {hidden: sign for sign, hidden in HIDDEN.items()} | {"\x0e": "\n"}
TOLD = str.maketrans(SHOWN)
MARK = "// fanfare "
FORMATS = re.compile(r"^\s*\[(html|markdown|moodle|plain)\]\s*")
TITLE = re.compile(r"^\s*::(.*?)::", re.S)
TAG = re.compile(r"\[tag:([^\[\]]+)\]")
ELEMENT = re.compile(r"<[^<>]*>")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


def questions_in(lines: list[tuple[str, str]]) -> Iterator[Item]:
    category = ""
    for row, block in _blocks(lines):
        body, tags, extras = [], [], ""
        for line in block:
            if line.startswith(MARK):
                extras = line.removeprefix(MARK)
            elif line.lstrip().startswith("//"):
                tags += TAG.findall(line[:LONGEST_BODY])
            elif line.startswith("$CATEGORY:"):
                category = as_tag(line.split(":", 1)[1].rstrip("/").split("/")[-1])
            else:
                body.append(line)
        if any(line.strip() for line in body) or extras:
            wanted_tags = [*map(as_tag, tags), category]
            yield _item(row, "\n".join(body).strip(), extras, ",".join(filter(None, wanted_tags)))


def _blocks(lines: list[tuple[str, str]]) -> Iterator[tuple[int, list[str]]]:
    """(line number of the first line, lines) between blank lines."""
    block: list[str] = []
    for row, (line, _) in enumerate([*lines, ("", "")], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield row - len(block), block
            block = []


def _item(row: int, body: str, extras: str, tags: str) -> Item:
    found: list[ImportProblem] = []
    if len(body) > LONGEST_BODY or len(extras) > LONGEST_BODY or body.count("\\") > MOST_ESCAPES:
        wanted = f"at most {LONGEST_BODY} characters, {MOST_ESCAPES} of them escaped"
        return Unread(row, body[:LONGEST_BODY], (problem(row, "question", body[:LONGEST_BODY], wanted),))
    more = _extras(extras, row, found)
    if CONTROL.search(body) or "\ufffd" in body:
        found.append(problem(row, "question", body, "text without control characters or broken Unicode"))
    hidden = re.sub(r"\\([~=#{}:\\n])", lambda match: HIDDEN[match.group(1)], body)
    hidden = TITLE.sub("", hidden, count=1)
    formatted = FORMATS.match(hidden)
    is_html = formatted is not None and formatted.group(1) == "html"
    hidden = hidden[formatted.end() :] if formatted else hidden
    before, brace, rest = hidden.partition("{")
    inside, end, after = rest.partition("}")
    if not brace or not end:
        found.append(problem(row, "question", body, "an answer in braces: {=right ~wrong}, {T} or {#42:1}"))
    if found:
        return Unread(row, more.get("text_zh") or more.get("text_en") or told(before), tuple(found))
    gap = " _____ " if after.strip() else ""
    text = _worded(f"{before.rstrip()}{gap}{after.strip()}", is_html)
    return _answered(row, text, inside, more, tags, is_html)


def _answered(row: int, text: str, inside: str, more: dict[str, str], tags: str, is_html: bool) -> Item:
    language = more.pop("in", "") or language_of(text)
    found: list[ImportProblem] = []
    cells, remarks = answers_in(
        inside, language, row, found, lambda part: _worded(part, is_html), sealed="sealed" in more
    )
    if found:
        return Unread(row, text, tuple(found))
    tagged = {"tags": tags} if tags and "tags" not in more else {}
    return Raw(
        row, tagged | cells | {f"text_{language}": text} | more, remarks=() if "kind" in more else tuple(remarks)
    )


def _worded(part: str, is_html: bool) -> str:
    shown = told(part)
    if is_html:
        shown = " ".join(html.unescape(ELEMENT.sub(" ", shown)).split())
    return shown.strip()


def told(part: str) -> str:
    """With the escaped signs back in their places."""
    return part.translate(TOLD).strip()


def _extras(text: str, row: int, found: list[ImportProblem]) -> dict[str, str]:
    """The cells that our own export put into its comment."""
    if not text:
        return {}
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        loaded = None
    known = (*COLUMNS, "in")
    is_ours = isinstance(loaded, dict) and all(name in known and isinstance(each, str) for name, each in loaded.items())
    if isinstance(loaded, dict) and is_ours and loaded.get("in", "en") in ("zh", "en"):
        return dict(loaded)
    found.append(problem(row, "// fanfare", text, "the comment as Fanfare wrote it, or none"))
    return {}
