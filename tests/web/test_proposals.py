"""The page on which a fan proposes, the operator's list, and what /me says of it."""

from __future__ import annotations

import re

from flask import Flask

from campaigns.control.bank import card
from campaigns.control.definitions import campaign
from campaigns.control.proposals import open_proposals
from campaigns.control.themes import edit_theme
from campaigns.domain.theme import Theme
from tests.play.quiz.conftest import Season, Table, season
from tests.web.conftest import Browser

__all__ = ["season"]
TYPED = {
    "language": "zh",
    "text": "哪一代最轻？",
    "choice_a": "一代",
    "choice_b": "二代",
    "right": "1",
    "explanation": "因为",
}


def joined(app: Flask, table: Table, name: str = "小明") -> Browser:
    browser = Browser(app)
    page = f"/r/{table.code}"
    assert browser.post(f"{page}/join", {"nickname": name}, form_at=page).status_code == 303
    return browser


def propose(browser: Browser, table: Table, **changes: str) -> tuple[int, str]:
    page = f"/r/{table.code}/propose"
    answer = browser.post(page, {**TYPED, **changes}, form_at=page)
    return answer.status_code, answer.text


def test_a_fan_proposes_and_sees_what_becomes_of_it(app: Flask, operator: Browser, season: Season) -> None:
    table = season()
    fan = joined(app, table)
    edit_theme(table.services, table.campaign_id, campaign(table.services, table.campaign_id).version, Theme())
    assert "data-themed" in fan.get(f"/r/{table.code}/propose").text
    assert propose(fan, table)[0] == 303
    assert "哪一代最轻？" in fan.get("/me").text and "等待审阅" in fan.get("/me?lang=zh").text
    waiting = f"/operators/campaigns/{table.campaign_id}/proposals"
    listed = operator.get(waiting)
    assert "哪一代最轻？" in listed.text and "小明" in listed.text
    question = open_proposals(table.services, table.campaign_id)[0].id
    answer = operator.post(f"{waiting}/{question}", {"to": "refuse", "reason": ""}, form_at=waiting)
    assert answer.status_code == 303 and len(open_proposals(table.services, table.campaign_id)) == 1
    operator.post(f"{waiting}/{question}", {"to": "refuse", "reason": "已经有<b>了"}, form_at=waiting)
    assert "已经有&lt;b&gt;了" in fan.get("/me").text
    assert open_proposals(table.services, table.campaign_id) == []


def test_an_accepted_one_is_in_the_game(app: Flask, operator: Browser, season: Season) -> None:
    table = season()
    fan = joined(app, table)
    propose(fan, table)
    waiting = f"/operators/campaigns/{table.campaign_id}/proposals"
    question = open_proposals(table.services, table.campaign_id)[0].id
    operator.post(
        f"{waiting}/{question}", {"to": "accept", "difficulty": "2", "tags": "camera，weight"}, form_at=waiting
    )
    kept = card(table.services, table.campaign_id, question)
    assert (kept.question.difficulty, kept.question.tags) == (2, ("camera", "weight"))
    told = operator.get(f"{waiting}?lang=zh").text
    assert re.search(r"从现在起可能被抽到：[^，<]* 2。", told)  # by the second gate: the first asks for difficulty 1
    assert "已入题库" in fan.get("/me?lang=zh").text


def test_what_is_wrong_is_said_and_what_was_typed_stays(app: Flask, season: Season) -> None:
    table = season()
    fan = joined(app, table)
    for changes in (
        {"choice_b": ""},
        {"right": "3"},
        {"right": "x"},
        {"text": " "},
        {"language": "fr"},
        {"choice_a": "傻逼"},
    ):
        status, page = propose(fan, table, **changes)
        assert status == 400 and 'role="alert"' in page and "因为" in page, changes
    assert open_proposals(table.services, table.campaign_id) == []


def test_who_has_not_joined_is_led_to_the_join_page_and_a_flood_is_slowed(app: Flask, season: Season) -> None:
    table, other = season(), season()
    fan = joined(app, table)
    assert fan.get(f"/r/{other.code}/propose").headers["Location"] == f"/r/{other.code}"
    assert Browser(app).get(f"/r/{table.code}/propose").headers["Location"] == "/"
    assert fan.get("/r/NOSUCH/propose").status_code == 404
    statuses = [propose(fan, table, text=f"第{n}题？")[0] for n in range(8)]
    assert statuses[:4] == [303, 303, 303, 400] and statuses[-1] == 429
