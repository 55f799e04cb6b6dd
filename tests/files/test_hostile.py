"""Files that want to do harm: each is refused with a reason, and nothing else happens. Judged by outcome, not by clock:
the child's own limits (CPU seconds, memory) are what ends it, and the tests say that they are set."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.domain.importing.encoding import MAX_BYTES
from campaigns.domain.importing.formats import open_file
from campaigns.domain.importing.pipeline import examine
from campaigns.domain.importing.report import ImportRefused, Verdict
from campaigns.files import reading, workbook
from campaigns.files.reading import PROJECT, read_file
from campaigns.files.writing import as_xlsx

HEADER = ["kind", "text_en", "choice_a_en", "choice_b_en", "key"]
GOOD = ["single", "Which is heavier?", "Mi 10", "Mi 9", "a"]
LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (b, *[b - 1] * 8) for b in range(98, 110))
    + b"]>"
)


def sheet(*rows: list[str]) -> bytes:
    return as_xlsx([HEADER, *rows])


def repacked(data: bytes, change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    """The workbook with its parts changed; `added` parts come last, __ in their names for /."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in added.items():
            new.writestr(name.replace("__", "/"), part)
    return written.getvalue()


def as_is(_: str, part: bytes) -> bytes:
    return part


def in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, part: part.replace(old, new) if name.startswith("xl/worksheets/") else part


def in_strings(new: bytes) -> Callable[[str, bytes], bytes]:
    def change(name: str, part: bytes) -> bytes:
        return part.replace(b"<sst", new + b"<sst", 1) if name == "xl/sharedStrings.xml" else part

    return change


