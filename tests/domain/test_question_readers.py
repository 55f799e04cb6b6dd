"""Each format as it comes from the world: Kahoot's sheets, GIFT, Open Trivia DB, OpenTriviaQA, and the encodings they are in."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from campaigns.domain.importing.csv_rows import rows_of_csv
from campaigns.domain.importing.formats import Format, open_file
from campaigns.domain.importing.headers import CHINESE_NAMES, as_column
from campaigns.domain.importing.pipeline import examine, without_twins
from campaigns.domain.importing.report import ImportRefused, Line, Verdict, shortened
from campaigns.domain.question import ChoiceKey, Kind, Question, ValueKey
from campaigns.domain.question_cells import COLUMNS

DATA = Path(__file__).parents[3] / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason="the real questions lie beside the project, not in it")
KAHOOT = ["Question - max 120 characters", *(f"Answer {n} - max 75 characters" for n in range(1, 5))]
KAHOOT += ["Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs", "Correct answer(s) - choose at least one"]


def lines_of(data: bytes | str, name: str = "") -> list[Line]:
    return list(without_twins(examine(open_file(data.encode() if isinstance(data, str) else data, name).items)))


def question(line: Line) -> Question:
    assert line.question is not None, line.problems
    return line.question


def right(line: Line) -> list[str]:
    """The words of the right choices, in the language the question is in."""
    found = question(line)
    assert isinstance(found.key, ChoiceKey)
    return [choice.text["en"] or choice.text["zh"] for choice in found.choices if choice.id in found.key.right]


def sheet(rows: Sequence[Sequence[str]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue()


@pytest.mark.parametrize("above", [0, 7, 12])
@pytest.mark.parametrize("before", [[], [""]], ids=["from-a", "from-b"])
@pytest.mark.parametrize("dash", ["–", "-"])
def test_kahoots_template_is_known_wherever_its_header_stands(above: int, before: list[str], dash: str) -> None:
    head = [cell.replace("–", dash) for cell in KAHOOT]
    title = [[*before, "Quiz template", "", "", "", "", "", ""]] * above
    rows = [
        ["Which is heavier?", "Mi 9", "Mi 10", "", "", "30", "2"],
        ["哪些有 5G？", "小米9", "小米10", "", "小米11", "60", "2,4"],
        ["True?", "True", "False", "", "", "20", "1"],
        ["Nothing right", "a", "b", "", "", "20", "3"],
        ["Too slow", "a", "b", "", "", "999", "1"],
    ]
    one, many, truth, gap, slow = lines_of(
        sheet([*title, [*before, *head], *([*([str(n)] if before else []), *row] for n, row in enumerate(rows, 1))])
    )
    assert (one.row, right(one), question(one).seconds) == (above + 2, ["Mi 10"], 30)
    assert (question(many).kind, right(many)) == (Kind.MULTIPLE, ["小米10", "小米11"])
    assert (question(truth).kind, right(truth)) == (Kind.TRUE_FALSE, ["True"])
    assert [(problem.column, problem.value) for problem in gap.problems] == [("Correct answer(s)", "3")]
    assert [(problem.column, problem.value) for problem in slow.problems] == [
        ("Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs".replace("–", dash).split(" - ")[0], "999")
    ]


def test_a_kahoot_sheet_is_called_one_and_our_own_is_not() -> None:
    kahoots = sheet([["Quiz template"], KAHOOT, ["Which?", "Mi 9", "Mi 10", "", "", "30", "2"]]).encode()
    assert open_file(kahoots, "k.csv").format is Format.KAHOOT_CSV
    assert open_file(b"PK\x03\x04", "k.xlsx", lambda _: rows_of_csv(kahoots)).format is Format.KAHOOT_XLSX
    assert open_file(b"kind,text_en,choice_a_en,choice_b_en,key\nsingle,What?,x,y,a\n", "q.csv").format is Format.CSV


def test_a_long_question_is_cut_between_words_and_a_chinese_one_anywhere() -> None:
    long = "Which of these phones " + "was lighter than the one before it " * 4
    assert shortened(long, 60) == "Which of these phones was lighter than the one before it…"
    assert shortened("哪" * 70, 60) == "哪" * 59 + "…" and shortened(long, 500) == long
    (line,) = examine(open_file(f"kind,text_en,choice_a_en,choice_b_en,key\nsingle,{long},x,y,a\n".encode()).items)
    assert line.question is not None and line.text.endswith(" than the one…") and len(line.text) <= 120


def test_headers_are_understood_in_chinese_and_english() -> None:
    assert {column: as_column(name) for column, name in CHINESE_NAMES.items()} == {each: each for each in CHINESE_NAMES}
    assert set(CHINESE_NAMES) >= set(COLUMNS)
    names = ["题型", "题目", "选项Ａ", "选项 b", "正确答案", "限时"]
    (line,) = lines_of(sheet([names, ["单选", "谁更重？", "小米9", "小米10", "B", "15"]]))
    assert (right(line), question(line).seconds, line.verdict) == (["小米10"], 15, Verdict.ACCEPTED)
    names = ["Type", "Question (English)", "Choice A (English)", "Option B", "Correct answer", "Points"]
    (line,) = lines_of(sheet([names, ["single", "Heavier?", "Mi 9", "Mi 10", "b", "2000"]]))
    assert (right(line), question(line).possible) == (["Mi 10"], 2000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_western_sheet_keeps_its_accents(encoding: str) -> None:
    text = sheet(
        [["kind", "text_en", "choice_a_en", "choice_b_en", "key"], ["single", "Café?", "Été", "Île d’Oléron", "a"]]
    )
    (line,) = lines_of(text.encode(encoding), "q.csv")
    assert (question(line).text["en"], right(line)) == ("Café?", ["Été"])


def test_an_open_trivia_file_is_unescaped_and_its_category_becomes_a_tag() -> None:
    many: dict[str, object] = {
        "type": "multiple",
        "difficulty": "hard",
        "category": "Science &amp; Nature",
        "question": "Who said &quot;&Eacute;t&eacute;&quot;?",
    }
    many |= {"correct_answer": "Zo&euml;", "incorrect_answers": ["A&amp;B", "Bo"]}
    truth = {"type": "boolean", "question": "Is it?", "correct_answer": "False", "incorrect_answers": ["True"]}
    broken = {"question": "x", "correct_answer": 5, "incorrect_answers": "no"}
    first, second, third = lines_of(json.dumps({"response_code": 0, "results": [many, truth, broken]}))
    assert (question(first).text["en"], right(first)) == ('Who said "Été"?', ["Zoë"])
    assert (question(first).tags, question(first).difficulty) == (("science-nature",), 5)
    assert (question(second).kind, right(second)) == (Kind.TRUE_FALSE, ["False"])
    assert [problem.column for problem in third.problems] == ["correct_answer", "incorrect_answers"]


TRIVIA = """
#Q What runs
on two lines?
^ Right one
A Wrong
B Right One
goes on
C Other

