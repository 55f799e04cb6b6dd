"""Frozen boards on every surface, fans sent away, voids taken back: what is shown, and that it is what the record gives."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, insert, select, text

from campaigns.control.freezing import freeze, reveal
from campaigns.control.people import ban, kick
from campaigns.control.seasons import close_season
from campaigns.control.voids import lift_void, void_play
from campaigns.db.models import Fan, Run, RunFan
from campaigns.db.records import Award
from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.run import RunState
from campaigns.domain.step import StepKind
from campaigns.play.quiz.act import Told
from campaigns.play.quiz.boards import BoardView, Measure, board_view, names, own_place
from campaigns.play.quiz.season import Seasons
from campaigns.play.quiz.view import view
from campaigns.play.quiz.wall import WallRow, Walls
from campaigns.play.seat import Seat
from campaigns.settle.plays import plays_due, settle_plays
from campaigns.settle.quiz.again import compare_quiz, recompute_quiz
from tests.play.quiz.conftest import Season
from tests.settle.quiz.conftest import Ledgerless, Record, another_season, days_ago


def seated(table: Ledgerless, channel: str = "core", inviter: int | None = None) -> int:
    fan = table.fan(channel, inviter)
    with table.services.sql.begin() as sql:
        sql.execute(insert(RunFan).values(run_id=table.run_id, fan_id=fan, seed=1, joined_at=table.time.at))
    return fan


def public(table: Ledgerless, fan: int) -> str:
    with table.services.reading() as sql:
        return sql.execute(select(Fan.public).where(Fan.id == fan)).scalar_one()


def seat(table: Ledgerless, fan: int) -> Seat:
    return Seat(table.run_id, table.campaign_id, fan, public(table, fan), "", 0)


def boards(table: Ledgerless, fan: int) -> dict[tuple[str, Measure], BoardView]:
    """Every board that there is, as this fan sees it."""
    now = table.services.now()
    season = Seasons(table.services).season(table.run_id, now)
    who = (table.services, season, seat(table, fan))
    return {(name, m): board_view(*who, name, m, now) for name in (*names(2), "channel:core") for m in Measure}


def shown(views: dict[tuple[str, Measure], BoardView]) -> dict[tuple[str, Measure], tuple[object, ...]]:
    return {key: (each.rows, each.own, each.around, each.of) for key, each in views.items()}


def top(table: Ledgerless) -> tuple[WallRow, ...]:
    return Walls(table.services).wall(table.run_id).top


def held(table: Ledgerless, fan: int) -> list[str]:
    with table.services.reading() as sql:
        own = select(Award.badge).where(Award.fan_id == fan).group_by(Award.badge)
        return list(sql.scalars(own.having(func.sum(Award.delta) > 0)))


def test_from_the_freeze_on_every_surface_shows_the_same_picture_until_it_is_revealed(record: Record) -> None:
    table = record()
    ming = seated(table)
    hong, lan = seated(table, inviter=ming), seated(table)
    for fan, score in ((ming, 50), (hong, 30), (lan, 10)):
        table.ended(fan, score, levels=(score, None), challenge=None)
    settle_plays(table.services)
    before, wall = {fan: boards(table, fan) for fan in (ming, hong, lan)}, top(table)
    freeze(table.services, table.run_id, table.time.at, "operator:1")
    assert plays_due(table.services) and settle_plays(table.services) and not plays_due(table.services)
    table.time.at += timedelta(seconds=30)
    for fan, score in ((lan, 90), (hong, 40), (seated(table), 70)):
        table.ended(fan, score, levels=(score, None))
    settle_plays(table.services)
    now = table.services.now()
    for fan, pictures in before.items():
        still = boards(table, fan)
        assert shown(still) == shown(pictures)
        assert all(each.frozen for each in still.values() if each.rows)
        for (name, _), picture in pictures.items():
            season = Seasons(table.services).season(table.run_id, now)
            if name != "friends":  # own_place() of friends is the season's
                assert own_place(table.services, season, seat(table, fan), name, picture.measure, now) == picture.own
    assert top(table) == wall and Walls(table.services).wall(table.run_id).frozen
    assert table.board("season")[:1] != [(ming, 50)]  # while the record goes on
    reveal(table.services, table.run_id, "operator:1")
    assert [place.score for place in boards(table, lan)["season", Measure.TOTAL].rows] == [100, 70, 70, 50]
    assert [row.score for row in top(table)] == [100, 70, 70, 50]  # by total too
    assert not Walls(table.services).wall(table.run_id).frozen
    assert compare_quiz(table.services, table.run_id).differences == []


def test_a_season_that_closes_frozen_has_no_podium_before_the_reveal_and_then_the_true_one(record: Record) -> None:
    table = record()
    ming, hong = seated(table), seated(table)
    table.ended(ming, 50)
    settle_plays(table.services)
    assert not Walls(table.services).wall(table.run_id).frozen
    freeze(table.services, table.run_id, table.time.at, "operator:1")
    assert Walls(table.services).wall(table.run_id).frozen  # at its hour, before a worker has been there
    settle_plays(table.services)
    table.ended(hong, 60)
    close_season(table.services, table.run_id, "operator:1")
    settle_plays(table.services)
    held_back = Walls(table.services).wall(table.run_id)
    assert held_back.frozen and [row.score for row in held_back.top] == [50]
    reveal(table.services, table.run_id, "operator:1")
    for _ in range(2):  # at once, and when the board is final
        wall = Walls(table.services).wall(table.run_id)
        assert not wall.frozen and [row.score for row in wall.top] == [60, 50]
        settle_plays(table.services)
    other = another_season(table)
    freeze(table.services, other, table.time.at, "operator:1")
    settle_plays(table.services)
    assert not Walls(table.services).wall(table.run_id).frozen  # what was final before stays told


def test_a_result_tells_no_place_while_the_boards_are_frozen(season: Season) -> None:
    table = season()
    for _ in range(2):
        playing = table.playing(table.fan())
        table.pass_level(playing, 3)
        table.do(playing, StepKind.STOP)
    settle_plays(table.services)
    freeze(table.services, table.run_id, table.time.at, "operator:1")  # and no worker has been there yet
    told = Told(PlayOutcome.DONE)
    for settled in (False, True):
        playing = table.playing(table.fan())
        table.pass_level(playing, 3)
        told = table.do(playing, StepKind.STOP)
        assert told.playing is not None
        result = view(table.plays, told.playing, table.services.now()).result
        assert result is not None and result.score > 0, settled
        assert result.rank is None and result.ahead is None and (result.goal is None or result.goal.kind != "rank")
        settle_plays(table.services)
    reveal(table.services, table.run_id, "operator:1")
    assert told.playing is not None
    after = view(table.plays, told.playing, table.services.now()).result
    assert after is not None and after.rank is not None and after.ahead is not None


def test_a_day_that_ends_while_frozen_gives_its_badges_with_the_reveal(record: Record) -> None:
    table = record()
    ming = seated(table)
    table.ended(ming, 50)
    settle_plays(table.services)
    freeze(table.services, table.run_id, table.time.at, "operator:1")
    settle_plays(table.services)
    table.time.at += timedelta(days=2)
    settle_plays(table.services)  # what else there is
    assert recompute_quiz(table.services, table.run_id)  # made anew, and still not closed
    settle_plays(table.services)
    assert not settle_plays(table.services) and not plays_due(table.services) and held(table, ming) == []
    reveal(table.services, table.run_id, "operator:1")
    assert settle_plays(table.services) and any(badge.startswith("top") for badge in held(table, ming))


def test_a_board_that_begins_while_frozen_shows_nobody_from_its_first_window_on(record: Record) -> None:
    table = record()
    ming = seated(table)
    freeze(table.services, table.run_id, table.time.at, "operator:1")
    table.ended(ming, 50)
    settle_plays(table.services)
    day = boards(table, ming)["day", Measure.TOTAL]
    assert day.frozen and day.rows == () and table.board(f"season:{table.run_id}") == [(ming, 50)]


def test_freezing_later_reveals_what_is_frozen_now_and_other_seasons_let_go_too(record: Record) -> None:
    table = record()
    table.ended(seated(table), 50)
    settle_plays(table.services)
    freeze(table.services, table.run_id, table.time.at, "operator:1")
    settle_plays(table.services)
    other = another_season(table)
    freeze(table.services, other, table.time.at + timedelta(hours=1), "operator:1")
    settle_plays(table.services)
    assert not boards(table, table.fans[0])["season", Measure.TOTAL].frozen
    table.time.at += timedelta(hours=1)
    settle_plays(table.services)
    assert boards(table, table.fans[0])["season", Measure.TOTAL].frozen


def test_who_is_sent_away_leaves_every_board_and_the_others_move_up(record: Record) -> None:
    table = record(rate="1")
    fans = [seated(table) for _ in range(5)]
    for n, fan in enumerate(fans):
        table.ended(fan, 10 * n + 10, levels=(10 * n + 10, None))
        table.ended(fan, 5, days_ago(table.time, 3), levels=(5, None))
    settle_plays(table.services)
    gone, own = fans[3], fans[1]
    assert boards(table, own)["season", Measure.TOTAL].own.rank == 4  # type: ignore[union-attr]  # it is on it
    assert kick(table.services, table.run_id, public(table, gone), "operator:1") == gone
    # At once, before any worker: no list names them.
    for view_ in boards(table, own).values():
        listed = [place.fan for place in view_.rows]
        assert public(table, gone) not in listed and [place.rank for place in view_.rows] == [
            *range(1, len(listed) + 1)
        ]
    assert public(table, gone) not in [row.fan for row in top(table)]
    table.ended(gone, 90)  # a play that was open still ends
    settle_plays(table.services)
    own_view = boards(table, own)["season", Measure.TOTAL]
    assert own_view.own is not None and own_view.own.rank == 3 and own_view.of == 4
    assert all(
        gone not in [fan for fan, _ in table.board(name)]
        for name in ("all", f"season:{table.run_id}", "day:2026-11-19")
    )
    assert table.points(gone) == 0 and held(table, gone) == []
    assert compare_quiz(table.services, table.run_id).differences == []


def test_who_is_sent_away_leaves_a_frozen_picture_too(record: Record) -> None:
    table = record()
    fans = [seated(table) for _ in range(3)]
    for n, fan in enumerate(fans):
        table.ended(fan, 10 * n + 10)
    settle_plays(table.services)
    freeze(table.services, table.run_id, table.time.at, "operator:1")
    settle_plays(table.services)
    assert kick(table.services, table.run_id, public(table, fans[1]), "operator:1") == fans[1]
    for settled in (False, True):
        still = boards(table, fans[0])["season", Measure.BEST]
        assert [(place.rank, place.score) for place in still.rows] == [(1, 30), (2, 10)], settled
        assert still.frozen and still.own is not None and still.own.rank == 2
        settle_plays(table.services)


def test_who_is_banned_leaves_the_boards_that_past_seasons_share(record: Record) -> None:
    table = record(rate="1")
    ming, hong = seated(table), seated(table)
    table.ended(ming, 50)
    table.ended(hong, 20)
    past = table.run_id
    close_season(table.services, past, "operator:1")
    settle_plays(table.services)
    table.run_id = another_season(table)
    with table.services.sql.begin() as sql:
        for fan in (ming, hong):
            sql.execute(insert(RunFan).values(run_id=table.run_id, fan_id=fan, seed=1, joined_at=table.time.at))
    assert ban(table.services, table.run_id, public(table, ming), "operator:1") == ming
    settle_plays(table.services)
    assert table.board("all") == table.board(f"season:{past}") == [(hong, 20)] and table.points(ming) == 0
    for run_id in (past, table.run_id):
        assert compare_quiz(table.services, run_id).differences == []
    with table.services.reading() as sql:
        assert sql.scalar(select(Run.state).where(Run.id == past)) == RunState.ENDED


def test_a_void_taken_back_leaves_everything_as_if_it_had_never_been(record: Record) -> None:
    table = record(rate="1")
    ming, hong = seated(table), seated(table)
    play = table.ended(ming, 50, days_ago(table.time, 3), levels=(50, 20), passed=2)
    table.ended(hong, 20)
    close_season(table.services, table.run_id, "operator:1")
    settle_plays(table.services)
    before, points = table.projections(), table.points(ming)
    for _ in range(2):
        assert void_play(table.services, play, None, "by a script", "operator:1")
        assert not void_play(table.services, play, None, "twice", "operator:1")
        settle_plays(table.services)
        assert table.points(ming) == 0 and table.board("day:2026-11-19") == []
        assert lift_void(table.services, play, "the wrong one", "operator:1")
        assert not lift_void(table.services, play, "twice", "operator:1")
        settle_plays(table.services)
        assert table.projections() == before and table.points(ming) == points == 50
        assert compare_quiz(table.services, table.run_id).differences == []
    with table.services.reading() as sql:
        kinds = sql.execute(text("SELECT kind, count(*) FROM event WHERE kind LIKE 'play_void%' GROUP BY 1 ORDER BY 1"))
        assert [tuple(row) for row in kinds] == [("play_void_lifted", 2), ("play_voided", 2)]