def as_sheet(rows: bytes) -> bytes:
    """A workbook whose one sheet is this."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return repacked(sheet(GOOD), lambda name, part: head + rows if name == "xl/worksheets/sheet1.xml" else part)


def zip_bomb() -> bytes:
    return repacked(sheet(GOOD), as_is, **{"xl__worksheets__sheet2.xml": b"<a>" + b" " * (workbook.MAX_INFLATED + 1)})


HOSTILE: dict[str, Callable[[], tuple[str, bytes]]] = {
    "zip bomb": lambda: ("q.xlsx", zip_bomb()),
    "many parts": lambda: ("q.xlsx", repacked(sheet(GOOD), as_is, **{f"x__{n}.xml": b"" for n in range(1200)})),
    "billion laughs": lambda: ("q.xlsx", repacked(sheet(GOOD), in_strings(LAUGHS))),
    "external entity": lambda: (
        "q.xlsx",
        repacked(sheet(GOOD), in_strings(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')),
    ),
    "macros": lambda: ("q.xlsx", repacked(sheet(GOOD), as_is, **{"xl__vbaProject.bin": b"macro"})),
    "macros by name": lambda: ("q.xlsm", sheet(GOOD)),
    "macros by type": lambda: (
        "q.xlsx",
        repacked(sheet(GOOD), lambda _, part: part.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")),
    ),
    "a cell in the far corner": lambda: ("q.xlsx", repacked(sheet(GOOD), in_sheet(b'r="A2"', b'r="XFD1048576"'))),
    "a far row": lambda: ("q.xlsx", repacked(sheet(GOOD), in_sheet(b'r="2"', b'r="900000"'))),
    "a workbook cut short": lambda: ("q.xlsx", sheet(GOOD)[:-200]),
    "a zip that is no workbook": lambda: ("q.xlsx", _zip(b"hello.txt", b"hello")),
    "a program": lambda: ("q.exe", b"MZ" + b"\x90" * 4000),
    "a program as a workbook": lambda: ("q.xlsx", b"MZ" + b"\x90" * 4000),
    "a workbook as a sheet": lambda: ("q.csv", sheet(GOOD)),
    "an old workbook": lambda: ("q.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 4000),
    "a page as a workbook": lambda: ("q.xlsx", b"<html><table><tr><td>kind</td></tr></table></html>"),
    "json as a sheet": lambda: ("q.csv", b'{"format": "fanfare-questions"}'),
    "deep json": lambda: ("q.json", b"[" * 2_000_000),
    "deep json objects": lambda: ("q.json", b'{"a":' * 1_000_000),
    "a number of a million digits": lambda: ("q.json", b"[" + b"9" * 1_000_000 + b"]"),
    "a million questions": lambda: ("q.json", b"[" + b"{}," * 1_000_000 + b"{}]"),
    "an endless line": lambda: ("q.gift", b"::q:: what" + b"?" * 9_000_000 + b"{=a ~b}"),
    "an endless cell": lambda: ("q.csv", b"kind,text_en,key\nsingle," + b"x" * 9_000_000),
    "an endless quote": lambda: ("q.csv", b'kind,text_en,key\nsingle,"' + b"x\n" * 4_000_000),
    "rows without end": lambda: ("q.csv", b"kind,text_en,key\n" + b",,\n" * 3_000_000),
    "columns without end": lambda: ("q.csv", b"," * 9_000_000),
    "an endless line in GB18030": lambda: ("q.txt", b"#Q what\n" + "题目".encode("gb18030") * 3_500_000),
    "an endless line of damage": lambda: ("q.txt", b"#Q what\n" + b"\xff\xfe\xc3" * 5_000_000),
    "an endless row of damage": lambda: ("q.csv", b"kind,text_en,key\n" + b"\xff\xfe\xc3" * 5_000_000),
    "quotes without end": lambda: ("q.csv", b'kind,text_en,key\nsingle,"' + b'""' * 7_000_000),
    "quoted lines without end": lambda: ("q.csv", b'kind,text_en,key\nsingle,"' + b'""\n' * 5_000_000),
    "good rows without end": lambda: ("q.csv", b"kind,text_en,key\n" + b"truefalse,What?,T\n" * 800_000),
    "numbers of thousands of digits": lambda: ("q.json", b"[" + b",".join([b"9" * 4_000] * 3_900) + b"]"),
    "a million lists": lambda: ("q.json", b"[" + b"[]," * 5_000_000 + b"[]]"),
    "lines without end": lambda: ("q.txt", b"#Q w\n" + b"x\n" * 7_000_000),
    "answers without end": lambda: ("q.gift", b"::q:: w {\n" + b"=x\n" * 5_000_000 + b"}"),
    "cells without end": lambda: ("q.xlsx", as_sheet(b'<row r="1">' + b'<c r="A1"><v>1</v></c>' * 1_500_000)),
    "empty rows without end": lambda: ("q.xlsx", as_sheet(b"<row/>" * 6_000_000)),
    "a cell that begins without end": lambda: ("q.xlsx", as_sheet(b"<f>1</f>" + b"<c " * 12_000_000)),
    "a far column": lambda: ("q.xlsx", repacked(sheet(GOOD), in_sheet(b'r="B2"', b'r="ZZ2"'))),
    "comments without end": lambda: ("q.xlsx", as_sheet(b"<!-" * 12_000_000)),
    "nul": lambda: ("q.txt", b"#Q what\0\n^ a\nA a\nB b\n"),
    "broken utf-8": lambda: ("q.csv", "kind,text_zh,key\ntruefalse,中文题目,对\n".encode()[:-4] + b"\xff\xfe\n"),
    "too large": lambda: ("q.json", b" " * (MAX_BYTES + 1)),
    "nothing": lambda: ("q.csv", b""),
}


def _zip(name: bytes, content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as new:
        new.writestr(name.decode(), content)
    return written.getvalue()


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_by_its_own_reason_and_not_because_the_child_died(
    made: Callable[[], tuple[str, bytes]],
) -> None:
    name, data = made()
    with pytest.raises(ImportRefused) as refused:
        list(read_file(data, name).found)
    assert refused.value.errors[0].wanted not in ("", reading.GAVE_UP)


@pytest.mark.parametrize("cell", ['=HYPERLINK("http://x.y","a")', "=1+1", "=cmd|' /C calc'!A0"])
def test_a_formula_refuses_its_row_and_is_never_computed(cell: str) -> None:
    csv = f'{",".join(HEADER)}\nsingle,What?,"{cell.replace(chr(34), chr(34) * 2)}",b,a\nsingle,Good?,a,b,a\n'
    bad, good = read_file(csv.encode(), "q.csv").found
    assert (bad.verdict, bad.problems[0].column) == (Verdict.REFUSED, "choice_a_en")
    assert (good.verdict, good.row) == (Verdict.ACCEPTED, 3)
    part = b"<f>1+1</f><v>2</v>"
    book = repacked(sheet(GOOD, ["single", "Good?", "a", "b", "a"]), _formula(b"C2", part))
    bad, good = read_file(book, "q.xlsx").found
    assert (bad.row, bad.problems[0].column, bad.verdict) == (2, "choice_a_en", Verdict.REFUSED)
    assert (good.row, good.body is None) == (3, False)


def _formula(cell: bytes, part: bytes) -> Callable[[str, bytes], bytes]:
    def change(name: str, xml: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return xml
        start = xml.index(b'<c r="' + cell)
        end = xml.index(b"</c>", start)
        return xml[:start] + b'<c r="' + cell + b'">' + part + xml[end:]

    return change


@pytest.mark.parametrize(
    "inside", ["~a " * 6_000 + "=b", "\\" * 19_000, "=a ->b " * 2_000], ids=["choices", "escapes", "pairs"]
)
def test_a_question_as_long_as_a_book_is_refused_before_anybody_reads_it(inside: str) -> None:
    """Each costs nothing much; that there may be hundreds of them is why they are short work."""
    (line,) = read_file(f"::q:: w {{{inside}}}".encode(), "q.gift").found
    assert (line.verdict, line.problems[0].wanted) == (
        Verdict.REFUSED,
        "at most 8000 characters, 1000 of them escaped",
    )


CROWDED = {
    "signs that open and never close": b"[html]" + b"<" * 7_900 + b"{=a ~b}\n\n",
    "the same in a choice": b"[html]q{=a ~" + b"<" * 7_900 + b"}\n\n",
    "tags that never close": b"// " + b"[tag:" * 1_580 + b"\nq {T}\n\n",
}


@pytest.mark.parametrize("what", CROWDED)
def test_a_text_that_opens_without_an_end_is_not_looked_through_again_and_again(what: str) -> None:
    """A pattern that tries from each sign to the end of the text takes the time of its square: the child's CPU limit ends it."""
    assert len(list(read_file(CROWDED[what] * 500, "q.gift").found)) == 500


