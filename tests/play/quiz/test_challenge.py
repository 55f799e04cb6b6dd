"""Challenges over real SQL: taking one up, the ghost beside it, who has won, and who may not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select, text, update

from campaigns.db.models import Question, QuestionVersion
from campaigns.db.plays import Play, PlayResult, PlayStep, PlayVoid
from campaigns.domain.duel import Outcome
from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.progress import PlayState
from campaigns.domain.step import StepKind
from campaigns.play.quiz import challenge
from campaigns.play.quiz.begin import Begun, begin
from campaigns.play.quiz.boards import Measure, board_view
from campaigns.play.quiz.challenge import link_token
from campaigns.play.quiz.plays import Playing
from campaigns.play.quiz.road import road_you
from campaigns.play.quiz.view import PlayView, view
from campaigns.settle.plays import settle_plays
from tests.play.quiz.conftest import Season, Table


def seen(table: Table, playing: Playing) -> PlayView:
    now = table.services.now()
    known = table.plays.playing(playing.play_id, now)
    assert known is not None
    return view(table.plays, known, now)


def whole(table: Table, playing: Playing, answers: str = "rrr") -> str:
    """Play the first level by `answers` (r, w), then stop; the token of the link to it."""
    for answer in answers:
        table.ask(playing)
        table.wait(1)
        table.reply(playing, right=answer == "r")
    table.do(playing, StepKind.STOP)
    token = seen(table, playing).challenge
    assert token is not None
    return token


def take_up(table: Table, fan: int, token: str) -> Begun:
    return begin(table.plays, table.run_id, fan, table.services.now(), challenge=token)


def taken(table: Table, fan: int, token: str) -> Playing:
    begun = take_up(table, fan, token)
    assert begun.outcome is PlayOutcome.STARTED and begun.playing is not None
    return begun.playing


def test_a_friend_plays_the_same_draw_and_has_all_plays_of_the_day_left(season: Season) -> None:
    table = season()
    first = table.playing(table.fan())
    token = whole(table, first)
    friend = table.fan()
    second = taken(table, friend, token)
    assert second.progress.facts.draw == first.progress.facts.draw
    assert (second.challenge_id, second.practice) == (first.play_id, False)
    table.do(second, StepKind.STOP)
    assert road_you(table.plays, table.seat(friend), table.services.now()).attempts_left == 3
    for _ in range(3):
        table.do(table.playing(friend), StepKind.STOP)
    assert table.begin(friend).outcome is PlayOutcome.NO_ATTEMPTS


def test_there_are_as_many_challenges_a_day_as_plays_and_the_plays_stay(season: Season) -> None:
    table = season()
    tokens = [whole(table, table.playing(table.fan())) for _ in range(4)]
    friend = table.fan()
    for token in tokens[:3]:
        table.do(taken(table, friend, token), StepKind.STOP)
    assert take_up(table, friend, tokens[3]).outcome is PlayOutcome.NO_DUELS
    assert table.begin(friend).outcome is PlayOutcome.STARTED


def test_a_copied_perfect_play_brings_a_duel_and_nothing_else(season: Season) -> None:
    table = season()
    token = whole(table, table.playing(table.fan()))
    friend = table.fan()
    chain = whole(table, taken(table, friend, token))
    copy = taken(table, table.fan(), chain)
    whole(table, copy)
    settle_plays(table.services)
    for fan in (friend, copy.fan_id):
        you = road_you(table.plays, table.seat(fan), table.services.now())
        assert (you.plays, you.best, you.total, you.passed, you.streak, you.badges) == (0, 0, 0, 0, 0, ())
        assert set(you.best_by_level) == {None}
    shown = seen(table, copy)
    assert shown.duel is not None and shown.duel.outcome is Outcome.TIED and shown.result is not None
    result = shown.result
    assert (result.score, result.rank, result.ahead, result.goal, result.new_badges) == (110, None, None, None, ())
    assert [each.fan_id for each in table.plays.passes.taken()[table.run_id]] == [first_of(table, token)]
    for name, fans in (("season", 1), ("day", 1), ("level:1", 1), ("friends", 0), ("challenge", 2)):
        season_here = table.plays.seasons.season(table.run_id, table.services.now())
        told = board_view(table.services, season_here, table.seat(friend), name, Measure.TOTAL, table.services.now())
        assert len(told.rows) == fans, name


def first_of(table: Table, token: str) -> int:
    opponent = table.plays.duels.find(table.run_id, token)
    assert opponent is not None
    return opponent.fan_id


def test_a_play_stopped_before_its_first_question_uses_an_attempt_and_brings_nothing(season: Season) -> None:
    table = season()
    fan = table.fan()
    empty = table.playing(fan)
    table.do(empty, StepKind.STOP)
    assert not settle_plays(table.services)
    shown, you = seen(table, empty), road_you(table.plays, table.seat(fan), table.services.now())
    assert shown.state is PlayState.ENDED and shown.challenge is None, "there is nothing to beat"
    assert shown.result is not None and (shown.result.rank, shown.result.goal) == (None, None)
    assert (you.attempts_left, you.plays, you.streak) == (2, 0, 0)
    with table.services.reading() as sql:
        assert sql.execute(select(PlayResult).where(PlayResult.fan_id == fan)).all() == []
    forged = link_token(table.services.secret, empty.play_id)
    assert take_up(table, table.fan(), forged).outcome is PlayOutcome.NO_CHALLENGE


def test_a_challenge_left_before_its_first_question_is_lost_even_to_nought(season: Season) -> None:
    table = season()
    token = whole(table, table.playing(table.fan()), "www")
    playing = taken(table, table.fan(), token)
    table.do(playing, StepKind.STOP)
    duel = seen(table, playing).duel
    assert duel is not None and (duel.challenger.score, duel.outcome) == (0, Outcome.LOST)
    settle_plays(table.services)
    with table.services.reading() as sql:
        assert sql.execute(select(PlayResult).where(PlayResult.play_id == playing.play_id)).all() == []


def test_seeds_in_the_record_have_more_than_32_bits_and_give_the_orders_that_were_shown(season: Season) -> None:
    table = season()
    fans = [table.fan() for _ in range(3)]
    drawn = [table.playing(fan) for fan in fans]
    for playing in drawn:
        table.ask(playing)
    with table.services.reading() as sql:
        seeds = list(sql.scalars(select(Play.seed).where(Play.fan_id.in_(fans))))
    assert len({seed >> 32 for seed in seeds}) == 3 and all(seed >> 62 == 1 for seed in seeds)
    for playing in drawn:
        here, there = table.plays.playing(playing.play_id, table.services.now()), table.another_process()
        folded = there.playing(playing.play_id, table.services.now())
        assert here is not None and folded is not None and folded.progress == here.progress


def test_the_ghost_tells_of_a_question_after_the_own_answer_and_not_before(season: Season) -> None:
    table = season()
    token = whole(table, table.playing(table.fan()), "rwr")
    playing = taken(table, table.fan(), token)
    table.ask(playing)
    before = seen(table, playing)
    assert before.duel is not None and before.duel.outcome is None and before.duel.own is None
    assert "GhostView" not in repr(before) and "ghost=" not in repr(before)
    table.reply(playing)
    first = seen(table, playing).verdict
    assert first is not None and first.ghost is not None
    assert (first.ghost.right, first.ghost.elapsed_ms, first.ghost.score) == (True, 1000, 10)
    table.ask(playing)
    table.reply(playing)
    second = seen(table, playing).verdict
    assert second is not None and second.ghost is not None
    assert (second.ghost.right, second.ghost.score) == (False, 0)


def test_a_question_that_the_challenger_was_not_asked_has_no_ghost(season: Season) -> None:
    table = season()
    token = whole(table, table.playing(table.fan()))
    playing = taken(table, table.fan(), token)
    table.ask(playing)
    table.do(playing, StepKind.SWAP)
    table.reply(playing)
    shown = seen(table, playing)
    assert shown.duel is not None and shown.verdict is not None and shown.verdict.ghost is None


def test_one_card_shows_both_and_who_has_won(season: Season) -> None:
    table = season()
    challenger = table.playing(table.fan())
    token = whole(table, challenger, "rrr")
    for answers, wanted in (("rrr", Outcome.TIED), ("www", Outcome.LOST)):
        playing = taken(table, table.fan(), token)
        whole(table, playing, answers)
        duel = seen(table, playing).duel
        assert duel is not None and duel.own is not None
        assert duel.outcome is wanted
        assert (duel.challenger.name, duel.challenger.score) == (table.seat(challenger.fan_id).name, 60 + 50)
        assert (duel.challenger.right, duel.challenger.asked, duel.challenger.elapsed_ms) == (3, 3, 3000)
    easy = table.playing(table.fan())
    beaten = taken(table, table.fan(), whole(table, easy, "www"))
    whole(table, beaten, "rrr")
    won = seen(table, beaten).duel
    assert won is not None and won.outcome is Outcome.WON
    with table.services.reading() as sql:
        named = sql.execute(select(PlayResult.challenge_id).where(PlayResult.play_id == beaten.play_id)).scalar_one()
    assert named == easy.play_id


def test_nobody_takes_up_the_own_challenge_or_a_draw_they_know(season: Season) -> None:
    table = season()
    fan, friend = table.fan(), table.fan()
    first = table.playing(fan)
    token = whole(table, first)
    assert take_up(table, fan, token).outcome is PlayOutcome.OWN_CHALLENGE
    answer = whole(table, taken(table, friend, token))
    assert take_up(table, friend, token).outcome is PlayOutcome.CHALLENGE_TAKEN
    assert take_up(table, fan, answer).outcome is PlayOutcome.CHALLENGE_TAKEN, "it is the draw that this fan sent out"
    third = taken(table, table.fan(), answer)
    assert third.progress.facts.draw == first.progress.facts.draw, "a challenge can be handed on"


def test_sixteen_taps_on_a_challenge_begin_one_play(season: Season) -> None:
    table = season()
    token = whole(table, table.playing(table.fan()))
    friend = table.fan()
    with ThreadPoolExecutor(16) as pool:
        begun = list(pool.map(lambda _: take_up(table, friend, token), range(16)))
    assert [each.outcome for each in begun].count(PlayOutcome.STARTED) == 1
    with table.services.reading() as sql:
        rows = sql.execute(select(Play.id).where(Play.fan_id == friend)).all()
    assert len(rows) == 1


def test_only_a_counted_play_that_has_ended_can_be_sent_and_a_voided_one_no_more(season: Season) -> None:
    table = season()
    fan = table.fan()
    trial = table.begin(fan, practice=True).playing
    assert trial is not None
    table.do(trial, StepKind.STOP)
    assert seen(table, trial).challenge is None
    playing = table.playing(fan)
    assert seen(table, playing).challenge is None
    token = whole(table, playing)
    with table.services.sql.begin() as sql:
        sql.execute(insert(PlayVoid).values(play_id=playing.play_id, why="test", at=table.services.now().at))
    friend = table.fan()
    assert take_up(table, friend, token).outcome is PlayOutcome.NO_CHALLENGE
    assert take_up(table, friend, "A" * 24).outcome is PlayOutcome.NO_CHALLENGE
    assert take_up(table, friend, "").outcome is PlayOutcome.NO_CHALLENGE


def test_a_challenge_of_another_season_is_none_here(season: Season) -> None:
    one, other = season(), season()
    token = whole(one, one.playing(one.fan()))
    assert take_up(other, other.fan(), token).outcome is PlayOutcome.NO_CHALLENGE
    looked = other.plays.duels.look(other.plays.seasons.season(other.run_id, other.services.now()), 1, token)
    assert looked.challenger is None


def test_a_draw_with_an_own_question_is_not_taken_up_and_never_drawn(season: Season) -> None:
    table = season(each=3)
    token = whole(table, table.playing(table.fan()))
    author = table.fan()
    version = table.plays.duels.find(table.run_id, token)
    assert version is not None
    own = version.draw.levels[0][0]
    question = select(QuestionVersion.question_id).where(QuestionVersion.id == own).scalar_subquery()
    with table.services.sql.begin() as sql:
        sql.execute(update(Question).where(Question.id == question).values(author_fan_id=author))
    assert take_up(table, author, token).outcome is PlayOutcome.OWN_QUESTION
    fresh = table.another_process()
    playing = begin(fresh, table.run_id, author, table.services.now()).playing
    assert playing is not None and own not in playing.progress.facts.draw.versions
    shown = taken(table, table.fan(), token)
    table.ask(shown)
    table.wait(11)
    named = seen(table, shown).open
    assert named is not None and named.author == table.seat(author).name


def test_when_the_challengers_steps_are_condensed_away_the_duel_goes_on_without_a_ghost(season: Season) -> None:
    table = season()
    first = table.playing(table.fan())
    token = whole(table, first)
    playing = taken(table, table.fan(), token)
    with table.services.sql.begin() as sql:
        sql.execute(text("DELETE FROM play_step WHERE play_id = :play"), {"play": first.play_id})
    table.ask(playing)
    table.reply(playing)
    shown = seen(table, playing)
    assert shown.verdict is not None and shown.verdict.ghost is None
    assert shown.duel is not None and shown.duel.challenger.score == 110
    with table.services.reading() as sql:
        assert sql.execute(select(PlayStep).where(PlayStep.play_id == first.play_id)).all() == []
    assert shown.state is PlayState.VERDICT


def test_who_looked_too_early_plays_no_draw_twice(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    table = season()
    friend, token = table.fan(), whole(table, table.playing(table.fan()))
    whole(table, taken(table, friend, token))
    monkeypatch.setattr(challenge, "_knows", lambda *_: False)
    assert take_up(table, friend, token).playing is None
