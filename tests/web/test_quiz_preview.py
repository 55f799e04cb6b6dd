"""The preview of a quiz: the page of the fans, as saved or as it stands in the form; nothing of it is recorded."""

from __future__ import annotations

import json
import re
from typing import Any

from campaigns.bootstrap import Services
from campaigns.control.quizzes import quiz
from campaigns.play.quiz.imagined import Face
from tests.web.conftest import Browser
from tests.web.test_quizzes import fields, made, stock


def test_the_preview_is_the_page_of_the_fans_in_both_languages_at_once(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    stock(services, campaign_id)
    path = f"/operators/quizzes/{made(operator, campaign_id)}/preview"
    assert operator.get(f"{path}?lang=en").text.count("<iframe") == 8
    for face in Face:
        chinese, english = (operator.get(f"{path}/{face}/{spoken}") for spoken in ("zh", "en"))
        assert "智勇大冲关" in chinese.text and "The gate run" in english.text
        assert "frame-ancestors 'self'" in chinese.headers["Content-Security-Policy"]
        assert "operators-road-preview" in english.text and "Set-Cookie" not in english.headers
    assert operator.get(f"{path}/inside/zh").status_code == 404
    assert operator.get(f"{path}/map/fr").status_code == 404


def live(operator: Browser, path: str, face: str, typed: dict[str, str]) -> dict[str, Any]:
    """What the live preview says of the form as it stands."""
    answer = operator.post(f"{path}/preview/{face}", dict(typed), form_at=f"{path}/edit")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def played(told: dict[str, Any]) -> dict[str, Any]:
    """What the page of a face shows of the play."""
    data = re.search(r'id="page">(.*?)</script>', told["page"], re.S)
    assert data is not None
    found: dict[str, Any] = json.loads(data.group(1))["snapshot"]["you"]["play"]
    return found


def test_the_live_preview_shows_what_is_typed_and_saves_nothing(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    stock(services, campaign_id)
    quiz_id = made(operator, campaign_id)
    before, path = quiz(services, quiz_id), f"/operators/quizzes/{quiz_id}"
    sent = fields(operator, f"{path}/edit")
    sent |= {"title_zh": "未保存", "levels[1].seconds": "40", "levels[1].lives": "3", "levels[1].pass_mark": "120"}

    assert "未保存" in live(operator, path, "map/zh", sent)["page"]
    asked = played(live(operator, path, "question/zh?level=2", sent))
    assert (asked["level"], asked["lives"], asked["pass_mark"]) == (2, 3, 120)
    assert asked["open"]["closes_ms"] - asked["open"]["opened_ms"] == 40_000 and "key" not in asked["open"]["question"]
    told = played(live(operator, path, "verdict/zh?level=1", sent))
    assert (told["level"], told["open"], told["verdict"]["right"], told["verdict"]["gained"]) == (1, None, True, 10)
    ended = played(live(operator, path, "result/zh", sent))
    assert (ended["state"], [gate["passed"] for gate in ended["levels"]]) == ("ended", [True] * 3)
    assert quiz(services, quiz_id) == before


def test_the_live_preview_says_what_saving_would_refuse_and_what_the_bank_lacks(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    quiz_id = made(operator, campaign_id, preset="hardcore")
    path = f"/operators/quizzes/{quiz_id}"
    sent = fields(operator, f"{path}/edit")
    for field, value in (("levels[0].seconds", "3"), ("title_en", ""), ("levels[1].pass_mark", "10001")):
        saved = operator.post(f"{path}/edit", dict(sent | {field: value}), form_at=f"{path}/edit")
        refused = live(operator, path, "map/en", sent | {field: value})
        assert (saved.status_code, refused["page"], list(refused["problems"])) == (400, None, [field])
        assert f'id="{field}-problem"' in saved.text
    short = live(operator, path, "question/en", sent)
    assert "No play can be drawn" in short["page"] and "No play can be drawn" in short["remarks"][0]
    stock(services, campaign_id)
    high = live(operator, path, "map/en", sent | {"levels[2].pass_mark": "7000"})
    assert high["remarks"] == [
        "Nobody can pass gate 3: its pass mark is 7,000 points, its questions bring 5,000 at most."
    ]