def test_the_child_has_limits_of_its_own_and_knows_no_secret() -> None:
    script = (
        "import json, os, resource\nfrom campaigns.files.__main__ import limit\nlimit()\n"
        "kinds = ('CPU', 'AS', 'FSIZE', 'CORE')\n"
        "print(json.dumps([resource.getrlimit(getattr(resource, 'RLIMIT_' + kind))[0] for kind in kinds]))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [2, 640 * 1024 * 1024, 0, 0]


def test_a_child_that_burns_time_or_memory_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever kills it: the parent hears no last word."""
    real = subprocess.Popen
    for deed in ("while True: pass", "x = []\nwhile True: x.append(bytearray(10**7))", "import os; os.abort()"):
        code = f"from campaigns.files.__main__ import limit\nlimit()\n{deed}"

        def instead(command: list[str], *, run: str = code, **more: object) -> object:
            return real([command[0], "-c", run], **more)  # type: ignore[call-overload]  # passed on as they came

        monkeypatch.setattr(subprocess, "Popen", instead)
        with pytest.raises(ImportRefused) as refused:
            read_file(b"kind", "q.csv")
        assert refused.value.errors[0].wanted == reading.GAVE_UP


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(st.sampled_from('{}=~#T:\\ ab\n1.%-">[]/$'), max_size=60).map(lambda text: f"::t::{text}".encode()),
        st.text(st.sampled_from("#Q^ABCD ab\n\té"), max_size=60).map(
            lambda text: f"#Q {text}".encode("latin-1", "replace")
        ),
        st.text(max_size=40).map(lambda text: f"kind,text_en,key\n{text}".encode("utf-8", "replace")),
        st.text(max_size=40).map(
            lambda text: f",Question,Answer 1,Answer 2,Correct answer\n{text}".encode("utf-8", "replace")
        ),
    ),
    st.sampled_from(["", "a.csv", "a.txt", "a.gift", "a.json", "a.xlsx"]),
)
def test_no_input_raises_anything_but_a_refusal(data: bytes, name: str) -> None:
    try:
        lines = list(examine(open_file(data, name, workbook.rows_of).items))
    except ImportRefused as refused:
        assert refused.errors
    else:
        assert all((line.question is None) == (line.verdict is Verdict.REFUSED) for line in lines)
        assert all(line.problems for line in lines if line.question is None)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=40), st.integers(0, 5000))
def test_a_damaged_workbook_is_read_or_refused(damage: bytes, at: int) -> None:
    data = sheet(GOOD)
    place = at % len(data)
    try:
        lines = list(
            examine(open_file(data[:place] + damage + data[place + len(damage) :], "", workbook.rows_of).items)
        )
    except ImportRefused as refused:
        assert refused.errors
    else:
        assert lines
