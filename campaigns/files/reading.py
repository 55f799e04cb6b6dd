"""The parent's side of reading a file: what comes is a stream of lines, or ImportRefused, and never anything worse.

The child knows no secret (an empty environment), writes nothing but its pipe, limits its own memory and time; here
stands the clock on the wall, for a child that is stuck, and the length of what it says. Works under gevent's patch too:
select and os.read only.
"""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaigns.db.question_rows import question_from
from campaigns.domain.importing.encoding import MAX_BYTES, bounded
from campaigns.domain.importing.pipeline import LONGEST_SOURCE
from campaigns.domain.importing.report import ImportProblem, ImportRefused, Line, Verdict, refuse

log = logging.getLogger("fanfare.files")
PROJECT = Path(__file__).resolve().parents[2]
SILENCE_S = 20.0  # busy machines are slow; a busy child runs into its own CPU limit long before
LONGEST_LINE = 512 * 1024
GAVE_UP = "a file that can be read in two seconds and 640 MB"


@dataclass(frozen=True, slots=True)
class Found:
    """One question of the file as the bank stores it; `body` is None exactly when it is refused."""

    row: int
    verdict: Verdict
    text: str
    problems: tuple[ImportProblem, ...]
    body: dict[str, Any] | None = None
    key: dict[str, Any] | None = None
    source: str = ""
    norm: str = ""
    twin: str = ""

    def line(self) -> Line:
        question = None if self.body is None else question_from(self.body, self.key)
        return Line(self.row, self.verdict, self.text, self.problems, question, self.source)


@dataclass(frozen=True, slots=True)
class FileRead:
    """`of`: how many questions are to be expected, 0 when nobody knows. `found` may raise ImportRefused."""

    format: str
    of: int
    found: Iterator[Found]


def read_file(data: bytes, name: str) -> FileRead:
    """Raises ImportRefused."""
    told = _told_by_child(bounded(data, MAX_BYTES), name)
    first = next(told)
    return FileRead(str(first["format"]), int(first["of"]), _found(told))


def _found(told: Iterator[dict[str, Any]]) -> Iterator[Found]:
    for each in told:
        row = int(each["row"])
        problems = tuple(ImportProblem(row, *problem) for problem in each["problems"])
        more = {name: each[name] for name in ("body", "key", "norm", "twin") if name in each}
        source = str(each.get("source", ""))[:LONGEST_SOURCE]
        yield Found(row, Verdict(each["verdict"]), each["text"], problems, source=source, **more)


def _told_by_child(data: bytes, name: str) -> Iterator[dict[str, Any]]:
    """Its messages without the last; raises ImportRefused where it refuses or ends without a word."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-m", "campaigns.files", os.path.basename(name)[-80:].replace("\0", "")],
            cwd=PROJECT,
            env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    assert child.stdout is not None
    try:
        for line in _lines(child.stdout.fileno()):
            message = json.loads(line)
            if "refused" in message:
                raise ImportRefused([ImportProblem(*problem) for problem in message["refused"]])
            if "end" in message:
                return
            yield message
        log.warning("the reader of %r gave up (%s)", name, child.poll())
        refuse(0, "file", "", GAVE_UP)
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def _lines(pipe: int) -> Iterator[bytes]:
    """Whole lines until the pipe ends, the child falls silent, or a line has no end."""
    rest = b""
    deadline = time.monotonic() + SILENCE_S
    while select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
        piece = os.read(pipe, 65536)
        if not piece:
            return
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
        if len(rest) > LONGEST_LINE:
            return
        deadline = time.monotonic() + SILENCE_S
