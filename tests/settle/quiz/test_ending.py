"""A season closes with plays under way; old plays are condensed away."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select, text

from campaigns.control.seasons import close_season
from campaigns.db.plays import Play, PlayResult, PlayStep
from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.step import StepKind
from campaigns.play.quiz.begin import begin
from campaigns.play.quiz.challenge import link_token
from campaigns.settle.due import work_due
from campaigns.settle.plays import plays_due, settle_plays
from campaigns.settle.quiz.condense import condense_plays, runs_to_condense
from campaigns.settle.quiz.ending import end_plays
from campaigns.settle.quiz.questions import count_answers
from tests.identity.members import played, takes_up
from tests.play.quiz.conftest import SECONDS, Season


def test_open_plays_end_at_the_closing_and_keep_what_was_secured(season: Season) -> None:
    table = season()
    secured, untouched, waiting = table.fan(), table.fan(), table.fan()
    first = table.playing(secured)
    table.pass_level(first, 3)
    table.do(first, StepKind.BANK)
    table.ask(first)
    table.playing(untouched)
    table.ask(table.playing(waiting))
    table.wait(SECONDS + 1)  # both open questions have run out
    close_season(table.services, table.run_id, "test")
    closed_at = table.services.now().at
    table.wait(60)
    assert ("end_plays", table.run_id) in work_due(table.services).jobs
    assert end_plays(table.services, table.run_id)
    assert not end_plays(table.services, table.run_id)
    with table.services.reading() as sql:
        results = {row.fan_id: row for row in sql.execute(select(PlayResult).where(PlayResult.run_id == table.run_id))}
        still_open = sql.scalar(select(func.count()).where(Play.run_id == table.run_id, Play.ended_at.is_(None)))
    assert still_open == 0
    assert {fan: row.score for fan, row in results.items()} == {secured: 110, waiting: 0}, (
        "a play without a question brings nothing"
    )
    assert {row.ended_at for row in results.values()} == {closed_at}
    assert results[waiting].asked == 1 and untouched not in results
    assert settle_plays(table.services)
    assert ("end_plays", table.run_id) not in work_due(table.services).jobs


def test_the_season_of_a_closed_run_is_final_and_its_first_wear_a_badge(season: Season) -> None:
    table = season()
    fan = table.fan()
    playing = table.playing(fan)
    table.pass_level(playing, 3)
    table.do(playing, StepKind.STOP)
    close_season(table.services, table.run_id, "test")
    settle_plays(table.services)
    held = text("SELECT sum(delta) FROM award WHERE fan_id = :fan AND badge = :badge")
    with table.services.reading() as sql:
        assert sql.scalar(held, {"fan": fan, "badge": f"top:season:{table.run_id}"}) == 1
    assert not plays_due(table.services)


def test_old_plays_are_condensed_and_no_board_changes(season: Season) -> None:
    table = season()
    fan = table.fan()
    old = table.playing(fan)
    table.pass_level(old, 3)
    table.do(old, StepKind.STOP)
    table.do(table.playing(fan), StepKind.STOP)  # nothing asked: no result to wait for
    table.wait(40 * 86_400)
    kept = table.playing(fan)
    assert condense_plays(table.services, table.run_id)
    with table.services.reading() as sql:
        left = list(sql.scalars(select(Play.id).where(Play.run_id == table.run_id).order_by(Play.id)))
    assert left == [old.play_id, kept.play_id]
    assert not condense_plays(table.services, table.run_id), "its result is not settled yet"
    settle_plays(table.services)
    assert not condense_plays(table.services, table.run_id), "its answers are not counted yet"
    count_answers(table.services)
    rows = text("SELECT * FROM board_row ORDER BY 1, 2")
    with table.services.reading() as sql:
        before = sql.execute(rows).all()
    assert table.run_id in runs_to_condense(table.services)
    assert not condense_plays(replace(table.services, condense_days=60), table.run_id)
    assert condense_plays(table.services, table.run_id)
    assert table.run_id not in runs_to_condense(table.services)
    with table.services.reading() as sql:
        assert list(sql.scalars(select(Play.id).where(Play.run_id == table.run_id))) == [kept.play_id]
        assert sql.scalar(select(func.count()).where(PlayStep.play_id == old.play_id)) == 0
        assert sql.execute(rows).all() == before and before


def test_a_draw_whose_first_play_is_condensed_is_taken_up_by_nobody_any_more(season: Season) -> None:
    """Who had played it then is not known any more: its first player would play it twice, by a friend's friend's link."""
    table = season()
    sender, friend, third = table.fan(), table.fan(), table.fan()
    first = played(table, sender)
    table.wait(20 * 86_400)
    second = takes_up(table, friend, first)
    token = link_token(table.services.secret, takes_up(table, third, second))

    def tried(fan: int) -> PlayOutcome:
        return begin(table.plays, table.run_id, fan, table.services.now(), challenge=token).outcome

    assert (tried(sender), tried(table.fan())) == (PlayOutcome.CHALLENGE_TAKEN, PlayOutcome.STARTED)
    settle_plays(table.services)
    count_answers(table.services)
    table.wait(15 * 86_400)
    assert condense_plays(table.services, table.run_id)
    assert (tried(sender), tried(table.fan())) == (PlayOutcome.NO_CHALLENGE, PlayOutcome.NO_CHALLENGE)