#Q No answer among them?
^ Nowhere
A x
B y

#Q Twice?
^ x
A x
B y
B y

#Q Is it?
^ True
A True
B False
#Q Caf\xe9?
^ \xe9t\xe9
A \xe9t\xe9
B hiver
#Q Damaged \u03c6\u03c5
^ a
A a
B b
"""


def test_trivia_text_is_read_with_its_dirt() -> None:
    data = b"\n".join(line.encode("utf-8" if "\u03c6" in line else "latin-1") for line in TRIVIA.split("\n"))
    data = data.replace("\u03c5".encode(), b"\xcf?")
    runs_on, nowhere, twice, truth, western, damaged = lines_of(data, "t.txt")
    assert (runs_on.row, runs_on.text) == (2, "What runs\non two lines?")
    assert [problem.column for problem in runs_on.problems] == ["^"]
    assert [problem.column for problem in nowhere.problems] == ["^"]
    assert question(twice).choices[1].text["en"] == "y B y"
    assert question(truth).kind is Kind.TRUE_FALSE
    assert (right(western), "Windows-1252" in western.problems[0].wanted) == (["été"], True)
    assert "broken Unicode" in damaged.problems[0].wanted


GIFT = r"""
$CATEGORY: course/Phones & more

// a remark [tag:old phones]
::one:: Which is heavier\: this? {
  =Mi 10 #yes
  ~Mi 9 #no
  ~50\% \= half ####Because it is.
}

