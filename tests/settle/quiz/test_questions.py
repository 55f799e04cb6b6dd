"""What play says of questions: every counted answer once, whatever is voided, repeated, condensed or corrected meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random
from statistics import median_low

import pytest
from sqlalchemy import insert, select, text, update

from campaigns.control import bank
from campaigns.control.bank_writing import write_version
from campaigns.control.definitions import Edit
from campaigns.control.proposals import accept
from campaigns.control.quiz_stock import stock_of
from campaigns.control.voids import void_play
from campaigns.db.bank import QuestionStat
from campaigns.db.models import Operator, Question, QuestionVersion, Run
from campaigns.db.plays import Play
from campaigns.domain.badge_wall import described
from campaigns.domain.bank import ENOUGH, Stat
from campaigns.domain.heard import two_digits
from campaigns.domain.proposal import Typed
from campaigns.domain.question import ChoiceKey
from campaigns.domain.step import StepKind
from campaigns.play.proposals import Proposing, propose
from campaigns.play.quiz.plays import Playing
from campaigns.play.quiz.road import road_you
from campaigns.settle.plays import settle_plays
from campaigns.settle.quiz import questions
from campaigns.settle.quiz.again import recompute_quiz, settle_anew
from campaigns.settle.quiz.condense import condense_plays
from campaigns.settle.quiz.questions import count_answers, counting_due
from tests.play.quiz.conftest import SECONDS, Season, Table

Told = dict[int, list[tuple[bool, int | None]]]  # version → (right, ms or silent) of each time it was asked


def play(table: Table, dice: Random) -> tuple[Playing, Told]:
    """One play to its end, by chance; and what was told of each question in it."""
    playing, told = table.playing(table.fan()), Told()
    for _ in range(5):
        asked = table.ask(playing).playing
        if asked is None or asked.progress.open is None:
            break
        version_id = asked.progress.open.version_id
        table.wait(dice.choice([0.345, 0.9, 1.0, 3.21, 11.0, SECONDS + 1]))
        replied = table.reply(playing, dice.random() < 0.7).playing
        assert replied is not None and replied.progress.verdict is not None
        verdict = replied.progress.verdict
        told.setdefault(version_id, []).append((verdict.right, verdict.elapsed_ms if verdict.said else None))
        table.wait(1)
    known = table.plays.playing(playing.play_id, table.services.now())
    if known is not None and known.progress.ended_at is None:
        table.do(playing, StepKind.STOP)
    return playing, told


def stats(table: Table) -> dict[int, Stat]:
    """Per version, as its question shows them."""
    rows = select(QuestionVersion.id, QuestionStat).join(Question, Question.id == QuestionVersion.question_id)
    rows = rows.join(QuestionStat, QuestionStat.question_id == Question.id).where(Question.n == QuestionVersion.n)
    with table.services.reading() as sql:
        found = sql.execute(rows.where(Question.campaign_id == table.campaign_id, QuestionStat.asked > 0)).all()
    return {row.id: Stat(row.asked, row.right, row.median_ms, row.silent) for row in found}


def expected(plays: list[Told]) -> dict[int, Stat]:
    every = Told()
    for told in plays:
        for version_id, answers in told.items():
            every.setdefault(version_id, []).extend(answers)
    return {version_id: _stat(answers) for version_id, answers in every.items()}


def _stat(answers: list[tuple[bool, int | None]]) -> Stat:
    times = [ms for _, ms in answers if ms is not None]
    median = two_digits(median_low(times)) if times else None
    return Stat(len(answers), sum(right for right, _ in answers), median, len(answers) - len(times))


def settle(table: Table) -> None:
    settle_plays(table.services)
    count_answers(table.services)


def test_every_settled_answer_is_counted_once_and_a_void_takes_it_back(season: Season) -> None:
    table, dice = season(each=4), Random(7)
    played = [play(table, dice) for _ in range(6)]
    assert stats(table) == {} and counting_due(table.services) == []
    settle_plays(table.services)
    assert counting_due(table.services) == [0]
    assert count_answers(table.services) and not count_answers(table.services)
    assert stats(table) == expected([told for _, told in played])
    played.append(play(table, dice))
    for n in (0, 6):  # one that has been counted, one that has not
        assert void_play(table.services, played[n][0].play_id, None, "a script", "operator:1")
    lifted = played[6][0].play_id
    settle(table)
    left = expected([told for n, (_, told) in enumerate(played) if n not in (0, 6)])
    assert stats(table) == left
    recompute_quiz(table.services, table.run_id)
    settle(table)
    assert stats(table) == left and counting_due(table.services) == []
    with table.services.sql.begin() as sql:
        sql.execute(text("UPDATE play_void SET lifted = pg_current_xact_id() WHERE play_id = :play"), {"play": lifted})
        settle_anew(sql, table.run_id, played[6][0].fan_id)
    settle(table)
    settle(table)
    assert stats(table) == expected([told for n, (_, told) in enumerate(played) if n != 0])


def test_what_was_counted_survives_the_condensing_and_nothing_uncounted_is_condensed(season: Season) -> None:
    table, dice = season(each=4), Random(8)
    played = [play(table, dice) for _ in range(3)]
    settle_plays(table.services)
    table.wait(40 * 86_400)
    assert not condense_plays(table.services, table.run_id), "not counted yet"
    count_answers(table.services)
    assert void_play(table.services, played[0][0].play_id, None, "a script", "operator:1")
    assert condense_plays(table.services, table.run_id)
    with table.services.reading() as sql:
        kept = list(sql.scalars(select(Play.id).where(Play.run_id == table.run_id)))
    assert kept == [played[0][0].play_id], "its void has not been counted yet"
    settle(table)
    left = expected([told for _, told in played[1:]])
    assert stats(table) == left
    assert condense_plays(table.services, table.run_id)
    assert void_play(table.services, played[1][0].play_id, None, "too late", "operator:1")
    settle(table)
    recompute_quiz(table.services, table.run_id)
    settle(table)
    assert stats(table) == left


def test_many_counters_and_small_batches_count_the_same(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    table, dice = season(each=4), Random(9)
    played = [play(table, dice)[1] for _ in range(7)]
    settle_plays(table.services)
    monkeypatch.setattr(questions, "AT_ONCE", 2)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: count_answers(table.services), range(4)))
    while counting_due(table.services):
        count_answers(table.services)
    assert stats(table) == expected(played)


def test_a_rehearsal_and_practice_say_nothing(season: Season) -> None:
    table = season(each=4)
    practising = table.begin(table.fan(), practice=True).playing
    assert practising is not None
    table.ask(practising)
    table.reply(practising)
    table.do(practising, StepKind.STOP)
    with table.services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == table.run_id).values(rehearsal=True))
    play(table, Random(1))
    settle(table)
    assert stats(table) == {}


def test_a_mended_word_keeps_the_counts_and_a_mended_key_begins_anew(season: Season) -> None:
    table = season(each=4)
    told = play(table, Random(3))[1]
    settle(table)
    with table.services.reading() as sql:
        own = select(QuestionVersion.question_id).where(QuestionVersion.id == min(told))
        question_id = sql.execute(own).scalar_one()
    card = bank.card(table.services, table.campaign_id, question_id)
    assert card.stat == expected([told])[min(told)]
    worded = replace(card.question, text={"zh": "改过的题", "en": "Mended"})
    assert bank.edit(table.services, card, table.campaign_id, worded, "") is Edit.SAVED
    after = bank.card(table.services, table.campaign_id, question_id)
    assert after.stat == card.stat and after.n == 2
    with table.services.sql.begin() as sql:
        keyed = replace(worded, key=ChoiceKey(frozenset("b")))
        assert write_version(sql, question_id, 2, keyed, None, table.services.now().at)
    anew = bank.card(table.services, table.campaign_id, question_id).stat
    assert anew is not None and (anew.asked, anew.median_ms) == (0, None)


def test_the_simulated_run_uses_what_was_measured(season: Season) -> None:
    table = season(each=12)
    for n in range(ENOUGH):
        play(table, Random(n))
    settle(table)
    measured = {version: stat.share for version, stat in stats(table).items() if stat.asked >= ENOUGH}
    assert dict(stock_of(table.services, table.campaign_id).shares) == measured


def badge(table: Table, fan: int) -> list[int]:
    mine = text("SELECT delta FROM award WHERE run_id = :run AND fan_id = :fan AND badge = 'author' ORDER BY version")
    with table.services.reading() as sql:
        return list(sql.scalars(mine, {"run": table.run_id, "fan": fan}))


def accepted_author(table: Table) -> int:
    """A fan whose question has been accepted and is asked of everybody who plays."""
    author = table.fan()
    typed = Typed("en", "Who asked this?", ("me", "you", "him", "her"), 0, "You did.")
    assert propose(table.services, table.seat(author), typed) is Proposing.PROPOSED
    with table.services.sql.begin() as sql:  # the third easy question goes, so that the fan's is asked of everybody
        mine = sql.execute(select(Question.id, Question.difficulty).where(Question.author_fan_id == author)).one()
        easy = select(Question.id).where(Question.campaign_id == table.campaign_id, Question.id < mine.id)
        first = sql.scalar(easy.where(Question.difficulty == mine.difficulty).order_by(Question.id).limit(1))
        sql.execute(update(Question).where(Question.id == first).values(state="retired"))
        operator = sql.execute(insert(Operator).values(name="op", created_at=table.time.at).returning(Operator.id))
        operator_id = operator.scalar_one()
    assert accept(table.services, table.campaign_id, mine.id, operator_id)
    return author


def test_an_author_wears_the_badge_once_a_question_has_been_played_and_only_then(season: Season) -> None:
    table, dice = season(each=3), Random(4)
    author = accepted_author(table)
    settle(table)
    assert badge(table, author) == []
    played = [play(table, dice)[0] for _ in range(3)]
    assert badge(table, author) == [], "played, not settled"
    settle(table)
    settle(table)
    assert badge(table, author) == [1]
    for playing in played[:2]:
        void_play(table.services, playing.play_id, None, "a script", "operator:1")
    settle(table)
    assert badge(table, author) == [1], "one play is left"
    void_play(table.services, played[2].play_id, None, "a script", "operator:1")
    settle(table)
    assert badge(table, author) == [1, -1]
    play(table, dice)
    settle(table)
    assert badge(table, author) == [1, -1, 1]
    assert badge(table, played[0].fan_id) == []
    wears = road_you(table.plays, table.seat(author), table.services.now()).badges
    assert "author" in wears and described("author") is not None
