"""An operator before the evening: a campaign from nothing to its first lobby, both languages, the door."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import FilePayload, Page, expect

from campaigns.bootstrap import Services
from campaigns.identity.operators import mint_login_link
from tests.browser.conftest import Hall

pytestmark = pytest.mark.browser

REFUSED = "status of 4"
COLUMNS = "kind,text_zh,text_en,choice_a_zh,choice_a_en,choice_b_zh,choice_b_en,key"
GOOD = f"""{COLUMNS}
single,哪台更重？,Which one is heavier?,小米10,Mi 10,小米11 Ultra,Mi 11 Ultra,b
truefalse,小米1S 比小米11 Ultra 厚。,The Mi 1S is thicker than the Mi 11 Ultra.,,,,,true
"""
LAME = (
    "kind,text_zh,choice_a_zh,choice_a_en,choice_b_zh,choice_b_en,key\nsingle,哪台更重？,小米10,Mi 10,小米11,Mi 11,b\n"
)


def test_a_campaign_grows_from_nothing_to_an_open_lobby(hall: Hall, services: Services) -> None:
    desk = hall.operator()
    page = desk.go("/operators").page
    new_campaign(page)
    new_rush(page)
    first_question(page)
    import_questions(page)
    preview(page)
    schedule(page)
    page.get_by_role("button", name="Open the lobby now").click()
    desk.has('#next[data-step="ask"]')
    code = page.locator(".door__code").inner_text()
    hall.phone(locale="en").join(code).page.get_by_role("heading", name="Launch night").wait_for()
    desk.expects(REFUSED)


def new_campaign(page: Page) -> None:
    page.get_by_role("link", name=re.compile("New campaign|Make the first campaign")).click()
    page.locator("#title_zh").fill("发布会之夜")
    page.get_by_role("button", name="Make the campaign").click()
    page.get_by_role("alert").filter(has_text="Not saved yet").wait_for()
    assert page.locator("#title_zh").input_value() == "发布会之夜"
    page.locator("#title_en").fill("Launch night")
    page.get_by_role("button", name="Make the campaign").click()
    page.get_by_role("heading", name="Launch night").wait_for()


def new_rush(page: Page) -> None:
    page.get_by_role("link", name="Make the first rush").click()
    page.locator("#title_zh").fill("抢答")
    page.locator("#title_en").fill("The rush")
    page.get_by_text("First few", exact=False).or_(page.locator("label", has_text="fastest few")).first.click()
    page.get_by_label("How many are first").fill("5")
    page.get_by_role("button", name="Make the rush").click()
    page.get_by_role("heading", name="The rush").wait_for()


def first_question(page: Page) -> None:
    page.get_by_role("link", name="Write a question").click()
    page.locator("#text_zh").fill("哪台最早发布？")
    page.locator("#text_en").fill("Which came first?")
    for letter, phone in zip("abcd", ("Mi 1", "Mi 2", "Mi 3", "Mi 4"), strict=True):
        for language in ("zh", "en"):
            page.locator(f"[name=choice_{letter}_{language}]").fill(phone)
    page.get_by_role("button", name="Add the question").click()
    page.get_by_role("alert").filter(has_text="Not saved yet").wait_for()  # no key yet
    page.locator("label", has=page.locator("input[name=key][value=a]")).click()
    page.get_by_role("button", name="Add the question").click()
    page.get_by_text("The question stands at the end of the rush.").wait_for()


def import_questions(page: Page) -> None:
    """A file without a column brings in nothing and says which; a good one brings in all."""
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("Or paste the text here").fill(LAME)
    page.get_by_role("button", name="Import").click()
    page.get_by_role("alert").filter(has_text="Nothing was imported").wait_for()
    expect(page.get_by_role("table")).to_contain_text("text_en")
    page.get_by_role("link", name="The rush").click()
    expect(page.locator("#questions ol > li")).to_have_count(1)
    page.get_by_role("link", name="Import", exact=True).click()
    file: FilePayload = {"name": "questions.csv", "mimeType": "text/csv", "buffer": GOOD.encode()}
    page.get_by_label("CSV or JSON file").set_input_files(files=[file])
    page.get_by_role("button", name="Import").click()
    page.get_by_text("2 questions came in.").wait_for()
    expect(page.locator("#questions ol > li")).to_have_count(3)


def preview(page: Page) -> None:
    """The true pages, side by side."""
    page.get_by_role("link", name="Preview").first.click()
    expect(page.frame_locator('iframe[title="On a phone, in English"]').locator("button[data-el]")).to_have_count(4)
    expect(page.frame_locator('iframe[title="On the screen, in Chinese"]').locator("li[data-el]")).to_have_count(4)
    page.get_by_role("link", name="Back to the rush").click()


def schedule(page: Page) -> None:
    expect(page.get_by_role("button", name="Schedule", exact=True)).to_be_disabled()
    page.get_by_role("button", name="I have reviewed it").click()
    now = datetime.now(UTC)
    for days, words in ((-2, "has not passed"), (2, "the lobby opens by itself at")):
        page.locator("#starts_at").fill((now + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M"))
        page.get_by_role("button", name="Schedule", exact=True).click()
        page.get_by_text(words).first.wait_for()


def test_the_door_lets_in_lets_out_and_slows_down_who_guesses(hall: Hall, services: Services) -> None:
    desk = hall.desk()
    page = desk.go(f"/login/{mint_login_link(services, 'Nachtwache')}").page
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("New password").fill("correct horse battery")
    page.get_by_label("Once more").fill("correct horse battery")
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("button", name="Log out").click()
    desk.go("/operators")
    expect(page).to_have_url(re.compile("/login"))
    log_in(page, "correct horse battery")
    page.get_by_role("heading", name="Campaigns").wait_for()
    page.get_by_role("button", name="Log out").click()
    slower = page.get_by_text("Too many tries in a short time.")
    for _ in range(19):  # five in one minute, however slow they begin
        log_in(page, "guessed")
        slower.or_(page.get_by_text("Name and password do not belong together.")).wait_for()
        if slower.count():
            break
    expect(slower).to_be_visible()
    desk.expects("status of (403|429)")


def log_in(page: Page, password: str) -> None:
    page.get_by_label("Name", exact=True).fill("Nachtwache")
    page.get_by_label("Password", exact=True).fill(password)
    with page.expect_navigation():  # the words of the last try are gone
        page.get_by_role("button", name="Log in").click()
