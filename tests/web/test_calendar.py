"""Repeating and the calendar, as operators type and read them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, create_campaign
from campaigns.control.occurrences import make_occurrences, schedules_due
from campaigns.control.runs import runs_of
from campaigns.control.schedules import schedules_of
from tests.web.conftest import Browser

BERLIN = ZoneInfo("Europe/Berlin")
AGAIN: dict[str, object] = {"repeat": "weekly", "until": "", "each_late_min": "30", "ahead_days": "14", "rule": ""}


@pytest.fixture
def first(services: Services) -> str:
    """Tomorrow at 17:00 in the campaign's zone."""
    return f"{services.now().at.astimezone(BERLIN) + timedelta(days=1):%Y-%m-%d}T17:00"


@pytest.fixture
def reviewed(operator: Browser, rush_id: int, question_id: int) -> None:
    """The rush and its question have been looked at."""
    page = f"/operators/rushes/{rush_id}"
    assert operator.post(f"{page}/review", {"version": "2"}, form_at=page).status_code == 303


def test_a_rush_is_a_draft_until_somebody_says_to_have_reviewed_it(
    operator: Browser, services: Services, rush_id: int, question_id: int, first: str
) -> None:
    page = f"/operators/rushes/{rush_id}"
    assert "Only a reviewed rush opens by itself." in operator.get(f"{page}?lang=en").text
    late = operator.post(f"{page}/runs?lang=en", {"when": "later", "starts_at": first}, form_at=page)
    assert late.status_code == 400 and "reviewed as it stands" in late.text
    operator.post(f"{page}/review?lang=en", {"version": "1"}, form_at=page)
    shown = operator.get(f"{page}?lang=en").text
    assert "1 questions brought in" in shown and "I have reviewed it" in shown  # it was changed since
    operator.post(f"{page}/review", {"version": "2"}, form_at=page)
    shown = operator.get(f"{page}?lang=en").text
    assert '<span class="state state--ended">reviewed</span>' in shown and "I have reviewed it" not in shown
    assert operator.post(f"{page}/runs", {"when": "later", "starts_at": first}, form_at=page).status_code == 303


@pytest.mark.usefixtures("reviewed")
def test_a_rush_repeats_by_its_form_and_stops_by_a_button(
    operator: Browser, services: Services, rush_id: int, first: str
) -> None:
    page = f"/operators/rushes/{rush_id}"
    answer = operator.post(f"{page}/schedules", AGAIN | {"first": first}, form_at=page)
    assert answer.headers["Location"] == f"{page}#repeating"
    (one,) = schedules_of(services, rush_id)
    assert (one.what.ahead_days, one.what.late_s, one.what.recurrence.zone) == (14, 1800, BERLIN)
    shown = operator.get(f"{page}?lang=en").text
    assert re.search(r"Every \w+day 17:00", shown) and "at most 30 min late" in shown and first[5:10] in shown
    for schedule_id in schedules_due(services):
        make_occurrences(services, schedule_id)
    assert len(runs_of(services, rush_id)) == 2

    stop = f"{page}/schedules/{one.id}/stop"
    assert operator.post(stop, {"runs": "on"}, form_at=page).status_code == 303
    assert schedules_of(services, rush_id) == []
    assert {run.state for run in runs_of(services, rush_id)} == {"cancelled"}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"first": "Friday"}, "first"),
        ({"repeat": "rule", "rule": "FREQ=MINUTELY"}, "rule"),
        ({"repeat": "daily", "until": "2020-01-01"}, "until"),
        ({"each_late_min": "-1"}, "each_late_min"),
        ({"ahead_days": "0"}, "ahead_days"),
    ],
)
def test_a_repetition_that_does_not_fit_is_told_beside_its_field_and_nothing_typed_is_lost(
    operator: Browser, services: Services, rush_id: int, first: str, typed: dict[str, str], field: str
) -> None:
    page = f"/operators/rushes/{rush_id}"
    answer = operator.post(f"{page}/schedules?lang=en", AGAIN | {"first": first} | typed, form_at=page)
    assert answer.status_code == 400 and f'id="{field}-problem">Wanted: ' in answer.text
    assert typed.get("rule", typed.get("first", first)) in answer.text
    assert schedules_of(services, rush_id) == []


def test_a_quiz_repeats_with_hours_and_another_rushs_schedule_cannot_be_stopped_here(
    operator: Browser, services: Services, campaign_id: int, rush_id: int, first: str
) -> None:
    path = f"/operators/campaigns/{campaign_id}/quizzes/new"
    quiz: dict[str, object] = {"title_zh": "冲关", "title_en": "Gate run", "preset": "classic", "levels": "3"}
    page = operator.post(path, quiz, form_at=path).headers["Location"]
    quiz_id = int(page.rsplit("/", 1)[1])
    operator.post(f"{page}/schedules", AGAIN | {"first": first, "lasts_h": "6"}, form_at=page)
    (one,) = schedules_of(services, quiz_id)
    assert one.what.lasts_s == 6 * 3600
    operator.post(f"/operators/rushes/{rush_id}/schedules/{one.id}/stop", {}, form_at=page)
    assert len(schedules_of(services, quiz_id)) == 1


@pytest.mark.usefixtures("reviewed")
def test_a_single_run_says_how_late_it_may_open(
    operator: Browser, services: Services, rush_id: int, first: str
) -> None:
    page = f"/operators/rushes/{rush_id}"
    hour: dict[str, object] = {"when": "later", "starts_at": first}
    assert operator.post(f"{page}/runs", hour | {"late_min": "x"}, form_at=page).status_code == 400
    assert operator.post(f"{page}/runs", hour | {"late_min": "5"}, form_at=page).status_code == 303
    assert [run.starts_at is not None for run in runs_of(services, rush_id)] == [True]


@pytest.mark.usefixtures("reviewed")
def test_the_calendar_shows_what_is_made_and_what_will_be_in_the_zone_it_names(
    operator: Browser, services: Services, rush_id: int, first: str
) -> None:
    page = f"/operators/rushes/{rush_id}"
    operator.post(f"{page}/schedules", AGAIN | {"first": first, "repeat": "daily", "ahead_days": "1"}, form_at=page)
    for schedule_id in schedules_due(services):
        make_occurrences(services, schedule_id)
    month = (services.now().at.astimezone(BERLIN) + timedelta(days=1)).strftime("%Y-%m")
    for view in ("month", "list"):
        shown = operator.get(f"/operators/calendar?lang=en&zone=Europe/Berlin&view={view}&month={month}").text
        assert "Times of Europe/Berlin" in shown and f'href="{page}"' in shown
        assert f'<time class="num" datetime="{first[:10]}T' in shown and ">17:00</time>" in shown
    chinese = operator.get(f"/operators/calendar?lang=zh&month={month}").text
    assert "日历" in chinese and "月" in chinese


@pytest.mark.parametrize("query", ["month=2026-13", "month=9999-12", "zone=Mars/Olympus", "view=x", "month=2000-01"])
def test_a_calendar_that_is_asked_for_nonsense_still_answers(operator: Browser, query: str) -> None:
    assert operator.get(f"/operators/calendar?{query}").status_code == 200


def test_an_empty_month_says_what_to_do(operator: Browser, services: Services) -> None:
    create_campaign(services, CampaignDraft({"zh": "一", "en": "One"}, "UTC", Decimal(1)))
    assert "Nothing opens this month" in operator.get("/operators/calendar?lang=en&month=2001-01&view=list").text
