"""An operator fills the bank: a file is chosen, looked at, confirmed; its questions are found, picked, and asked in a rush."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from campaigns.bootstrap import Services
from campaigns.control import bank
from campaigns.control.bank import Wish
from campaigns.control.definitions import rush as rush_found
from campaigns.domain.bank import BankState
from campaigns.files.writing import as_xlsx
from tests.browser.conftest import Hall
from tests.stage import rush, single

pytestmark = pytest.mark.browser

ANSWERS = [f"Answer {n} - max 75 characters" for n in range(1, 5)]
HEAD = [
    "",
    "Question - max 120 characters",
    *ANSWERS,
    "Time limit (sec) – 5, 10, 20",
    "Correct answer(s) - choose at least one",
]
KAHOOT = [
    *[["", "Quiz template"]] * 7,
    HEAD,
    ["1", "Which phone came first?", "Mi 1", "Mi 2", "Mi 3", "Mi 4", "20", "1"],
    ["2", "Which of these have 5G?", "Mi 10", "Mi 8", "Mi 11", "", "30", "1,3"],
    ["3", "哪台有 1.08 亿像素？", "小米9", "小米10", "", "", "20", "2"],
    ["4", "Which answer is missing?", "Mi 1", "Mi 2", "", "", "20", "4"],
]


def test_a_kahoot_becomes_questions_of_the_bank_and_of_a_rush(hall: Hall, services: Services) -> None:
    rush_id = rush(services, [single()])
    desk = hall.operator()
    page = desk.go(f"/operators/rushes/{rush_id}").page
    page.get_by_role("link", name="From the bank").click()
    page.get_by_role("link", name="Import").first.click()
    preview(page)
    confirm(page)
    page.get_by_role("link", name="Look at them").click()
    review(page)
    page.goto(f"{hall.house.url}/operators/rushes/{rush_id}")
    page.get_by_role("link", name="From the bank").click()
    page.get_by_label("Words in the question").fill("5G")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("checkbox", name=re.compile("Choose question")).check()
    page.get_by_role("button", name="Put the chosen into the rush").click()
    expect(page.locator("#questions ol > li")).to_have_count(2)
    expect(page.locator("#questions")).to_contain_text("Which of these have 5G?")


def preview(page: Page) -> None:
    file: FilePayload = {"name": "kahoot.xlsx", "mimeType": "application/xlsx", "buffer": as_xlsx(KAHOOT)}
    page.get_by_label("File", exact=True).set_input_files(files=[file])
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name="Take in 3 questions").wait_for()
    expect(page.locator(".tally--refused b")).to_have_text("1")
    page.get_by_role("navigation", name="What came of it").get_by_role("link", name="refused").click()
    expect(page.locator(".report > li")).to_have_count(1)
    expect(page.locator(".report")).to_contain_text("numbers of filled answers")


def confirm(page: Page) -> None:
    page.get_by_role("button", name="Take in 3 questions").click()
    page.get_by_text("3 questions came into the bank.").wait_for()


def review(page: Page) -> None:
    expect(page.locator(".lines--bank > li").filter(has_text="draft")).to_have_count(3)
    page.get_by_label("State", exact=True).select_option("draft")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("all 3 that match, not only the chosen").check()
    page.get_by_role("button", name="Mark as reviewed").click()
    page.get_by_text("3 questions changed their state.").wait_for()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_bank_stands_on_a_phone_and_on_a_wide_screen(hall: Hall, services: Services, locale: str) -> None:
    campaign_id = rush_found(services, rush(services, [single(), single()])).campaign_id
    desk = hall.operator(locale=locale)
    bank.set_state(services, campaign_id, BankState.DRAFT, Wish())
    for width, height in ((390, 844), (1920, 1080)):
        desk.page.set_viewport_size({"width": width, "height": height})
        for path in ("bank", "bank/import", "bank/new"):
            page = desk.go(f"/operators/campaigns/{campaign_id}/{path}").page
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} at {width}"
