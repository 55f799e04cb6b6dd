"""The report's page, its files and its what-if as an operator meets them in the browser."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, create_campaign
from campaigns.control.quizzes import QuizDraft, create_quiz
from campaigns.control.report.figures import report
from campaigns.control.seasons import make_season
from campaigns.db.models import Participation
from campaigns.db.records import Answer, Score, Settlement
from campaigns.domain.errors import NotFound
from campaigns.settle.rebuild import recompute
from tests.conftest import FakeTime
from tests.play.quiz.conftest import ROAD
from tests.show import Show
from tests.stage import QUICK, estimate, single
from tests.web.conftest import Browser

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def show(services: Services) -> Iterator[Show]:
    """Two questions, five fans of two channels; one invited another, one came and never answered, one is void."""
    time = FakeTime()
    questions = [single("谁更重？"), estimate(), single("作废")]
    with Show(replace(services, now=time), time, questions, replace(QUICK, streak=True)) as made:
        fans = made.fans("小明", "小华", "<b>小红</b>"[3:5], "老王", "沉默")
        with made.services.sql.begin() as sql:
            own = update(Participation).where(Participation.fan_id.in_(fans[:2]))
            sql.execute(own.values(first_channel="core", last_channel="core"))
            sql.execute(update(Participation).where(Participation.fan_id == fans[1]).values(inviter_id=fans[0]))
            sql.execute(update(Participation).where(Participation.fan_id == fans[2]).values(nickname="<b>红</b>"))
        made.play({fans[0]: ("b", 500), fans[1]: ("b", 2500), fans[2]: ("a", 60), fans[3]: ("b", 4000)})
        made.next()
        made.ask()
        for n, fan in enumerate(fans[:3]):
            made.say(fan, value=190.0 + 4 * n, after_ms=1500, rtt_ms=(30, 80, 900)[n])
        made.close()
        made.settle_all()
        made.next()
        made.next()
        made.play({fans[0]: ("b", 500)})
        made.void(3)
        made.settle_all()
        yield made


def test_its_figures_are_those_of_the_record(show: Show) -> None:
    found = report(show.services, show.run_id)
    answers = select(func.count()).where(Answer.round_id.in_([show.round(n).id for n in (1, 2, 3)]))
    assert found.answers == show.row(answers)[0] == 8
    assert (found.joined, found.played, found.flagged) == (5, 4, 1)
    for each in found.questions[:2]:
        row = show.round(each.n)
        held = show.rows(select(Score).where(Score.round_id == row.id, Score.version == row.version))
        times = sorted(score.elapsed_ms for score in held if score.elapsed_ms is not None)
        assert each.right == sum(bool(score.right) for score in held)
        assert each.median_ms == times[(len(times) - 1) // 2]
        assert each.answered == len(times) == sum(right + wrong for right, wrong in each.curve)
        counted = select(Settlement.result).where(Settlement.round_id == row.id, Settlement.version == row.version)
        assert [said.fans for said in each.said] or list(each.bins) == show.row(counted)[0]["counts"]
    assert found.questions[2].voided and found.questions[2].share is None
    assert found.share == pytest.approx(6 / 7)


def test_joins_answers_and_finishers_go_by_channel_and_by_who_invited(show: Show) -> None:
    found = report(show.services, show.run_id)
    assert [(each.name, each.joined, each.answers, each.finished) for each in found.channels] == [
        (None, 3, 3, 0),
        ("core", 2, 5, 1),
    ]
    assert [(each.name, each.joined, each.answers, each.finished) for each in found.inviters] == [("小明", 1, 2, 0)]


def test_round_trips_are_counted_where_they_were_measured(show: Show) -> None:
    net = report(show.services, show.run_id).network
    assert net is not None
    assert (net.answers, net.measured, net.median_ms, net.capped) == (8, 3, 80.0, 1)
    assert net.bins == (0, 0, 1, 1, 0, 0, 1, 0)


def test_the_time_line_ends_with_everybody_and_knows_its_busiest_second(show: Show) -> None:
    line = report(show.services, show.run_id).timeline
    assert line is not None
    assert line.joined[-1] == 5 and list(line.joined) == sorted(line.joined)
    received = show.rows(select(Answer.received_at).where(Answer.round_id.in_([show.round(n).id for n in (1, 2, 3)])))
    seconds = [row.received_at.replace(microsecond=0) for row in received]
    assert max(line.rate) == max(seconds.count(each) for each in seconds)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_draws_well_formed_charts_that_say_what_they_show(
    show: Show, operator: Browser, language: str
) -> None:
    page = operator.get(f"/operators/runs/{show.run_id}/report?lang={language}")
    assert page.status_code == 200
    plots = re.findall(r'<svg class="plot".*?</svg>', page.text, re.S)
    assert len(plots) == 2 + 1 + 3  # the clock's two, the estimate's values, three questions' times
    for plot in plots:
        drawn = ElementTree.fromstring(plot)
        assert drawn.findtext("title") and drawn.findtext("desc")
        assert all(0 <= float(bar.attrib["y"]) <= 100 for bar in drawn.iter("rect"))
    assert "<b>红</b>" not in page.text and "style=" not in page.text
    assert {"zh": "假如", "en": "What if"}[language] in page.text


def test_elements_on_paper_are_those_of_the_phones() -> None:
    drawn = re.findall(r'"(M[^"]+)"', (ROOT / "static/js/shared/elements.js").read_text())
    assert re.findall(r'^  "(M[^"]+)"', (ROOT / "templates/operators/_charts.html").read_text(), re.M) == drawn
    assert len(drawn) == 6


def test_what_if_shows_another_board_and_leaves_the_record_alone(show: Show, operator: Browser) -> None:
    path = f"/operators/runs/{show.run_id}/report?lang=en"
    assert "As it would be" not in operator.get(path).text
    page = operator.get(f"{path}&rule=flat&first_n=3&pot=10000&lives=0&n=1&right=a").text
    assert "As it would be" in page and "another key for question 1" in page and "&lt;b&gt;红&lt;/b&gt;" in page
    assert recompute(show.services, show.run_id).differences == []


@pytest.mark.parametrize(
    "wish",
    [
        "rule=none",
        "rule=flat&first_n=0",
        "n=1&right=z",
        "n=1",
        "n=1&right=a&right=b",
        "n=2&value=many",
        "rule=flat&pot=x",
    ],
)
def test_a_wish_that_cannot_be_is_a_problem_of_its_field(show: Show, operator: Browser, wish: str) -> None:
    page = operator.get(f"/operators/runs/{show.run_id}/report?lang=en&{wish}")
    assert page.status_code == 200
    assert "entry__problem" in page.text and "As it would be" not in page.text


def sheets_of(browser: Browser, run_id: int, language: str) -> list[str]:
    with browser.get(f"/operators/runs/{run_id}/export.xlsx?lang={language}") as book:
        return list(CalamineWorkbook.from_filelike(io.BytesIO(book.data)).sheet_names)


def test_files_are_downloads_in_the_language_of_the_page(show: Show, operator: Browser) -> None:
    code = show.run().code
    with operator.get(f"/operators/runs/{show.run_id}/export/board.csv?lang=zh") as sheet:
        assert sheet.headers["Content-Disposition"] == f"attachment; filename={code}-board.csv"
        assert sheet.headers["Cache-Control"] == "no-store" and sheet.mimetype == "text/csv"
        rows = list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig"), newline="")))
    assert rows[0][0] == "名次" and len(rows) == 6
    assert sheets_of(operator, show.run_id, "en") == ["Board", "Winners", "Answers", "Events"]
    assert operator.get(f"/operators/runs/{show.run_id}/export/secrets.csv").status_code == 404
    assert operator.get("/operators/runs/999999/export.xlsx").status_code == 404


def test_a_season_has_files_and_no_report_of_its_own(services: Services, operator: Browser) -> None:
    draft = CampaignDraft({"zh": "关", "en": "Gate"}, "Asia/Shanghai", Decimal(1))
    quiz_id = create_quiz(services, create_campaign(services, draft), QuizDraft({"zh": "大冲关", "en": "Road"}, ROAD))
    run_id = make_season(services, quiz_id, actor="test")
    assert operator.get(f"/operators/runs/{run_id}/report").headers["Location"].endswith(f"/operators/seasons/{run_id}")
    with pytest.raises(NotFound):
        report(services, run_id)
    assert sheets_of(operator, run_id, "zh") == ["排行榜", "对局成绩", "事件"]
    assert f"/operators/runs/{run_id}/export/results.csv" in operator.get(f"/operators/seasons/{run_id}").text


def test_a_run_to_which_nobody_came_has_a_page_too(show: Show, operator: Browser) -> None:
    empty = show.another()
    page = operator.get(f"/operators/runs/{empty.run_id}/report?lang=en")
    assert page.status_code == 200 and "No question has been judged yet" in page.text
