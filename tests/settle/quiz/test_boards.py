"""Boards as fans see them: exact places, neighbours, friends, final boards; and what a result says at once."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaigns.db.models import Fan
from campaigns.domain.errors import BadInput
from campaigns.domain.step import StepKind
from campaigns.play.quiz.boards import BoardView, Measure, board_view
from campaigns.play.quiz.season import Seasons
from campaigns.play.quiz.view import view
from campaigns.play.seat import Seat
from campaigns.settle.plays import settle_plays
from campaigns.settle.quiz import board_rows, finals
from campaigns.settle.quiz.again import compare_quiz
from tests.play.quiz.conftest import Season
from tests.settle.quiz.conftest import Ledgerless, Record, days_ago


def seen(table: Ledgerless, fan: int, name: str, measure: Measure = Measure.TOTAL) -> BoardView:
    season = Seasons(table.services).season(table.run_id, table.services.now())
    with table.services.reading() as sql:
        public = sql.execute(select(Fan.public).where(Fan.id == fan)).scalar_one()
    seat = Seat(table.run_id, table.campaign_id, fan, public, "", 0)
    return board_view(table.services, season, seat, name, measure, table.services.now())


@pytest.mark.parametrize("name", ["season", "all", "week", "level:1"])
def test_every_fan_is_told_the_place_that_counting_gives(record: Record, name: str) -> None:
    table, chance = record(), random.Random(5)
    fans = [table.fan() for _ in range(30)]
    for _ in range(90):
        table.time.at += timedelta(minutes=1)
        score = chance.choice([0, 10, 20, 20, 30])
        table.ended(chance.choice(fans), score, levels=(score, None))
    settle_plays(table.services)
    for measure in Measure:
        view_of = {fan: seen(table, fan, name, measure) for fan in fans}
        rows = view_of[fans[0]].rows
        assert [place.rank for place in rows] == list(range(1, len(rows) + 1)) and len(rows) > 20
        publics = [place.fan for place in rows]
        for fan, shown in view_of.items():
            if shown.own is None:
                continue
            place = rows[shown.own.rank - 1]
            assert (place.name, place.score) == (f"Fan {place.fan[1:]}", shown.own.score), fan
            near = range(max(1, shown.own.rank - 3), min(len(rows), shown.own.rank + 3) + 1)
            assert [(p.rank, p.fan) for p in shown.around] == [(n, publics[n - 1]) for n in near]


def test_friends_are_whom_i_invited_and_who_invited_me(record: Record) -> None:
    table = record()
    ming = table.fan()
    hong, stranger = table.fan(inviter=ming), table.fan()
    for fan, score in ((ming, 10), (hong, 30), (stranger, 90)):
        table.ended(fan, score)
    settle_plays(table.services)
    for fan, rank in ((ming, 2), (hong, 1)):
        shown = seen(table, fan, "friends")
        assert [place.score for place in shown.rows] == [30, 10]
        assert shown.own is not None and shown.own.rank == rank and shown.around == shown.rows
    assert [place.score for place in seen(table, stranger, "friends").rows] == [90]


def test_a_closed_day_keeps_its_first_places_and_everybody_elses_rank(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_rows, "KEPT", 3)
    monkeypatch.setattr(finals, "KEPT", 3)
    table = record()
    fans = [table.fan() for _ in range(9)]
    for n, fan in enumerate(fans):
        table.ended(fan, 10 * n, days_ago(table.time, 2))
    settle_plays(table.services)
    day = "day:2026-11-20"
    assert table.board(day) == [(fans[8], 80), (fans[7], 70), (fans[6], 60)]
    shown = seen(table, fans[2], day)
    assert shown.final and shown.of == 9 and shown.own is not None and (shown.own.rank, shown.own.score) == (7, 20)
    assert compare_quiz(table.services, table.run_id).differences == []


def test_a_board_that_nobody_has_played_for_is_empty_and_one_that_cannot_be_is_refused(record: Record) -> None:
    table = record()
    fan = table.fan()
    assert seen(table, fan, "season").rows == ()
    with pytest.raises(BadInput):
        seen(table, fan, "level:9")


def test_a_result_says_at_once_whom_it_is_ahead_of_and_what_is_near(season: Season) -> None:
    table = season()
    for right in (True, False, False):
        playing = table.playing(table.fan())
        table.ask(playing)
        table.reply(playing, right)
        table.do(playing, StepKind.STOP)
    settle_plays(table.services)
    playing = table.playing(table.fan())
    table.pass_level(playing, 3)
    told = table.do(playing, StepKind.STOP)
    assert told.playing is not None
    result = view(table.plays, told.playing, table.services.now()).result
    assert result is not None and (result.score, result.right, result.asked) == (110, 3, 3)
    assert (result.ahead, result.rank) == (100, 1)
    assert [badge.badge for badge in result.new_badges] == ["level:1", "perfect:1"]
    settle_plays(table.services)
    again = view(table.plays, told.playing, table.services.now()).result
    assert again == result, "settled or not, it says the same"
    second = table.playing(playing.fan_id)
    table.ask(second)
    told = table.do(second, StepKind.STOP)
    assert told.playing is not None
    result = view(table.plays, told.playing, table.services.now()).result
    assert result is not None and result.new_badges == () and result.goal is not None
