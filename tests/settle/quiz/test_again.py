"""Voids, recomputation, and any plays in any windows: what is stored is what plain Python makes of the record."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from campaigns.control.voids import void_play
from campaigns.db.plays import PlayResult, PlayVoid, Tally
from campaigns.domain import periods
from campaigns.domain.daily import streak_of
from campaigns.domain.duel import points
from campaigns.domain.errors import BadInput, NotFound
from campaigns.settle.plays import settle_plays
from campaigns.settle.quiz import window
from campaigns.settle.quiz.again import compare_quiz, recompute_quiz
from campaigns.settle.rebuild import check_ledger
from tests.settle.quiz.conftest import ZONE, Ledgerless, Record, another_season, days_ago

Standing = dict[str, dict[int, tuple[int | None, datetime | None, int, datetime]]]


def test_a_voided_play_is_taken_off_everything_and_its_points_go_back(record: Record) -> None:
    table = record(rate="1")
    ming, hong = table.fan("weibo"), table.fan()
    good = table.ended(ming, 40, days_ago(table.time, 1), levels=(40, None), passed=1)
    table.ended(hong, 60)
    settle_plays(table.services)
    clean = table.projections()
    cheat = table.ended(ming, 300, levels=(150, 150), passed=2, perfect=3)
    settle_plays(table.services)
    assert table.board("all")[0] == (ming, 340) and table.points(ming) == 340
    assert void_play(table.services, cheat, None, "a script", "operator:1")
    assert not void_play(table.services, cheat, None, "again", "operator:1")
    settle_plays(table.services)
    assert table.projections() == clean
    assert void_play(table.services, good, None, "that too", "operator:1")
    settle_plays(table.services)
    assert table.board("all") == [(hong, 60)] and table.points(ming) == 0
    with table.services.reading() as sql:
        bits = sql.execute(
            text("SELECT gained, lost FROM badge_grant WHERE fan_id = :fan ORDER BY version"), {"fan": ming}
        )
        held = 0
        for gained, lost in bits:
            held = (held | gained) & ~lost
    assert held == 0
    assert check_ledger(table.services) == []
    assert compare_quiz(table.services, table.run_id).differences == []


def test_a_void_needs_a_reason_and_a_play(record: Record) -> None:
    table = record()
    play = table.ended(table.fan(), 10)
    with pytest.raises(BadInput):
        void_play(table.services, play, None, "  ", "operator:1")
    with pytest.raises(NotFound):
        void_play(table.services, 10**12, None, "why not", "operator:1")


def test_a_void_on_a_final_board_makes_it_anew_and_moves_the_badge(record: Record) -> None:
    table = record()
    fans = [table.fan() for _ in range(11)]
    plays = [table.ended(fan, 100 - n, days_ago(table.time, 3)) for n, fan in enumerate(fans)]
    settle_plays(table.services)
    day = periods.day_board(periods.day_of(days_ago(table.time, 3), ZONE))
    assert [fan for fan, _ in table.board(day)] == fans
    void_play(table.services, plays[0], None, "a script", "operator:1")
    settle_plays(table.services)
    assert [fan for fan, _ in table.board(day)] == fans[1:]
    held = text("SELECT fan_id FROM award WHERE badge = :b AND fan_id = ANY (:f) GROUP BY 1 HAVING sum(delta) > 0")
    with table.services.reading() as sql:
        assert set(sql.scalars(held, {"b": f"top:{day}", "f": fans})) == set(fans[1:])


def test_the_comparison_finds_a_number_that_is_wrong(record: Record) -> None:
    table = record()
    fan = table.fan()
    table.ended(fan, 50)
    settle_plays(table.services)
    assert compare_quiz(table.services, table.run_id).differences == []
    with table.services.sql.begin() as sql:
        sql.execute(text("UPDATE board_row SET total = 51 WHERE fan_id = :fan"), {"fan": fan})
        sql.execute(text("UPDATE tally SET total = 51 WHERE fan_id = :fan"), {"fan": fan})
    said = compare_quiz(table.services, table.run_id).differences
    assert any(line.startswith("tally") for line in said) and any(line.startswith("board all") for line in said)
    recompute_quiz(table.services, table.run_id)
    assert compare_quiz(table.services, table.run_id).differences == []


@pytest.mark.parametrize("seed", range(4))
def test_any_plays_in_any_windows_come_to_what_plain_python_makes_of_them(
    record: Record, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    table = record(rate=chance.choice(["0.5", "1", "0.333"]))
    runs = [table.run_id, another_season(table)]
    fans = [table.fan(chance.choice([None, "weibo", "wechat"])) for _ in range(12)]
    monkeypatch.setattr(window, "MOST_IN_CHUNK", chance.choice([3, 10, 1_000_000]))
    played: list[int] = []
    for _ in range(40):
        table.time.at += timedelta(minutes=chance.randrange(400))
        played.append(_random_play(table, chance, runs, fans, played))
        if chance.random() < 0.25:
            settle_plays(table.services)
        if chance.random() < 0.08:
            void_play(table.services, chance.choice(played), None, "chance", "operator:1")
    while settle_plays(table.services):
        pass
    assert stored_boards(table) == naive_boards(table)
    assert stored_tallies(table) == naive_tallies(table, runs)
    assert check_ledger(table.services) == []
    before = table.projections()
    for run in runs:
        assert compare_quiz(table.services, run).differences == []
        recompute_quiz(table.services, run)
        assert table.projections() == before


def _random_play(table: Ledgerless, chance: random.Random, runs: list[int], fans: list[int], played: list[int]) -> int:
    passed = chance.randrange(3)
    levels = [chance.randrange(1, 9) * 10 if n < passed else (0 if n == passed else None) for n in range(2)]
    begun = table.time.at - timedelta(hours=chance.choice([0, 0, 0, 0.2, 1, 30]))
    return table.ended(
        chance.choice(fans),
        sum(score or 0 for score in levels),
        table.time.at - timedelta(microseconds=chance.randrange(10**6)),
        day=periods.day_of(begun, ZONE),
        levels=levels,
        passed=passed,
        perfect=chance.randrange(1 << passed),
        challenge=chance.choice([None, None, None, *played[-3:]]),
        run_id=chance.choice(runs),
    )


def results(table: Ledgerless) -> list[PlayResult]:
    counted = select(PlayResult).where(PlayResult.activity_id == table.activity_id)
    with table.services.reading() as sql:
        rows = list(
            sql.execute(counted.where(PlayResult.play_id.not_in(select(PlayVoid.play_id))).order_by("ended_at"))
        )
    return rows  # type: ignore[return-value]  # rows with the columns of one


def naive_boards(table: Ledgerless) -> Standing:
    with table.services.reading() as sql:
        own = text("SELECT fan_id, first_channel FROM participation WHERE campaign_id = :c")
        channels = {row[0]: row[1] for row in sql.execute(own, {"c": table.campaign_id})}
        every = sql.execute(select(PlayResult.play_id, PlayResult.score))
        scores = {row[0]: row[1] for row in every}  # a challenger's score stays the bar, voided or not
    boards: Standing = defaultdict(dict)
    for r in results(table):
        at = r.ended_at.replace(microsecond=r.ended_at.microsecond // 1000 * 1000)
        if r.challenge_id is not None:
            won = points(r.score, scores[r.challenge_id])
            _add(boards[periods.challenge_board(r.run_id)], r.fan_id, won, at)
            continue
        for name in periods.period_boards(r.run_id, r.day):
            span = periods.span_of(name, ZONE)
            if span is None or r.ended_at < span.until + periods.GRACE:
                _add(boards[name], r.fan_id, r.score, at)
        if channels[r.fan_id] is not None:
            _add(boards[periods.channel_board(r.run_id, channels[r.fan_id])], r.fan_id, r.score, at)
        for n, score in enumerate(r.level_scores, start=1):
            if score:
                _add(boards[periods.level_board(r.run_id, n)], r.fan_id, score, at, totals=False)
    return {name: rows for name, rows in boards.items() if rows}


def _add(
    rows: dict[int, tuple[int | None, datetime | None, int, datetime]],
    fan: int,
    score: int,
    at: datetime,
    totals: bool = True,
) -> None:
    """Results come in the order in which they ended."""
    total, total_at, best, best_at = rows.get(fan, (0, at, score, at))
    if score > best:
        best, best_at = score, at
    if score > 0:
        total_at = at
    rows[fan] = ((total or 0) + score, total_at, best, best_at) if totals else (None, None, best, best_at)


def stored_boards(table: Ledgerless) -> Standing:
    query = "SELECT b.name, r.fan_id, total, total_at, best, best_at FROM board_row r JOIN board b ON b.id = r.board_id"
    boards: Standing = defaultdict(dict)
    with table.services.reading() as sql:
        for row in sql.execute(text(f"{query} WHERE b.activity_id = :a"), {"a": table.activity_id}):
            boards[row[0]][row[1]] = tuple(row[2:])
    return dict(boards)


def naive_tallies(table: Ledgerless, runs: list[int]) -> dict[tuple[int, int], tuple[object, ...]]:
    of: dict[tuple[int, int], list[PlayResult]] = defaultdict(list)
    for r in (each for each in results(table) if each.challenge_id is None):
        of[r.run_id, r.fan_id].append(r)
    made: dict[tuple[int, int], tuple[object, ...]] = {}
    for key, plays in of.items():
        days = [r.day for r in plays]
        total = sum(r.score for r in plays)
        sums = (len(plays), total, max(r.score for r in plays), max(r.passed for r in plays))
        made[key] = (*sums, streak_of(days, max(days)), max(days))
    return made


def stored_tallies(table: Ledgerless) -> dict[tuple[int, int], tuple[object, ...]]:
    columns = (Tally.plays, Tally.total, Tally.best, Tally.passed, Tally.streak, Tally.last_day)
    runs = text("SELECT id FROM run WHERE activity_id = :a")
    with table.services.reading() as sql:
        ids = list(sql.scalars(runs, {"a": table.activity_id}))
        rows = sql.execute(select(Tally.run_id, Tally.fan_id, *columns).where(Tally.run_id.in_(ids)))
        return {(row[0], row[1]): tuple(row[2:]) for row in rows}
