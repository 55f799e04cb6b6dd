"""Exports of a run, opened again and compared with SQL: CSV and XLSX, both languages, names that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update

from campaigns.bootstrap import Services
from campaigns.control.people import kick
from campaigns.control.report import rush_sheets
from campaigns.control.report.export import write_book, write_sheet
from campaigns.db.models import Fan, Participation, Run
from campaigns.db.prizes import Claim
from campaigns.db.records import Answer, Award, Event, LedgerEntry, Score, Standing
from campaigns.domain.errors import NotFound
from campaigns.domain.importing.csv_rows import plain
from campaigns.domain.prizes import Prize
from campaigns.files import sheets
from campaigns.identity.operators import here
from campaigns.settle.awards import award_badges
from tests.conftest import FakeTime
from tests.show import ACTOR, Show
from tests.stage import QUICK, estimate, single

NASTY = (
    "=1+1",
    '+cmd|" /C calc"!A1',
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    '"quoted", and comma',
    "two\nlines",
    "'=already",
    "\uff1d1+1",
    "👩‍🚀🚀",
    "\u202eمرحبا",
    "http://example.org/",
    "007",
)
PRIZE = Prize({"zh": "=1+1 手机", "en": "=1+1 phone"}, 4, 1, 4).to_dict()


@pytest.fixture(scope="module")
def show(services: Services) -> Iterator[Show]:
    """A run that is over: a choice and an estimate, names as nobody should have them, one fan kicked, one silent."""
    time = FakeTime()
    with Show(replace(services, now=time), time, [single("=HYPERLINK(A1)"), estimate()], QUICK) as made:
        fans = [made.fan(f"粉丝{n}") for n in range(len(NASTY))]
        with made.services.sql.begin() as sql:
            sql.execute(update(Run).where(Run.id == made.run_id).values(prizes=[PRIZE]))
            for fan, name in zip(fans, NASTY, strict=True):
                sql.execute(update(Participation).where(Participation.fan_id == fan).values(nickname=name))
        made.play({fan: ("bc"[n % 2], 500 + 7 * n) for n, fan in enumerate(fans[:-1])})
        made.next()
        made.ask()
        for n, fan in enumerate(fans[2:]):
            made.say(fan, value=185.5 + n, after_ms=900 + n, rtt_ms=40, tap_ms=820.25)
        made.close()
        made.settle_all()
        kick(made.services, made.run_id, made.public(fans[3]), ACTOR)
        made.next()
        made.to_the_end()
        award_badges(made.services, made.run_id)
        with made.services.sql.begin() as sql:
            first = select(Standing.fan_id).where(Standing.run_id == made.run_id).order_by(Standing.rank).limit(1)
            handed_over = update(Claim).where(Claim.run_id == made.run_id, Claim.fan_id == first.scalar_subquery())
            sql.execute(handed_over.values(redeemed_at=time.at, redeemed_by=ACTOR))
        yield made


def opened_csv(show: Show, name: str, language: str) -> list[list[str]]:
    out = io.BytesIO()
    write_sheet(show.services, show.run_id, name, language, out)
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline=""), strict=True))


def opened_book(show: Show, language: str) -> dict[str, list[list[Any]]]:
    out = io.BytesIO()
    write_book(show.services, show.run_id, language, out, here)
    out.seek(0)
    book = CalamineWorkbook.from_filelike(out)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def names_of(show: Show) -> dict[int, str]:
    return {row.fan_id: row.nickname for row in show.rows(select(Participation.fan_id, Participation.nickname))}


def board_in_sql(show: Show) -> list[tuple[int, str, str, int, int]]:
    columns = (Standing.rank, Standing.fan_id, Fan.public, Standing.score, Standing.elapsed_ms)
    rows = show.rows(select(*columns).join(Fan, Fan.id == Standing.fan_id).where(Standing.run_id == show.run_id))
    names = names_of(show)
    return [(row.rank, names[row.fan_id], row.public, row.score, row.elapsed_ms) for row in sorted(rows)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_board_opened_again_is_what_stands_in_sql(show: Show, language: str) -> None:
    wanted = board_in_sql(show)
    assert len(wanted) == len(NASTY) - 1  # without the kicked
    from_csv = opened_csv(show, "board", language)
    title = {"zh": "排行榜", "en": "Board"}[language]
    from_book = opened_book(show, language)[title]
    assert from_csv[0] == from_book[0] and from_csv[0][:4] == (
        ["名次", "昵称", "粉丝编号", "得分"] if language == "zh" else ["Rank", "Name", "Fan", "Score"]
    )
    assert [(int(r[0]), plain(r[1]), r[2], int(r[3]), int(r[6])) for r in from_csv[1:]] == wanted
    assert [(r[0], r[1], r[2], r[3], r[6]) for r in from_book[1:]] == wanted


def test_every_answer_is_there_once_with_what_it_was_judged_by(show: Show) -> None:
    rows = opened_csv(show, "answers", "zh")[1:]
    query = select(Answer, Score.score, Score.right, Score.elapsed_ms, Score.rank, Fan.public)
    query = query.join(Score, (Score.round_id == Answer.round_id) & (Score.fan_id == Answer.fan_id))
    held = {(row.round_id, row.public): row for row in show.rows(query.join(Fan, Fan.id == Answer.fan_id))}
    rounds = {show.round(n).id: n for n in (1, 2)}
    mine = {(rounds[at], public): row for (at, public), row in held.items() if at in rounds}
    assert sorted((int(row[0]), row[3]) for row in rows) == sorted(mine)
    for n, text, name, public, letters, said, value, right, score, _, rank, elapsed, allowance, *rest in rows:
        row = mine[int(n), public]
        assert plain(name) == names_of(show)[row.fan_id]
        assert text == ("'=HYPERLINK(A1)" if n == "1" else "有多重？")
        assert letters == "".join("ABCDEF"[place] for place in row.places)
        assert said == (f"选项 {show.round(1).choice_order[row.places[0]]}" if row.places else "")
        assert value == ("" if row.value is None else str(row.value))
        assert (right, score, elapsed) == ("是" if row.right else "否", str(row.score), str(row.elapsed_ms))
        assert rank == ("" if row.rank is None else str(row.rank))
        assert int(allowance) == row.allowance_ns // 10**6
        assert rest[1:3] == (["", ""] if n == "1" else ["40", "820.25"])
        assert rest[-1] == row.receipt and rest[-2].endswith("+08:00")
    assert len(opened_book(show, "zh")["答题记录"]) == len(rows) + 1


def test_winners_come_with_the_points_and_badges_they_were_given(show: Show) -> None:
    rows = opened_csv(show, "winners", "en")[1:]
    publics = {row.public: row.id for row in show.rows(select(Fan.id, Fan.public))}
    assert [int(row[0]) for row in rows] == [1, 2, 3, 4]
    for row in rows[:3]:
        given = select(func.sum(LedgerEntry.amount)).where(LedgerEntry.fan_id == publics[row[2]])
        assert row[4] == str(show.row(given)[0])
        held = select(Award.badge).where(Award.fan_id == publics[row[2]])
        assert len(row[5].split(", ")) == len(show.rows(held)) and "Top three" in row[5]


def test_who_won_a_prize_is_among_the_winners_with_what_was_handed_over(show: Show) -> None:
    rows = opened_csv(show, "winners", "zh")
    assert rows[0][6:] == ["奖品", "已发放"]
    assert [row[6] for row in rows[1:]] == ["'=1+1 手机"] * 4
    assert [row[7] for row in rows[1:]] == ["'=1+1 手机", "", "", ""]


def test_every_event_of_the_run_is_there_in_its_order(show: Show) -> None:
    rows = opened_csv(show, "events", "en")
    held = show.rows(select(Event).where(Event.run_id == show.run_id).order_by(Event.seq))
    assert [(int(row[0]), row[2], row[3]) for row in rows[1:]] == [(row.seq, row.kind, row.actor) for row in held]
    assert rows[0] == ["No.", "Time", "Event", "By", "Content"]


def test_no_cell_of_an_export_can_be_run(show: Show) -> None:
    for name in ("board", "winners", "answers", "events"):
        for row in opened_csv(show, name, "zh"):
            assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r\n\uff1d")]
    out = io.BytesIO()
    write_book(show.services, show.run_id, "zh", out, here)
    assert b"=1+1" in unpacked(out)
    assert b"<f>" not in unpacked(out) and b"<hyperlink" not in unpacked(out)


def unpacked(out: io.BytesIO) -> bytes:
    with zipfile.ZipFile(out) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_a_sheet_that_is_not_there_is_not_found(show: Show) -> None:
    with pytest.raises(NotFound):
        write_sheet(show.services, show.run_id, "results", "zh", io.BytesIO())
    with pytest.raises(NotFound):
        write_book(show.services, 999_999, "zh", io.BytesIO(), here)


def test_a_sheet_goes_on_in_another_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    out = io.BytesIO()
    book = sheets.Book(out)
    book.add(sheets.Table("答", ["列"], ([n] for n in range(7))))
    book.close()
    out.seek(0)
    opened = CalamineWorkbook.from_filelike(out)
    parts = [[row[0] for row in opened.get_sheet_by_name(name).to_python()] for name in opened.sheet_names]
    assert opened.sheet_names == ["答", "答 2", "答 3"]
    assert parts == [["列", 0, 1, 2], ["列", 3, 4, 5], ["列", 6]]


def test_rows_come_through_a_cursor_of_the_server(show: Show) -> None:
    """Had the client fetched them all, the statement's cursor would be no named one."""
    with show.services.sql.connect() as sql:
        rows = sql.execute(rush_sheets.ANSWERS_QUERY.execution_options(yield_per=2), {"run": 0, "campaign": 0})
        server_side = rows.context._is_server_side
        rows.close()
    assert server_side
