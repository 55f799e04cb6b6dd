"""Plays over real SQL: a whole road, silence, coming back, two devices, two hundred taps."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from campaigns.control.seasons import close_season
from campaigns.db.plays import Play, PlayResult, PlayStep
from campaigns.db.step_journal import step_journal
from campaigns.domain.errors import BadInput
from campaigns.domain.moment import Moment
from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.progress import PlayState
from campaigns.domain.step import StepKind
from campaigns.play.quiz.act import Came, Intent, act
from campaigns.play.quiz.plays import Playing, Plays
from campaigns.play.quiz.view import view
from tests.play.quiz.conftest import ROAD, SECONDS, Season, Table


def test_a_whole_road_is_played_and_its_result_is_in_the_record(season: Season) -> None:
    table = season()
    playing = table.playing(table.fan())
    for _ in range(3):
        table.ask(playing)
        table.wait(1)
        told = table.reply(playing)
    assert told.playing is not None and told.playing.progress.state is PlayState.PASSED
    table.do(playing, StepKind.DARE)
    table.ask(playing)
    table.reply(playing)
    table.ask(playing)
    told = table.reply(playing)
    assert told.playing is not None and told.playing.progress.state is PlayState.ENDED
    with table.services.reading() as sql:
        result = sql.execute(select(PlayResult).where(PlayResult.play_id == playing.play_id)).one()
        ended = sql.scalar(select(Play.ended_at).where(Play.id == playing.play_id))
    # 10 + 20, doubled by the last; 10, doubled; the first bonus back, the second doubled by the dare
    assert (result.score, result.level_scores, result.passed) == (60 + 50 + 20 + 160, [60, 20], 2)
    assert ended is not None


def test_what_the_memory_says_is_what_the_record_says(season: Season) -> None:
    table = season()
    playing = table.playing(table.fan())
    table.ask(playing)
    table.wait(2)
    told = table.reply(playing, right=False)
    again = table.another_process().playing(playing.play_id, table.services.now())
    assert again is not None and told.playing is not None
    assert again.progress == told.playing.progress


def test_a_play_read_before_its_last_step_does_not_take_the_place_of_what_is_known_since(season: Season) -> None:
    table = season()
    playing = table.playing(table.fan())
    newer = table.ask(playing).playing
    assert newer is not None and newer.progress.n > playing.progress.n
    assert table.plays.keep(playing) is newer and table.plays.known(playing.play_id) is newer


def test_the_key_is_told_with_the_verdict_and_not_before(season: Season) -> None:
    table = season()
    playing = table.playing(table.fan())
    told = table.ask(playing)
    assert told.playing is not None
    before = repr(view(table.plays, told.playing, table.services.now()))
    assert "Because" not in before and "key=" not in before
    told = table.reply(playing)
    assert told.playing is not None
    after = view(table.plays, told.playing, table.services.now())
    assert after.verdict is not None and after.verdict.right and after.verdict.explanation["en"].startswith("Because")


def test_silence_is_found_at_the_next_action_and_counts_as_wrong(season: Season) -> None:
    table = season()
    playing = table.playing(table.fan())
    table.ask(playing)
    table.wait(SECONDS + 1)
    told = table.ask(playing)
    assert told.outcome is PlayOutcome.TOO_LATE and told.playing is not None
    progress = told.playing.progress
    assert progress.state is PlayState.VERDICT and progress.verdict is not None
    assert progress.verdict.said is None and progress.now.score == -10


def test_who_comes_back_in_time_finds_the_question_as_it_was(season: Season) -> None:
    table = season()
    fan = table.fan()
    playing = table.playing(fan)
    first = table.ask(playing)
    table.wait(5)
    plays = table.another_process()
    now = table.services.now()
    again = plays.playing(playing.play_id, now)
    assert first.playing is not None and again is not None
    before, after = view(table.plays, first.playing, now).open, view(plays, again, now).open
    assert before is not None and after is not None and before == after
    assert after.closes_ms - now.ns / 1e6 == (SECONDS - 5) * 1000


def test_a_lost_acknowledgement_is_answered_from_the_record(season: Season) -> None:
    table = season()
    playing = table.playing(table.fan())
    table.ask(playing)
    said = table.said(playing)
    first = table.do(playing, StepKind.ANSWERED, said, n=2)
    second = table.do(playing, StepKind.ANSWERED, said, n=2)
    assert (first.outcome, second.outcome) == (PlayOutcome.DONE, PlayOutcome.DUPLICATE)
    assert second.playing is not None and first.playing is not None
    assert second.playing.progress.verdict == first.playing.progress.verdict


def test_another_choice_afterwards_changes_nothing(season: Season) -> None:
    table = season()
    playing = table.playing(table.fan())
    table.ask(playing)
    right, wrong = table.said(playing), table.said(playing, right=False)
    table.do(playing, StepKind.ANSWERED, wrong, n=2)
    second = table.do(playing, StepKind.ANSWERED, right, n=2)
    assert second.outcome is PlayOutcome.DUPLICATE and second.playing is not None
    verdict = second.playing.progress.verdict
    assert verdict is not None and not verdict.right


def race(table: Table) -> tuple[int, Counter[PlayOutcome | None]]:
    """Two hundred submissions of one step at once, right and wrong ones, to four processes with a journal each: how many rows
    that gave, and what was told (None: the record had the step twice and could not be read any more)."""
    playing = table.playing(table.fan())
    table.ask(playing)
    right, wrong = table.said(playing), table.said(playing, right=False)
    journals = [step_journal(table.services.answers_sql) for _ in range(4)]
    processes = [Plays(table.services, journal) for journal in journals]
    for journal, plays in zip(journals, processes, strict=True):
        journal.start()
        plays.playing(playing.play_id, table.services.now())

    def submit(i: int) -> PlayOutcome | None:
        intent = Intent(2, StepKind.ANSWERED, right if i % 2 else wrong)
        now = table.services.now()
        came = Came(now._replace(ns=now.ns + i))  # no two frames are read at the same instant
        try:
            told = act(processes[i % 4], playing.fan_id, playing.play_id, intent, came)
        except BadInput:
            return None
        assert told is not None
        return told.outcome

    with ThreadPoolExecutor(24) as pool:
        outcomes = Counter(pool.map(submit, range(200)))
    for journal in journals:
        journal.stop()
    with table.services.reading() as sql:
        rows = sql.scalar(select(func.count()).where(PlayStep.play_id == playing.play_id, PlayStep.n == 2))
    return rows or 0, outcomes


def test_two_hundred_submissions_of_one_step_give_one_row(season: Season) -> None:
    rows, outcomes = race(season())
    assert rows == 1
    assert outcomes == {PlayOutcome.DONE: 1, PlayOutcome.DUPLICATE: 199}


def test_without_the_primary_key_the_same_race_gives_several_rows(season: Season) -> None:
    """The negative control: the key is what decides, not luck."""
    table = season()
    with table.services.sql.begin() as sql:
        sql.execute(text("ALTER TABLE play_step DROP CONSTRAINT pk_play_step"))
    try:
        rows, outcomes = race(table)
    finally:
        with table.services.sql.begin() as sql:
            sql.execute(
                text(
                    "DELETE FROM play_step s USING play_step t WHERE s.ctid > t.ctid AND s.play_id = t.play_id AND s.n = t.n"
                )
            )
            sql.execute(text("ALTER TABLE play_step ADD CONSTRAINT pk_play_step PRIMARY KEY (play_id, n)"))
    assert rows > 1 and outcomes[PlayOutcome.DONE] > 1


def test_two_devices_that_begin_at_once_get_one_play(season: Season) -> None:
    table = season()
    fan = table.fan()
    with ThreadPoolExecutor(16) as pool:
        begun = list(pool.map(lambda _: table.begin(fan), range(16)))
    assert len({each.playing.play_id for each in begun if each.playing is not None}) == 1
    assert [each.outcome for each in begun].count(PlayOutcome.STARTED) == 1


def test_the_plays_of_a_day_are_limited_and_tomorrow_there_are_new_ones(season: Season) -> None:
    table = season()
    fan = table.fan()
    for _ in range(ROAD.attempts_per_day):
        table.do(table.playing(fan), StepKind.STOP)
    assert table.begin(fan).outcome is PlayOutcome.NO_ATTEMPTS
    assert table.begin(fan, practice=True).outcome is PlayOutcome.STARTED
    table.do(table.playing(fan), StepKind.STOP)
    table.wait(24 * 3600)
    assert table.begin(fan).outcome is PlayOutcome.STARTED


def test_practice_leaves_no_result(season: Season) -> None:
    table = season()
    fan = table.fan()
    playing = table.begin(fan, practice=True).playing
    assert playing is not None
    told = table.do(playing, StepKind.STOP)
    assert told.playing is not None and told.playing.progress.state is PlayState.ENDED
    with table.services.reading() as sql:
        assert sql.scalar(select(func.count()).where(PlayResult.fan_id == fan)) == 0


def test_nobody_acts_in_somebody_elses_play(season: Season) -> None:
    table = season()
    playing = table.playing(table.fan())
    stranger = replace(playing, fan_id=table.fan())
    assert table.do(stranger, StepKind.ASKED).outcome is PlayOutcome.NOT_YOURS


def test_somebody_elses_play_is_not_even_read(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    table = season()
    playing, stranger = table.playing(table.fan()), table.fan()
    read: list[int] = []
    whole = Plays.reread

    def noted(plays: Plays, play_id: int, now: Moment) -> Playing | None:
        read.append(play_id)
        return whole(plays, play_id, now)

    monkeypatch.setattr(Plays, "reread", noted)
    for plays in (table.plays, table.another_process()):
        told = act(plays, stranger, playing.play_id, Intent(1, StepKind.ASKED), Came(table.services.now()))
        assert told is not None and told.outcome is PlayOutcome.NOT_YOURS and told.playing is None
    assert read == []
    fresh = table.another_process()
    told = act(fresh, playing.fan_id, playing.play_id, Intent(1, StepKind.ASKED), Came(table.services.now()))
    assert told is not None and told.outcome is PlayOutcome.DONE and read == [playing.play_id]


def test_nothing_is_written_once_the_season_is_over(season: Season) -> None:
    table = season()
    playing = table.playing(table.fan())
    table.ask(playing)
    late = table.fan()
    close_season(table.services, table.run_id, "test")
    table.wait(2)
    assert table.reply(playing).outcome is PlayOutcome.NOT_OPEN
    assert table.begin(late).outcome is PlayOutcome.NOT_OPEN


def test_a_returning_fan_meets_new_questions_first(season: Season) -> None:
    table = season()
    fan = table.fan()
    met: list[int] = []
    for _ in range(3):
        playing = table.playing(fan)
        for _ in range(3):
            told = table.ask(playing)
            assert told.playing is not None and told.playing.progress.open is not None
            met.append(told.playing.progress.open.version_id)
            table.reply(playing)
        table.do(playing, StepKind.STOP)
    assert len(set(met)) == 9


def test_helps_are_steps_like_any_other(season: Season) -> None:
    table = season()
    playing = table.playing(table.fan())
    table.ask(playing)
    for help in (StepKind.FIFTY, StepKind.TIME, StepKind.SWAP):
        told = table.do(playing, help)
        assert told.outcome is PlayOutcome.DONE
    assert told.playing is not None
    assert table.do(playing, StepKind.FIFTY).outcome is PlayOutcome.NO_HELP
    again = table.another_process().reread(playing.play_id, table.services.now())
    assert again is not None and again.progress == told.playing.progress
