"""A season's export, opened again and compared with SQL: its board by both measures, every result."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from campaigns.control.report.export import write_book, write_sheet
from campaigns.identity.operators import here
from campaigns.settle.plays import settle_plays
from tests.settle.quiz.conftest import Ledgerless, Record


@pytest.fixture
def season(record: Record) -> Ledgerless:
    """Three fans with names that a spreadsheet would run; one of a play each is better by its best, one by its total."""
    made = record()
    for name, scores in (("=1+1", (30, 30, 30)), ('"引", 号', (70,)), ("🚀\u202eمرحبا", (70,))):
        fan = made.fan()
        with made.services.sql.begin() as sql:
            sql.execute(
                text("UPDATE participation SET nickname = :name WHERE fan_id = :fan"), {"name": name, "fan": fan}
            )
        for n, score in enumerate(scores):
            made.ended(fan, score, made.time.at - timedelta(hours=9 - n))
    settle_plays(made.services)
    return made


def test_the_board_stands_by_total_and_says_the_place_by_best(season: Ledgerless) -> None:
    out = io.BytesIO()
    write_sheet(season.services, season.run_id, "board", "en", out)
    rows = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
    assert rows[0][:5] == ["Rank by total", "Name", "Fan", "Total", "Reached"]
    assert [(row[1], int(row[3])) for row in rows[1:]] == [("'=1+1", 90), ('"引", 号', 70), ("🚀\u202eمرحبا", 70)]
    assert [int(row[0]) for row in rows[1:]] == [1, 2, 3]
    board = season.board(f"season:{season.run_id}")
    assert [int(row[3]) for row in rows[1:]] == [score for _, score in board]
    by_best = sorted(rows[1:], key=lambda row: int(row[5]))
    assert [int(row[6]) for row in by_best] == [score for _, score in season.board(f"season:{season.run_id}", "best")]


def test_every_result_is_there_with_what_was_said_against_it(season: Ledgerless) -> None:
    with season.services.sql.begin() as sql:
        held = sql.execute(
            text("SELECT play_id, score FROM play_result WHERE run_id = :run ORDER BY play_id"), {"run": season.run_id}
        ).all()
        void = text("INSERT INTO play_void (play_id, why, at) VALUES (:play, '=mc', now())")
        sql.execute(void, {"play": held[0].play_id})
        sql.execute(text("UPDATE play_result SET flags = 3 WHERE play_id = :play"), {"play": held[1].play_id})
    out = io.BytesIO()
    write_book(season.services, season.run_id, "zh", out, here)
    out.seek(0)
    rows = CalamineWorkbook.from_filelike(out).get_sheet_by_name("对局成绩").to_python()
    assert [(row[0], row[5]) for row in rows[1:]] == [(row.play_id, row.score) for row in held]
    assert rows[0][-1] == "作废原因" and rows[1][-1] == "=mc"
    assert rows[2][-2] == "120 毫秒内答对、没读题就继续"
