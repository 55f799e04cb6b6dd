"""Operators import, preview and run; screens are paired."""

from __future__ import annotations

import io
import re

import pytest

from campaigns.bootstrap import Services
from campaigns.control.questions import questions_of
from campaigns.control.runs import runs_of
from tests.web.conftest import SVG, Browser


def test_an_import_brings_all_questions_with_their_pictures(
    operator: Browser, services: Services, rush_id: int
) -> None:
    sheet = "kind,text_zh,text_en,choice_a_zh,choice_a_en,choice_b_zh,choice_b_en,key,image\n"
    sheet += "single,谁？,Who?,甲,A,乙,B,b,outlines/one.svg\ntruefalse,对吗？,Right?,,,,,true,\n"
    path = f"/operators/rushes/{rush_id}/import"
    files = {"file": (io.BytesIO(sheet.encode("gb18030")), "q.csv"), "pictures": (io.BytesIO(SVG), "one.svg")}
    answer = operator.post(path, {"version": "1", **files}, form_at=path, content_type="multipart/form-data")
    assert answer.status_code == 303
    first, second = questions_of(services, rush_id)
    assert first.media_id is not None and second.media_id is None


def test_an_import_with_one_bad_cell_brings_nothing_and_names_it(
    operator: Browser, services: Services, rush_id: int
) -> None:
    sheet = "kind,text_zh,text_en,choice_a_zh,choice_a_en,choice_b_zh,choice_b_en,key\n"
    sheet += "single,谁？,Who?,甲,A,乙,B,b\nsingle,谁呢？,And who?,甲,A,乙,B,f\n"
    path = f"/operators/rushes/{rush_id}/import"
    answer = operator.post(path, {"version": "1", "pasted": sheet}, form_at=path)
    assert answer.status_code == 400
    assert re.search(r">3</td><td><code>key</code></td><td[^>]*>f</td><td>a, b 中的一个", answer.text)
    assert "And who?" in answer.text  # what was pasted is still there
    assert questions_of(services, rush_id) == []


@pytest.mark.parametrize("pasted", ["", "{", "kind\nsingle", "<html>", "[" * 5000])
def test_an_import_of_anything_else_is_refused_with_a_reason(operator: Browser, rush_id: int, pasted: str) -> None:
    path = f"/operators/rushes/{rush_id}/import"
    answer = operator.post(path, {"version": "1", "pasted": pasted}, form_at=path)
    assert answer.status_code == 400
    assert "<td" in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize("face", ["fans", "displays"])
def test_a_preview_carries_neither_key_nor_explanation(
    operator: Browser, rush_id: int, question_id: int, face: str
) -> None:
    page = operator.get(f"/operators/rushes/{rush_id}/questions/{question_id}/preview/{face}/en")
    assert "Which is heavier?" in page.text and "Second" in page.text and "Set-Cookie" not in page.headers
    chinese = operator.get(f"/operators/rushes/{rush_id}/questions/{question_id}/preview/{face}/zh")
    assert "Sample" in page.text and 'lang="zh-CN"' in chinese.text
    assert "canary-7f3a" not in page.text
    assert '"key"' not in page.text
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert operator.get(f"/operators/rushes/{rush_id}/questions/{question_id}/preview/karaoke/en").status_code == 404


def test_a_run_started_now_leads_to_its_desk(
    operator: Browser, services: Services, rush_id: int, question_id: int
) -> None:
    page = f"/operators/rushes/{rush_id}"
    answer = operator.post(f"{page}/runs", {"when": "now"}, form_at=page)
    run = runs_of(services, rush_id)[0]
    assert answer.headers["Location"] == f"/operators/runs/{run.id}"
    assert operator.get(f"/operators/runs/{run.id}").status_code == 200
    assert operator.get(f"/operators/runs/{run.id}/board?page=x").status_code == 200
    assert run.code in operator.get(page).text


def test_a_rush_without_questions_cannot_be_run(operator: Browser, services: Services, rush_id: int) -> None:
    page = f"/operators/rushes/{rush_id}"
    assert operator.post(f"{page}/runs", {"when": "now"}, form_at=page).status_code == 400
    assert runs_of(services, rush_id) == []


def test_a_run_is_scheduled_in_the_time_of_its_campaign(
    operator: Browser, services: Services, rush_id: int, question_id: int
) -> None:
    page = f"/operators/rushes/{rush_id}"
    operator.post(f"{page}/review", {"version": "2"}, form_at=page)
    assert operator.post(f"{page}/runs", {"starts_at": "2027-07-01T20:00"}, form_at=page).status_code == 303
    starts_at = runs_of(services, rush_id)[0].starts_at
    assert starts_at is not None and starts_at.isoformat() == "2027-07-01T18:00:00+00:00"
    assert "UTC+0200" in operator.get(page).text


@pytest.mark.parametrize("typed", ["", "tomorrow", "2020-01-01T10:00", "2027-03-28T02:30", "9999-12-31T23:59"])
def test_a_time_that_cannot_be_is_refused_and_stays_in_its_field(
    operator: Browser, services: Services, rush_id: int, question_id: int, typed: str
) -> None:
    page = f"/operators/rushes/{rush_id}"
    answer = operator.post(f"{page}/runs", {"starts_at": typed}, form_at=page)
    assert answer.status_code == 400
    assert f'value="{typed}"' in answer.text
    assert runs_of(services, rush_id) == []


def test_a_screen_is_paired_by_its_code_and_can_be_sent_away(
    operator: Browser, stranger: Browser, campaign_id: int
) -> None:
    page = f"/operators/campaigns/{campaign_id}"
    code = re.search(r"data-code[^>]*>(\w{4})<", stranger.get("/display").text)
    assert code is not None
    assert stranger.get("/display/state").json == {"paired": False, "code": code.group(1)}
    operator.post(f"{page}/displays", {"code": code.group(1).lower()}, form_at=page)
    assert stranger.get("/display/state").json == {"paired": True, "go": "/display"}
    assert 'id="screen"' in stranger.get("/display").text
    display_id = re.search(r"displays/(\d+)/revoke", operator.get(page).text)
    assert display_id is not None
    operator.post(f"{page}/displays/{display_id.group(1)}/revoke", {}, form_at=page)
    assert 'id="screen"' not in stranger.get("/display").text


@pytest.mark.parametrize(
    "path",
    ["campaigns/999", "rushes/999", "rushes/99999999999999999999", "runs/999", "media/999", "rushes/999/questions/new"],
)
def test_what_does_not_exist_is_not_found(operator: Browser, path: str) -> None:
    assert operator.get(f"/operators/{path}").status_code == 404
