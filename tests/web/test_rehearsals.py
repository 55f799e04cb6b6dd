"""The pages of a rehearsal as operators see them, and what fans are told who come to one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select, update

from campaigns.bootstrap import Services
from campaigns.control.conduct import cancel
from campaigns.control.desk import desk_view
from campaigns.control.rehearsals import rehearsal, start_rehearsal
from campaigns.control.runs import run_summary
from campaigns.db.models import Run
from campaigns.db.rehearsals import Rehearsal
from campaigns.domain.rehearsal import Plan
from campaigns.domain.rehearsal_report import Breaks, Measured
from campaigns.settle.rehearsal.clearing import clear_rehearsal
from tests.web.conftest import Browser

FORM: dict[str, object] = {
    "fans": "40",
    "expected": "5000",
    "skill": "70",
    "speed_s": "3",
    "delay_ms": "120",
    "dropouts": "10",
}
FORM |= {"pace_s": "2", "by_itself": "on"}
FACTS = {
    "name": "a.png",
    "languages": ["zh"],
    "explanation": True,
    "screen": 1,
    "code": "K7M2QD",
    "let_in": 1,
    "fans": 2,
}
FACTS |= {
    "lost": 2,
    "refused": ["fan 3: <no>"],
    "late": 1,
    "of": 9,
    "ack_p99_ms": 312.4,
    "audience": 9000,
    "sockets": 800,
}
FACTS |= {"rate": 4000, "carried": 270, "peak": 60, "questions": [1, 2], "error": "KeyError()"}


@pytest.fixture
def run_id(services: Services, rush_id: int, question_id: int) -> Iterator[int]:
    """A rehearsal, its lobby open."""
    with services.sql.begin() as sql:
        sql.execute(delete(Rehearsal))
    made = start_rehearsal(services, rush_id, Plan(fans=30), "operator:1")
    assert made is not None
    yield made


def report_of(findings: list[dict[str, object]]) -> dict[str, object]:
    measured = Measured(30, let_in=30, recorded=88, peak=12, ack_p99_ms=41.0).to_dict()
    load = {"audience": 5000, "rate": 2000, "carried": 270, "sockets": 17000}
    return {"findings": findings, "measured": measured, "figures": {"rows": 88}, "load": load}


def tell(services: Services, run_id: int, findings: list[dict[str, object]]) -> None:
    cancel(services, run_id, "operator:1")
    with services.sql.begin() as sql:
        sql.execute(update(Rehearsal).where(Rehearsal.run_id == run_id).values(report=report_of(findings)))


def test_a_rehearsal_begins_with_its_settings_and_leads_to_the_desk(
    operator: Browser, services: Services, rush_id: int, question_id: int
) -> None:
    with services.sql.begin() as sql:
        sql.execute(delete(Rehearsal))
    path = f"/operators/rushes/{rush_id}/rehearse"
    assert f"{path}" in operator.get(f"/operators/rushes/{rush_id}").text
    assert "1 question, by itself at most 1 min" in operator.get(f"{path}?lang=en").text
    refused = operator.post(path, FORM | {"fans": "2001"}, form_at=path)
    assert refused.status_code == 400 and 'value="2001"' in refused.text and "fans-problem" in refused.text
    answer = operator.post(path, dict(FORM), form_at=path)
    assert answer.status_code == 303
    run = int(answer.headers["Location"].rsplit("/", 1)[1])
    plan = rehearsal(services, run).plan
    assert plan == Plan(40, 70, 3000, 120, 10, 5000, 2000, by_itself=True)
    assert desk_view(services, run).by_itself
    again = operator.post(path, dict(FORM), form_at=path)
    assert again.status_code == 400 and f"/operators/runs/{run}" in again.text, "the one under way is named"
    desk = operator.get(f"/operators/runs/{run}?lang=en").text
    assert "is-rehearsal" in desk and f"/operators/runs/{run}/rehearsal" in desk


def test_fans_are_told_that_it_is_a_rehearsal_before_they_join(
    stranger: Browser, services: Services, run_id: int
) -> None:
    page = stranger.get(f"/r/{run_summary(services, run_id).code}?lang=en").text
    assert "Nothing counts, and nothing of it stays." in page
    with services.sql.connect() as sql:
        assert sql.scalar(select(Run.rehearsal).where(Run.id == run_id))


def test_the_report_looks_again_until_it_is_there_and_then_says_what_would_break(
    operator: Browser, services: Services, run_id: int
) -> None:
    path = f"/operators/runs/{run_id}/rehearsal?lang=en"
    assert 'http-equiv="refresh"' in operator.get(path).text
    tell(services, run_id, [{"code": "too_long", "state": "bad", "n": 3, "facts": {}}])
    page = operator.get(path).text
    assert "refresh" not in page and "1 thing would break" in page and "Question 3" in page
    assert "5,000" in page and "2,000" in page and "41 ms" in page
    clear_rehearsal(services, run_id)
    again = operator.get(path).text
    assert again.split("<h1>")[1] == page.split("<h1>")[1], "and goes on saying so"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_finding_has_words(operator: Browser, services: Services, run_id: int, language: str) -> None:
    tell(services, run_id, [{"code": code.value, "state": "bad", "n": None, "facts": FACTS} for code in Breaks])
    page = operator.get(f"/operators/runs/{run_id}/rehearsal?lang={language}").text
    words = page.split('<ul class="findings">')[1].split("</ul>")[0]
    assert not [code for code in Breaks if f">{code.value}\n" in words or f">{code.value}<" in words]
    assert words.count("<li") == len(Breaks) and "&lt;no&gt;" in words


def test_a_run_that_is_no_rehearsal_has_no_such_report(operator: Browser, services: Services, run_id: int) -> None:
    assert operator.get("/operators/runs/999999/rehearsal").status_code == 404


def test_the_campaign_page_names_no_rehearsal_among_its_runs(
    operator: Browser, campaign_id: int, rush_id: int, run_id: int
) -> None:
    own = f'/operators/runs/{run_id}"'
    assert own not in operator.get(f"/operators/campaigns/{campaign_id}").text
    assert own in operator.get(f"/operators/rushes/{rush_id}").text, "the rush's page leads to its desk"
