"""From results to tallies, boards, points and badges."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import text

from campaigns.control.voids import void_play
from campaigns.settle.plays import plays_due, settle_plays
from campaigns.settle.quiz.again import compare_quiz, recompute_quiz
from campaigns.settle.rebuild import check_ledger
from tests.settle.quiz.conftest import Record, days_ago


def test_a_finished_play_stands_on_every_board_and_gives_points_once(record: Record) -> None:
    table = record(rate="0.5")
    ming, hong = table.fan("weibo"), table.fan()
    table.ended(ming, 101, levels=(60, 41), passed=2, perfect=1)
    table.ended(hong, 30, levels=(30, None))
    assert plays_due(table.services)
    assert settle_plays(table.services)
    run = table.run_id
    for name in ("all", f"season:{run}", "month:2026-11", "week:2026-W47", "day:2026-11-22"):
        assert table.board(name) == [(ming, 101), (hong, 30)], name
        assert table.board(name, "best") == [(ming, 101), (hong, 30)], name
    assert table.board(f"level:{run}:1", "best") == [(ming, 60), (hong, 30)]
    assert table.board(f"level:{run}:2", "best") == [(ming, 41)]
    assert table.board(f"channel:{run}:weibo") == [(ming, 101)]
    assert table.board(f"challenge:{run}") == []
    assert (table.points(ming), table.points(hong)) == (50, 15)
    before = table.projections()
    assert not plays_due(table.services)
    assert not settle_plays(table.services)
    assert table.projections() == before
    assert check_ledger(table.services) == []


def test_points_are_the_floor_of_the_sum_whatever_windows_it_came_in(record: Record) -> None:
    table = record(rate="0.5")
    fan = table.fan()
    for score in (5, 5, 5):
        table.ended(fan, score)
        settle_plays(table.services)
    assert table.points(fan) == 7
    assert check_ledger(table.services) == []


def test_of_equal_scores_the_earlier_is_ahead(record: Record) -> None:
    table = record()
    late, early = table.fan(), table.fan()
    table.ended(early, 40, days_ago(table.time, 0.01))
    table.ended(late, 40)
    settle_plays(table.services)
    assert table.board("all") == [(early, 40), (late, 40)]
    table.ended(early, 0)
    settle_plays(table.services)
    assert table.board("all") == [(early, 40), (late, 40)], "nothing added takes no place away"


def test_a_challenge_scores_by_who_won_on_its_own_board_alone(record: Record) -> None:
    table = record(rate="1")
    ming, hong = table.fan(), table.fan("weibo")
    bar = table.ended(ming, 60)
    table.ended(hong, 70, challenge=bar)
    settle_plays(table.services)
    table.ended(hong, 60, challenge=bar)
    table.ended(hong, 50, challenge=bar)
    settle_plays(table.services)
    assert table.board(f"challenge:{table.run_id}") == [(hong, 150)]
    assert table.board(f"challenge:{table.run_id}", "best") == [(hong, 100)]
    assert table.board("all") == [(ming, 60)]
    assert table.board(f"channel:{table.run_id}:weibo") == []
    assert table.points(hong) == 0
    assert compare_quiz(table.services, table.run_id).differences == []


def test_copies_of_a_perfect_play_change_nothing_but_the_board_of_challenges(record: Record) -> None:
    table = record(rate="1")
    ming, hong, second = table.fan(), table.fan(), table.fan()
    perfect = table.ended(ming, 300, levels=(150, 150), passed=2, perfect=3)
    table.ended(hong, 20, days_ago(table.time, 1), levels=(20, None))
    settle_plays(table.services)
    before = table.projections()

    def copied(fan: int, score: int, of: int) -> int:
        return table.ended(fan, score, levels=(150, 150), passed=2, perfect=3, challenge=of)

    first = copied(hong, 300, perfect)
    chained = copied(second, 300, first)
    settle_plays(table.services)
    copied(hong, 310, chained)
    settle_plays(table.services)
    duels = f"challenge:{table.run_id}"

    def beside_duels() -> object:
        found = table.projections()
        return found | {name: [row for row in found[name] if row[0] != duels] for name in ("rows", "buckets")}

    assert table.board(duels) == [(hong, 150), (second, 50)]
    assert beside_duels() == before, "no total, best, level, day, streak, badge or point"
    assert void_play(table.services, first, None, "copied", "operator:1")
    settle_plays(table.services)
    assert table.board(duels) == [(hong, 100), (second, 50)]
    assert compare_quiz(table.services, table.run_id).differences == []
    recompute_quiz(table.services, table.run_id)
    assert beside_duels() == before
    assert check_ledger(table.services) == []


def test_a_rehearsal_leaves_nothing(record: Record) -> None:
    table = record()
    with table.services.sql.begin() as sql:
        sql.execute(text("UPDATE run SET rehearsal = true WHERE id = :run"), {"run": table.run_id})
    fan = table.fan()
    table.ended(fan, 70)
    settle_plays(table.services)
    assert table.projections() == {"tally": [], "rows": [], "buckets": [], "balance": []}


def test_a_day_in_a_late_play_joins_the_streak_it_belongs_to(record: Record) -> None:
    table = record()
    fan = table.fan()
    for back in (5, 4, 2, 1, 0):
        table.ended(fan, 10, days_ago(table.time, back))
        settle_plays(table.services)
    streak = text("SELECT streak, last_day FROM tally WHERE fan_id = :fan")
    with table.services.reading() as sql:
        assert tuple(sql.execute(streak, {"fan": fan}).one()) == (3, date(2026, 11, 22))
    table.ended(fan, 10, day=date(2026, 11, 19))  # begun three days ago, ended now
    settle_plays(table.services)
    with table.services.reading() as sql:
        assert tuple(sql.execute(streak, {"fan": fan}).one()) == (6, date(2026, 11, 22))


def test_a_day_is_closed_after_its_grace_and_its_first_ten_wear_a_badge(record: Record) -> None:
    table = record()
    fans = [table.fan() for _ in range(12)]
    for n, fan in enumerate(fans):
        table.ended(fan, 10 * n)
    settle_plays(table.services)
    table.time.at += timedelta(hours=9)  # 02:00 of the next day in Shanghai
    assert plays_due(table.services)
    settle_plays(table.services)
    top = text("SELECT fan_id FROM award WHERE badge = 'top:day:2026-11-22' AND fan_id = ANY (:fans)")
    with table.services.reading() as sql:
        held = set(sql.scalars(top, {"fans": fans}))
    assert held == set(fans[2:])
    best = fans[0]
    table.ended(best, 500, day=date(2026, 11, 22))  # ended too late for the day it was begun on
    settle_plays(table.services)
    assert table.board("day:2026-11-22")[0] == (fans[11], 110)
    assert table.board("all")[0] == (best, 500)
    assert not plays_due(table.services)


def test_badges_are_granted_once(record: Record) -> None:
    table = record()
    fan = table.fan()
    for _ in range(2):
        table.ended(fan, 50, levels=(40, 20), passed=2, perfect=2)
        settle_plays(table.services)
    with table.services.reading() as sql:
        granted = sql.execute(text("SELECT gained, lost FROM badge_grant WHERE fan_id = :fan"), {"fan": fan}).all()
    assert [tuple(row) for row in granted] == [(0b11 | 0b10 << 12 | 1 << 24, 0)]
