"""A quiz's wall over the real wire: passes, board and numbers for displays alone; no key on any of it; no desk."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refused

from campaigns.bootstrap import Services
from campaigns.control.bank_writing import add_question
from campaigns.control.definitions import CampaignDraft, create_campaign
from campaigns.control.people import kick
from campaigns.control.quizzes import QuizDraft, create_quiz
from campaigns.control.runs import make_run, run_summary
from campaigns.control.seasons import close_season, make_season
from campaigns.domain.level import Level, Pool
from campaigns.domain.quiz_rules import QuizRules
from campaigns.play.live import newest_run
from deploy.house import House
from tests.stage import Desk, Phone, Screen, rush, single, words

WHY = "canary of the explanation"
RULES = QuizRules(
    (Level(words("第一关"), (Pool((), {1: 2}),), 20, 10), Level(words("第二关"), (Pool((), {1: 1}),), 20, 10))
)


def season_of(services: Services, **hours: Any) -> int:
    """An open season of a quiz with four questions, all of them answered by b."""
    at = services.now().at
    campaign_id = create_campaign(services, CampaignDraft(words("测试"), "Asia/Shanghai", Decimal(1)))
    with services.sql.begin() as sql:
        for n in range(4):
            question = single(f"第{n}题", right="b", explanation=words(WHY))
            add_question(sql, campaign_id, question, at)
    quiz_id = create_quiz(services, campaign_id, QuizDraft(words("大冲关"), RULES))
    return make_season(services, quiz_id, actor="test", **hours)


def pass_level(phone: Phone, questions: int = 2) -> Any:
    """The fan's open play, one level further; whoever may not know the key looks at the texts."""
    play = phone.ask("play")["play"]
    for _ in range(questions):
        play = phone.ask("ask", {"play": play["id"], "n": play["n"]})["play"]
        texts = [choice["en"] for choice in play["open"]["question"]["choices"]]
        said = {"places": [texts.index("选项 b")]}
        play = phone.ask("reply", {"play": play["id"], "n": play["n"], **said})["play"]
    return play


def ticked(screen: Screen, wanted: Any) -> Any:
    return screen.wait(lambda event, data: event == "tick" and "passes" in data and wanted(data))


def test_a_pass_stands_on_the_wall_within_a_second_and_no_key_ever(house: House, services: Services) -> None:
    run_id = season_of(services)
    ming = Phone(house.url, services, run_id, "小明")
    with ming, Screen(house.url, services, run_id) as screen:
        road = screen.wait(lambda event, data: event == "snapshot")["scene"]
        assert road["scene"] == "road" and len(road["levels"]) == 2
        assert ticked(screen, lambda tick: tick["plays"] == 0)["passes"] == []
        assert pass_level(ming)["state"] == "passed"
        seen = ticked(screen, lambda tick: tick["passes"])
        assert [(each["name"], each["level"]) for each in seen["passes"]] == [("小明", 1)]
        assert (seen["plays"], seen["connected"]) == (1, 1)
        told = json.dumps(screen.packets, ensure_ascii=False)
        assert WHY not in told and "选项" not in told and "explanation" not in told
        assert not [data for event, data in ming.packets if event == "tick" and "passes" in data]


def test_who_is_taken_out_of_the_run_is_gone_from_the_wall(house: House, services: Services) -> None:
    run_id = season_of(services)
    rude = Phone(house.url, services, run_id, "小坏")
    with rude, Screen(house.url, services, run_id) as screen:
        public = rude.wait(lambda event, data: event == "snapshot")["you"]["fan"]
        pass_level(rude)
        ticked(screen, lambda tick: tick["passes"])
        assert kick(services, run_id, public, "operator:1") is not None
        left = ticked(screen, lambda tick: not tick["passes"])
        assert left["plays"] == 1


def test_the_road_follows_its_hours_onto_the_wall(house: House, services: Services) -> None:
    soon = services.now().at + timedelta(seconds=3)
    run_id = season_of(services, starts_at=soon)
    with Screen(house.url, services, run_id) as screen:
        before = screen.wait(lambda event, data: event == "snapshot")
        assert before["scene"]["scene"] == "scheduled" and before["scene"]["run"]["opens_at"] == soon.isoformat()
        assert run_summary(services, run_id).code in before["join_url"]
        assert before["qr"] == ""  # this house's address is its own machine's: no phone could open it
        assert screen.scene("road")["scene"] == "road"
        close_season(services, run_id, "operator:1")
        assert screen.scene("closed")["scene"] == "closed"


def test_a_season_has_no_desk(house: House, services: Services) -> None:
    run_id = season_of(services)
    with pytest.raises(Refused), Desk(house.url, services, run_id):
        pass


def test_the_wall_goes_to_a_rush_whose_lobby_opens_and_back_to_the_quiz_that_opens(services: Services) -> None:
    rush_id = rush(services, [single()])
    first = make_run(services, rush_id, actor="test")
    campaign_id = run_summary(services, first).campaign_id
    quiz_id = create_quiz(services, campaign_id, QuizDraft(words("大冲关"), RULES))
    season = make_season(services, quiz_id, actor="test")
    assert newest_run(services, campaign_id) == season
    second = make_run(services, rush_id, actor="test")
    assert newest_run(services, campaign_id) == second
