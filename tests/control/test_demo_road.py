"""The demo's road: drawn with something in reserve for every retry, from a bank that has each question once."""

from __future__ import annotations

from sqlalchemy import delete, select

from campaigns.bootstrap import Services
from campaigns.control.conduct import Moved
from campaigns.control.definitions import Edit, rushes_of
from campaigns.control.demo import ensure_demo, road_code
from campaigns.control.questions import add_questions, questions_of
from campaigns.control.quiz_stock import spare, stock_of
from campaigns.control.quizzes import quizzes_of
from campaigns.control.seasons import close_season
from campaigns.db.models import Activity, Question, QuestionVersion
from campaigns.domain.draw import Draw
from campaigns.domain.simulation import Forecast
from campaigns.play.join import find_run
from campaigns.play.live import newest_run


def test_the_demo_has_a_road_of_five_gates_in_both_languages(services: Services) -> None:
    ensure_demo(services)
    run = find_run(services, road_code(services))
    assert run is not None and run.state == "playing"
    [quiz] = quizzes_of(services, run.campaign_id)
    levels = quiz.draft.rules.levels
    assert [level.pass_mark for level in levels] == [30, 40, 50, 60, 70]
    for level in levels:
        assert all(level.title[language] and level.story[language] for language in ("zh", "en"))


def test_a_play_of_the_demo_can_be_drawn_and_every_retry_has_new_questions(services: Services) -> None:
    ensure_demo(services)
    run = find_run(services, road_code(services))
    assert run is not None
    [quiz] = quizzes_of(services, run.campaign_id)
    stock, rules = stock_of(services, run.campaign_id), quiz.draft.rules
    drawn = stock.drawn(rules)
    assert isinstance(drawn, Draw)
    assert [n for n, level in enumerate(rules.levels, start=1) if not spare(drawn, n, level)] == []
    assert [len(level) for level in drawn.levels] == [5, 5, 5, 5, 5]
    forecast = stock.forecast(rules)
    assert isinstance(forecast, Forecast) and forecast.levels[0].passed > 0.9 > forecast.finished > 0


def test_every_question_of_the_demo_stands_in_the_bank_once(services: Services) -> None:
    found = find_run(services, ensure_demo(services))
    assert found is not None
    texts = select(QuestionVersion.body["text"]["zh"].astext, QuestionVersion.body["choices"].astext)
    here = texts.join(Question, Question.id == QuestionVersion.question_id)
    here = here.where(Question.campaign_id == found.campaign_id, Question.state == "reviewed")
    with services.sql.connect() as sql:
        rows = sql.execute(here).all()
    assert len(rows) == len(set(map(tuple, rows))) == 85


def test_the_wall_of_a_fresh_demo_shows_the_rush_to_scan_into(services: Services) -> None:
    found = find_run(services, ensure_demo(services))
    assert found is not None
    assert newest_run(services, found.campaign_id) == found.id


def test_a_closed_road_is_opened_again_by_the_next_start(services: Services) -> None:
    ensure_demo(services)
    code = road_code(services)
    run = find_run(services, code)
    assert run is not None and close_season(services, run.id, "operator:1") is Moved.MOVED
    ensure_demo(services)
    again = road_code(services)
    assert again != code and road_code(services) == again


def test_questions_that_an_older_demo_wrote_twice_are_retired_with_the_road(services: Services) -> None:
    """As before the bank: the opening rush has questions of its own."""
    found = find_run(services, ensure_demo(services))
    assert found is not None
    [opening, _] = rushes_of(services, found.campaign_id)
    twice = questions_of(services, opening.id)[0].question
    assert add_questions(services, opening.id, opening.version, [twice]) is Edit.SAVED
    with services.sql.begin() as sql:
        sql.execute(delete(Activity).where(Activity.campaign_id == found.campaign_id, Activity.kind == "quiz"))
    ensure_demo(services)
    with services.sql.connect() as sql:
        own = questions_of(services, opening.id)
        retired = select(Question.id).where(Question.state == "retired", Question.campaign_id == found.campaign_id)
        assert list(sql.scalars(retired)) == [own[-1].id]
