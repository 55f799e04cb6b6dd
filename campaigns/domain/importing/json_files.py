"""JSON: Fanfare's own, and the answer of an Open Trivia DB. Which of the two, the object itself says."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from functools import partial
from typing import NoReturn

from campaigns.domain.importing.encoding import decoded
from campaigns.domain.importing.raw import MAX_QUESTIONS, Item, Raw, Told, Unread, as_tag
from campaigns.domain.importing.report import ImportProblem, problem, refuse
from campaigns.domain.question_layout import lay_out, shown

FORMAT, VERSION = "fanfare-questions", 1
MOST_BRACKETS = 1_000_000  # a question has a dozen objects and lists
DIFFICULTIES = {"easy": "1", "medium": "3", "hard": "5"}


def questions_in(data: bytes) -> tuple[str, int, Iterator[Item]]:
    """("json" or "opentdb", how many, the questions). Raises ImportRefused."""
    if data.count(b"{") + data.count(b"[") > MOST_BRACKETS:
        refuse(0, "file", "", f"at most {MAX_QUESTIONS} questions in one file")
    loaded = _loaded(decoded(data))
    if _is_opentdb(loaded):
        results = loaded["results"] if isinstance(loaded, dict) else loaded
        return "opentdb", _count(results), _trivia(_listed(results))
    listed = _own_list(loaded)
    return "json", _count(listed), _own(listed)


def _is_opentdb(loaded: object) -> bool:
    if isinstance(loaded, list):
        return bool(loaded) and isinstance(loaded[0], dict) and "incorrect_answers" in loaded[0]
    return isinstance(loaded, dict) and "results" in loaded and "format" not in loaded


def _listed(loaded: object) -> list[object]:
    if not isinstance(loaded, list):
        refuse(0, "questions", shown(loaded), "a list of questions")
    return loaded


def _count(loaded: object) -> int:
    count = len(_listed(loaded))
    if count > MAX_QUESTIONS:
        refuse(0, "file", str(count), f"at most {MAX_QUESTIONS} questions in one file")
    return count


def _loaded(text: str) -> object:
    try:
        loaded: object = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except json.JSONDecodeError as broken:
        refuse(0, "file", f"line {broken.lineno}, column {broken.colno}", f"JSON ({broken.msg})")
    except RecursionError:
        refuse(0, "file", "nested too deeply", "JSON as docs/import.md shows it")
    except ValueError as broken:  # our own two below, and numbers of thousands of digits
        refuse(0, "file", str(broken)[:80], "JSON with plain numbers and each field once")
    return loaded


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("the same field twice in one object")
    return fields


def _own_list(loaded: object) -> list[object]:
    if isinstance(loaded, dict):
        if loaded.get("format") != FORMAT:
            refuse(0, "format", shown(loaded.get("format")), f'"{FORMAT}"')
        if loaded.get("version") != VERSION or isinstance(loaded.get("version"), bool):
            refuse(0, "version", shown(loaded.get("version")), str(VERSION))
        loaded = loaded.get("questions")
    return _listed(loaded)


def _own(listed: list[object]) -> Iterator[Item]:
    for row, raw in enumerate(listed, start=1):
        if not isinstance(raw, dict):
            wanted = "an object with kind, text, key, …"
            yield Unread(row, "", (problem(row, "question", shown(raw), wanted),))
            continue
        found: list[ImportProblem] = []
        laid_out = lay_out(raw, partial(_note, found, row))
        if laid_out is None:
            yield Unread(row, _any_text(raw.get("text")), tuple(found))
        else:
            yield Raw(row, laid_out[0], laid_out[1])


def _note(found: list[ImportProblem], row: int, column: str, value: str, wanted: str) -> None:
    found.append(problem(row, column, value, wanted))


def _any_text(words: object) -> str:
    texts = words.values() if isinstance(words, dict) else ()
    return next((text for text in texts if isinstance(text, str)), "")


def _trivia(results: list[object]) -> Iterator[Item]:
    for row, raw in enumerate(results, start=1):
        yield _one(row, raw)


def _one(row: int, raw: object) -> Item:
    fields = raw if isinstance(raw, dict) else {}
    wrong, names = fields.get("incorrect_answers"), ("question", "correct_answer")
    bad = [(name, fields.get(name)) for name in names if not isinstance(fields.get(name), str)]
    if not isinstance(wrong, list) or not all(isinstance(each, str) for each in wrong):
        bad.append(("incorrect_answers", wrong))
    if bad or not isinstance(wrong, list):
        wanted = "the fields question, correct_answer and incorrect_answers, all of them texts"
        return Unread(
            row, shown(fields.get("question")), tuple(problem(row, name, shown(is_), wanted) for name, is_ in bad)
        )
    told = Told(_text(fields["question"]), [*map(_text, (fields["correct_answer"], *wrong))], frozenset({0}))
    if not told.fits():
        return Unread(row, told.text, (problem(row, "incorrect_answers", str(len(wrong)), "2 to 6 choices"),))
    category, difficulty = fields.get("category"), fields.get("difficulty")
    cells = told.cells() | {"difficulty": DIFFICULTIES.get(str(difficulty), "")}
    return Raw(row, cells | {"tags": as_tag(_text(category)) if isinstance(category, str) else ""}, names=_NAMES)


def _text(escaped: str) -> str:
    return " ".join(html.unescape(escaped).split())


_NAMES = {"text_en": "question", "text_zh": "question", "key": "correct_answer", "tags": "category"} | {
    f"choice_{letter}_{language}": "correct_answer" if letter == "a" else f"incorrect_answers[{n}]"
    for n, letter in enumerate("abcdef", -1)
    for language in ("zh", "en")
}
