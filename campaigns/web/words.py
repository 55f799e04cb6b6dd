"""The words that scripts say. A script calls t("Recorded"); the page brings the dictionary in which it looks that up.

The same literals are found twice: by Babel, for the catalogs (`extract` is its plug-in, pyproject.toml), and when the
application starts, for the dictionary. A dictionary holds the words of one audience's scripts and the shared ones only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

from flask_babel import get_locale, gettext

LITERAL = re.compile(r'(?<![\w.$])t\(\s*"((?:[^"\\\n]|\\.)+)"')
COMMENT = re.compile(r"^[ \t]*/\*.*?\*/", re.S | re.M)


def literals(source: str) -> Iterator[tuple[int, str]]:
    """(line, sentence) of every t("…")."""
    code = COMMENT.sub(_blank, source)
    for match in LITERAL.finditer(code):
        yield code.count("\n", 0, match.start()) + 1, json.loads(f'"{match.group(1)}"')


def _blank(comment: re.Match[str]) -> str:
    """Comments quote t("…") too; their lines still count."""
    return "\n" * comment.group().count("\n")


def extract(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: dict[str, Any]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel's interface: (line, function, message, comments)."""
    for line, sentence in literals(fileobj.read().decode()):
        yield line, "gettext", sentence, []


class Catalog:
    """The sentences of each audience's scripts; `scripts` is static/js."""

    def __init__(self, scripts: Path) -> None:
        shared = self._sentences(scripts / "shared")
        found = {folder.name: self._sentences(folder) | shared for folder in scripts.glob("*") if folder.is_dir()}
        # The desk shows a small display, and a display borrows nothing from anybody.
        found["operators"] = found.get("operators", set()) | found.get("displays", set())
        self._by_audience = {audience: sorted(sentences) for audience, sentences in found.items()}
        self._spoken: dict[tuple[str, str], str] = {}

    @staticmethod
    def _sentences(folder: Path) -> set[str]:
        return {sentence for path in folder.rglob("*.js") for _, sentence in literals(path.read_text())}

    def dictionary(self, audience: str) -> str:
        """JSON for a script block, in the language of the request; what says the same in both is left out.

        Made once per language: translating a hundred sentences for every phone of a hall took half of a join.
        """
        key = (audience, str(get_locale()))
        if key not in self._spoken:
            spoken = {sentence: gettext(sentence) for sentence in self._by_audience.get(audience, ())}
            self._spoken[key] = script_json({sentence: text for sentence, text in spoken.items() if text != sentence})
        return self._spoken[key]


def script_json(value: object) -> str:
    """JSON that cannot end its script element, nor look like markup to anything that reads the page."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
