"""Bytes to text. UTF-8 with or without BOM; GB18030, as Chinese spreadsheets write it; Windows-1252, as Western ones do.

Nothing is guessed where it could do harm: text that is mostly good UTF-8 with a damaged byte is refused, not read as
something else. `lines` reads line by line, because files gathered from many hands mix encodings: there a damaged line
costs only its own question.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import suppress

from campaigns.domain.importing.raw import MAX_QUESTIONS
from campaigns.domain.importing.report import refuse

MAX_BYTES = 16 * 1024 * 1024
LONGEST_LINE = 20_000
MOST_BREAKS = 800_000  # \r\n are two; of 20,000 questions each may have twenty lines
ENDLESS = f"lines of at most {LONGEST_LINE} characters"
SAMPLE = 128 * 1024  # bytes from the first damage on by which an encoding is told
HIGH = re.compile(rb"[\x80-\xff]+")
SOUND = re.compile("[^\x00-\x7f\ufffd]")


def bounded(data: bytes, most: int = MAX_BYTES) -> bytes:
    if len(data) > most:
        refuse(0, "file", f"{len(data)} bytes", f"at most {most} bytes")
    return data


def decoded(data: bytes, row_at: Callable[[bytes], int] = lambda _: 0) -> str:
    """The whole text in one encoding. Raises ImportRefused with the row that `row_at` finds for the bytes before."""
    nul = data.find(b"\0")
    if nul >= 0:
        refuse(row_at(data[:nul]), "file", "NUL byte", "plain text (save the sheet as CSV UTF-8)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        sample = _sample(data, broken.start)
        if not _is_damaged_utf8(sample):
            for encoding in ("cp1252", "gb18030") if _is_western(sample) else ("gb18030", "cp1252"):
                with suppress(UnicodeDecodeError):
                    return data.decode(encoding)
        refuse(row_at(data[: broken.start]), "file", data[broken.start :][:4].hex(" "), "UTF-8 (or GB18030) text")


def _sample(data: bytes, at: int) -> bytes:
    """What decides which encoding it is: all of 16 MB would take seconds. The BOM stays in sight."""
    bom = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
    return bom + data[max(0, at - SAMPLE) : at + SAMPLE]


def long_line(data: bytes, most: int) -> int | None:
    """Where a line of more than `most` bytes begins; looked for in steps of that length, before anything is decoded."""
    start = 0
    while len(data) - start > most:
        end = max(data.rfind(b"\n", start, start + most + 1), data.rfind(b"\r", start, start + most + 1))
        if end < 0:
            return start
        start = end + 1
    return None


def _is_damaged_utf8(data: bytes) -> bool:
    """GB18030 read as UTF-8 breaks at nearly every Chinese character; what mostly reads well is UTF-8 with damage."""
    text = data.decode("utf-8", "replace")
    sound = sum(sign > "\u07ff" and sign != "\ufffd" for sign in text)
    return data.startswith(BOM_UTF8) or sound >= max(1, text.count("\ufffd"))


def _is_western(data: bytes) -> bool:
    """Accented letters stand alone among ASCII; Chinese characters come in pairs of high bytes, and in rows of pairs."""
    runs = [len(run) for run in HIGH.findall(data)]
    return sum(run == 1 for run in runs) > len(runs) / 2


def lines(data: bytes) -> list[tuple[str, str]]:
    """(text, encoding) of every line, each in its own encoding; a damaged line keeps U+FFFD where it is damaged.

    Raises ImportRefused, also for an endless line: one of more bytes than its characters could have (four each, in UTF-8
    as in GB18030) before anything is decoded.
    """
    if b"\0" in data:
        refuse(0, "file", "NUL byte", "plain text")
    if data.count(b"\n") + data.count(b"\r") > MOST_BREAKS:
        refuse(0, "file", f"over {MOST_BREAKS} lines", f"at most {MAX_QUESTIONS} questions in one file")
    if (at := long_line(data, 4 * LONGEST_LINE)) is not None:
        refuse(1 + data.count(b"\n", 0, at), "file", f"over {4 * LONGEST_LINE} bytes", ENDLESS)
    found = _lines(data)
    for row, (line, _) in enumerate(found, start=1):
        if len(line) > LONGEST_LINE:
            refuse(row, "file", f"{len(line)} characters", ENDLESS)
    return found


def _lines(data: bytes) -> list[tuple[str, str]]:
    broken = _broken_at(data)
    sample = b"" if broken is None else _sample(data, broken)
    if broken is not None and not _is_damaged_utf8(sample) and not _is_western(sample):
        with suppress(UnicodeDecodeError):
            return [(line, "gb18030") for line in _split(data.decode("gb18030"))]
    plain = data.removeprefix(BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return [_line(line) for line in plain.split(b"\n")]


def _broken_at(data: bytes) -> int | None:
    """Where it stops to be UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError as broken:
        return broken.start
    return None


def _split(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _line(line: bytes) -> tuple[str, str]:
    try:
        return line.decode(), "utf-8"
    except UnicodeDecodeError:
        text = line.decode("utf-8", "replace")
    if SOUND.search(text):  # good UTF-8 beside the damage: it is damage
        return text, "broken"
    try:
        return line.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return text, "broken"
