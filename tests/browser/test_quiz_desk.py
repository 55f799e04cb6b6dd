"""An operator and the quiz: from a preset to an open season, a fan's pass on the wall within seconds, the play read, the end."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from campaigns.bootstrap import Services
from campaigns.control.bank_writing import add_question
from campaigns.control.definitions import CampaignDraft, create_campaign
from tests.browser.conftest import Hall
from tests.browser.faces import Wall
from tests.browser.road_faces import rider
from tests.play.quiz.conftest import asked

pytestmark = pytest.mark.browser


def campaign_with_a_bank(services: Services) -> int:
    """Every right answer begins with an a."""
    campaign_id = create_campaign(
        services, CampaignDraft({"zh": "冲关之夜", "en": "Gate night"}, "Asia/Shanghai", Decimal(1))
    )
    with services.sql.begin() as sql:
        for n in range(60):
            add_question(sql, campaign_id, asked(n, 1 + n % 5), services.now().at)
    return campaign_id


def test_a_quiz_from_its_preset_to_its_podium(hall: Hall, services: Services) -> None:
    campaign_id = campaign_with_a_bank(services)
    desk = hall.operator()
    page = desk.go(f"/operators/campaigns/{campaign_id}").page
    make(page)
    change(page)
    desk.expects("status of 4")  # what did not fit
    simulate_and_preview(page)
    page.get_by_role("button", name="Open a season").click()
    code = page.locator(".ticket__code").inner_text()
    wall = paired(hall, page, campaign_id)
    expect(wall.scene("road")).to_contain_text("第一个闯完的人")
    fan = rider(hall).join(code, "小明").begin()
    fan.level(True, True, True, True, True).onward()
    expect(wall.page.locator(".passed__one")).to_contain_text("小明")
    expect(wall.page.locator(".passed__one")).to_contain_text("冲过第 1 关")
    expect(wall.page.locator(".way__gate--lit")).to_contain_text("1")
    fan.page.locator("[data-bank]").click()
    read_and_close(page, code, campaign_id)
    expect(wall.scene("podium")).to_contain_text("典礼上打开")
    expect(wall.page.locator(".arch--open")).to_have_count(0)
    page.go_back()
    page.get_by_role("button", name="Reveal the boards").click()
    expect(page.locator(".heading__facts")).not_to_contain_text("boards frozen")
    expect(wall.page.locator(".arch--1")).to_contain_text("小明")


def make(page: Page) -> None:
    page.get_by_role("link", name="Make the first quiz").click()
    page.locator("#title_en").fill("")
    page.locator("label", has_text="Relaxed").click()
    page.get_by_label("Gates").fill("2")
    page.get_by_role("button", name="Make the quiz").click()
    page.get_by_role("alert").filter(has_text="Not saved yet").wait_for()
    page.locator("#title_en").fill("The run")
    page.locator("label", has_text="Classic").click()
    page.get_by_role("button", name="Make the quiz").click()
    page.get_by_role("heading", name="The run").wait_for()
    expect(page.locator("#road ol > li")).to_have_count(2)


def change(page: Page) -> None:
    """Knobs are closed until asked for; a wrong one opens by itself, and a gate more loses nothing typed."""
    page.get_by_role("link", name="Change").click()
    expect(page.get_by_label("Pass mark").first).to_be_hidden()
    page.locator(".knob > summary").first.click()
    page.locator('[id="levels[0].title.en"]').fill("The first pass")
    live = page.frame_locator("#live iframe").first
    expect(live.locator("#map")).to_contain_text("The first pass")
    page.get_by_role("button", name="Question", exact=True).click()
    expect(live.locator("#stage .ask")).to_be_visible()
    page.get_by_text("What passing takes").first.click()
    page.get_by_label("Pass mark").first.fill("999")
    expect(page.locator("#live li")).to_contain_text("gate 1 · Pass mark Wanted: at most 200")
    page.get_by_role("button", name="Add a gate").click()
    expect(page.locator(".knob")).to_have_count(3)
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator('[id="levels[0].pass_mark-problem"]')).to_contain_text("at most 200")
    page.locator('[id="levels[0].pass_mark"]').fill("100")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("#road ol > li").first).to_contain_text("The first pass")
    expect(page.locator("#road ol > li").first).to_contain_text("passes with 100 of 200")


def simulate_and_preview(page: Page) -> None:
    page.get_by_role("link", name="Simulate").click()
    expect(page.get_by_role("meter")).to_have_count(3)
    page.get_by_role("link", name="Back to the quiz").click()
    page.get_by_role("link", name="Preview").click()
    for spoken, other in (("in Chinese", "English"), ("in English", "中文")):
        frame = page.frame_locator(f'iframe[title="Map, {spoken}"]')
        expect(frame.get_by_role("link", name=other)).to_be_visible()
        expect(frame.locator("[data-level]")).to_have_count(3)
    told = page.frame_locator('iframe[title="Verdict, in English"]')
    expect(told.locator("#stage .told--right")).to_be_visible()
    page.get_by_role("link", name="Back to the quiz").click()


def paired(hall: Hall, page: Page, campaign_id: int) -> Wall:
    wall = hall.wall()
    code = wall.pairing_code()
    season = page.url
    page.goto(f"/operators/campaigns/{campaign_id}")
    page.get_by_label("Code on the screen").fill(code)
    page.get_by_role("button", name="Pair").click()
    page.goto(season)
    return wall


def read_and_close(page: Page, code: str, campaign_id: int) -> None:
    page.reload()
    expect(page.locator(".grid--plays")).to_contain_text("not ended")
    page.get_by_role("link", name="小明").click()
    expect(page.locator(".steps")).to_contain_text("Gate 1 passed")
    expect(page.locator(".steps")).to_contain_text("Banked the bonus")
    page.get_by_role("link", name=f"Season {code}").click()
    page.get_by_text("Freeze the boards").click()
    page.get_by_role("button", name="Freeze now").click()
    expect(page.locator(".heading__facts")).to_contain_text("boards frozen")
    page.get_by_text("Close it now").click()
    page.get_by_role("button", name="Close the season").click()
    expect(page.locator(".heading .state")).to_have_text("closed")
    page.goto(f"/operators/campaigns/{campaign_id}")
    expect(page.locator("section")).to_contain_text(re.compile(r"closed.*" + code, re.S))
