"""A quiz's wall over the real wire: passes, board and numbers for displays alone; no key on any of it; no desk."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refused
from sqlalchemy import select, update

from campaigns.bootstrap import Services
from campaigns.control.bank_writing import add_question
from campaigns.control.conduct import cancel
from campaigns.control.definitions import CampaignDraft, create_campaign
from campaigns.control.people import kick
from campaigns.control.quizzes import QuizDraft, create_quiz
from campaigns.control.runs import make_run, run_summary
from campaigns.control.screens import choose_wall
from campaigns.control.seasons import close_season, make_season
from campaigns.db.models import Activity, Fan, Run
from campaigns.db.records import Event
from campaigns.domain.level import Level, Pool
from campaigns.domain.quiz_rules import QuizRules
from campaigns.live.before import screens_told
from campaigns.play.live import LINGERS, newest_run
from deploy.house import House
from tests.stage import PATIENCE_S, Desk, Phone, Screen, joined_fan, rush, single, words

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
        screen.packets.clear()  # before the pass there was none on it either
        assert kick(services, run_id, public, "operator:1") is not None
        left = ticked(screen, lambda tick: not tick["passes"])
        assert left["plays"] == 1


def test_the_road_follows_its_hours_onto_the_wall(house: House, services: Services) -> None:
    soon = services.now().at + timedelta(hours=3)
    run_id = season_of(services, starts_at=soon)
    with Screen(house.url, services, run_id) as screen:
        before = screen.wait(lambda event, data: event == "snapshot")
        assert before["scene"]["scene"] == "scheduled" and before["scene"]["run"]["opens_at"] == soon.isoformat()
        assert run_summary(services, run_id).code in before["join_url"]
        assert before["qr"] == ""  # this house's address is its own machine's: no phone could open it
        with services.sql.begin() as sql:  # its hour has come
            sql.execute(update(Run).where(Run.id == run_id).values(starts_at=services.now().at))
        assert screen.scene("road")["scene"] == "road"
        close_season(services, run_id, "operator:1")
        assert screen.scene("closed")["scene"] == "closed"


def test_what_a_screen_shows_and_when_it_was_heard_is_told_for_the_checklist(house: House, services: Services) -> None:
    run_id = season_of(services)
    began_s = services.now().at.timestamp()
    with Screen(house.url, services, run_id) as screen:
        screen.scene("road")
        code = run_summary(services, run_id).code
        until = time.monotonic() + PATIENCE_S
        while not (told := [each for each in screens_told(services.live).values() if each.code == code]):
            assert time.monotonic() < until
            time.sleep(0.1)  # between two looks at Redis
    assert [each.scene for each in told] == ["road"] and told[0].heard_s >= began_s


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


def opened_long_ago(services: Services, run_id: int) -> None:
    with services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == run_id).values(created_at=services.now().at - LINGERS * 1.1))


def test_a_lobby_into_which_nobody_came_for_an_hour_leaves_the_wall_to_a_quiz_that_is_played(
    house: House, services: Services
) -> None:
    season = season_of(services)
    campaign_id = run_summary(services, season).campaign_id
    lobby = rush_beside(services, campaign_id)
    assert newest_run(services, campaign_id) == lobby  # nobody has played yet: the hall scans what opened last
    opened_long_ago(services, lobby)
    assert newest_run(services, campaign_id) == lobby
    with Phone(house.url, services, season, "小明") as ming:
        ming.ask("play")
    assert newest_run(services, campaign_id) == season
    fresh = rush_beside(services, campaign_id)
    assert newest_run(services, campaign_id) == fresh  # or nobody could scan its code
    opened_long_ago(services, fresh)
    fan_id, _ = joined_fan(services, lobby, "小红")
    assert newest_run(services, campaign_id) == lobby
    with services.sql.connect() as sql:
        public = sql.scalar(select(Fan.public).where(Fan.id == fan_id))
    kick(services, lobby, str(public), "operator:1")
    assert newest_run(services, campaign_id) == season


def test_the_screens_show_what_the_operator_chose_and_choose_again_when_let_go(
    house: House, services: Services
) -> None:
    season = season_of(services)
    campaign_id = run_summary(services, season).campaign_id
    lobby = rush_beside(services, campaign_id)
    with Screen(house.url, services, season) as screen, Desk(house.url, services, lobby) as desk:
        screen.scene("lobby")
        assert desk.wait(lambda event, data: event == "desk" and data["wall"]["shown"])["wall"]["chosen"] is False
        assert choose_wall(services, season, "operator:1")
        screen.scene("road")
        told = desk.wait(lambda event, data: event == "desk" and not data["wall"]["shown"])["wall"]
        assert told["code"] == run_summary(services, season).code
        press = desk.packets[-1][1]["next"]["seq"]
        screen.packets.clear()
        assert desk.ask("wall", {"shown": True}) == {"outcome": "moved"}
        screen.scene("lobby")
        assert desk.ask("wall", {"shown": False}) == {"outcome": "moved"}
        assert desk.ask("wall", {"shown": False}) == {"outcome": "stale"}
        assert desk.ask("next", {"seq": press}) == {"outcome": "moved"}  # a word about screens makes no press stale
    with services.sql.connect() as sql:
        kinds = sql.scalars(select(Event.kind).where(Event.campaign_id == campaign_id, Event.kind.like("wall%")))
        assert set(kinds) == {"wall_chosen", "wall_freed"}


def test_a_chosen_run_that_is_cancelled_is_shown_no_longer(services: Services) -> None:
    season = season_of(services)
    campaign_id = run_summary(services, season).campaign_id
    lobby = rush_beside(services, campaign_id)
    assert choose_wall(services, lobby, "operator:1") and newest_run(services, campaign_id) == lobby
    cancel(services, lobby, "operator:1")
    assert newest_run(services, campaign_id) == season
    assert not choose_wall(services, lobby, "operator:1")


def rush_beside(services: Services, campaign_id: int) -> int:
    """A rush's lobby, open in this campaign."""
    rush_id = rush(services, [single()])
    with services.sql.begin() as sql:
        sql.execute(update(Activity).where(Activity.id == rush_id).values(campaign_id=campaign_id))
    return make_run(services, rush_id, actor="test")