Both? {~%50%a ~%50%b ~%-100%c}

The sky is blue.{T#well}

[html]<p>The <b>Mi 10</b> came in {~2019 =2020} &amp; sold.</p>

How heavy? {#208:10}

Between? {#1..5}

Why? {}

Write it {=one =two}

Match {=a -> b =c -> d}

No braces here
"""


def test_gift_is_read_as_moodle_writes_it() -> None:
    one, both, sky, gap, heavy, between, *refused = lines_of(GIFT, "q.gift")
    assert (question(one).text["en"], right(one)) == ("Which is heavier: this?", ["Mi 10"])
    assert question(one).choices[2].text["en"] == "50\\% = half"
    assert question(one).explanation["en"] == "Because it is."
    assert question(one).tags == ("old-phones", "phones-more")
    assert (question(both).kind, right(both)) == (Kind.MULTIPLE, ["a", "b"])
    assert (question(sky).kind, right(sky)) == (Kind.TRUE_FALSE, ["True"])
    assert (question(gap).text["en"], right(gap)) == ("The Mi 10 came in _____ & sold.", ["2020"])
    assert (question(heavy).key, question(heavy).low, question(heavy).high) == (ValueKey(208.0, 10.0), 0.0, 1000.0)
    assert heavy.problems[0].column == "low"
    assert question(between).key == ValueKey(3.0, 2.0)
    reasons = [line.problems[0].wanted.split(":")[-1].strip() for line in refused[:3]]
    assert reasons == ["an essay cannot be asked", "a typed answer cannot be asked", "pairs to match cannot be asked"]
    assert refused[3].problems[0].wanted.startswith("an answer in braces")


def test_a_name_that_says_something_else_than_the_content_is_refused() -> None:
    text = sheet([["kind", "text_en", "key"], ["truefalse", "Is it?", "true"]])
    assert open_file(text.encode(), "q.csv").format is Format.CSV
    assert open_file(text.encode(), "").format is Format.CSV
    for name in ("q.json", "q.xlsx", "q.gift", "q.exe", "q.xlsm"):
        with pytest.raises(ImportRefused):
            open_file(text.encode(), name)


@real
@pytest.mark.parametrize(
    ("name", "count", "refused"), [("trivia-for-kids.txt", 759, 60), ("trivia-science-technology.txt", 2486, 160)]
)
def test_real_trivia_is_read_and_what_is_refused_has_a_reason(name: str, count: int, refused: int) -> None:
    lines = lines_of((DATA / name).read_bytes(), name)
    verdicts = Counter(line.verdict for line in lines)
    assert len(lines) == count
    assert 0 < verdicts[Verdict.REFUSED] < refused
    assert all(line.problems[0].wanted for line in lines if line.question is None)
    assert verdicts[Verdict.ACCEPTED] > count - refused, "English alone is no remark"


def test_a_sheet_without_kinds_tells_choices_by_their_keys_and_says_so() -> None:
    head = "text_en,choice_a_en,choice_b_en,key\n"
    rows = 'One?,x,y,A\nTwo?,x,y,"a, b"\nThree?,x,y,yes\n'
    one, two, three = examine(open_file((head + rows).encode(), "q.csv").items)
    assert one.question is not None and two.question is not None
    assert (one.question.kind, two.question.kind) == (Kind.SINGLE, Kind.MULTIPLE)
    assert all("column kind" in line.problems[0].wanted and line.verdict is Verdict.WARNING for line in (one, two))
    assert (three.verdict, three.problems[0].column) == (Verdict.REFUSED, "kind")


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\t\n"])
@pytest.mark.parametrize("name", ["q.csv", "q.json", "q.txt", "q.xlsx", ""])
def test_an_empty_file_is_called_empty(data: bytes, name: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        open_file(data, name)
    assert refused.value.errors[0].wanted == "a file with questions: the file is empty"
