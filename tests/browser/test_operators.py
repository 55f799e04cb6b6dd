"""An operator before the evening: a campaign from nothing to its first lobby, both languages, the door."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from playwright.sync_api import FilePayload, Page, expect

from campaigns.bootstrap import Services
from campaigns.control.questions import questions_of
from campaigns.control.runs import run_summary
from campaigns.identity.operators import mint_login_link
from tests.browser.conftest import Hall
from tests.browser.faces import Tab
from tests.stage import run_of, single

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
    expect(page.frame_locator('iframe[title="On a phone"]').locator("button[data-el]")).to_have_count(4)
    expect(page.frame_locator('iframe[title="On the screen"]').locator("li[data-el]")).to_have_count(4)
    page.get_by_role("link", name="Back to the rush").click()


def schedule(page: Page) -> None:
    expect(page.get_by_role("button", name="Schedule", exact=True)).to_be_disabled()
    page.get_by_role("button", name="I have reviewed it").click()
    now = datetime.now(UTC)
    for days, words in ((-2, "has not passed"), (2, "the lobby opens by itself at")):
        page.locator("#starts_at").fill((now + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M"))
        page.get_by_role("button", name="Schedule", exact=True).click()
        page.get_by_text(words).first.wait_for()


def test_every_page_speaks_both_languages(hall: Hall, services: Services) -> None:
    run_id = run_of(services, [single("小米哪款更重")])
    run = run_summary(services, run_id)
    campaign, rush = f"/operators/campaigns/{run.campaign_id}", f"/operators/rushes/{run.activity_id}"
    question = questions_of(services, run.activity_id)[0].id
    paths = ["/operators", "/operators/account", f"/operators/runs/{run_id}", f"/operators/runs/{run_id}/board"]
    paths += ["/operators/campaigns/new", campaign, f"{campaign}/edit", f"{campaign}/rushes/new"]
    paths += [rush, f"{rush}/edit", f"{rush}/import", f"{rush}/questions/new"]
    paths += [f"{rush}/questions/{question}", f"{rush}/questions/{question}/preview"]
    speak_both(hall.operator(), paths)
    fan = hall.phone(locale="en").join(run.code)
    speak_both(fan, ["/", "/me", "/r/ZZZZZ9"])
    fan.expects("status of 404")
    speak_both(hall.phone(locale="en"), [f"/r/{run.code}", "/login"])


def speak_both(tab: Tab, paths: Sequence[str]) -> None:
    """Each page as it comes, then by its own switch in the other language, in which the next one comes."""
    languages = cycle(("en", "zh-CN"))
    language = next(languages)
    for path in paths:
        speaks(tab.go(path).page, language)
        language = next(languages)
        tab.page.get_by_role("link", name="中文" if language == "zh-CN" else "English").click()
        speaks(tab.page, language)


def speaks(page: Page, language: str) -> None:
    """No sentence of the other language is left standing."""
    expect(page.locator("html")).to_have_attribute("lang", language)
    settled(page)
    foreign = r"[\u4e00-\u9fff]{2,}" if language == "en" else r"[A-Za-z]{2,} [a-z]{2,} [a-z]+"
    left = re.findall(foreign, own_words(page))
    assert not left, f"not in {language} on {page.url}: {left}"


def settled(page: Page) -> None:
    if page.locator("#desk").count():
        page.locator("#next").wait_for()


OWN_WORDS = """() => [...document.querySelectorAll('h1,h2,h3,p,label,legend,button,a,th,dt,summary,figcaption,option')]
  .filter((el) => el.checkVisibility() && !el.closest('[lang]:not(html), #mirror, .card__text, .upcoming, .rounds, .sample'))
  .map((el) => el.innerText).join('\\n')"""
AUTHORED = re.compile("测试|抢答|小米哪款更重|选项")


def own_words(page: Page) -> str:
    """What the page says itself; names and questions that operators wrote are theirs."""
    return AUTHORED.sub("", str(page.evaluate(OWN_WORDS)))


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
    for _ in range(4):
        log_in(page, "guessed")
        page.get_by_text("Name and password do not belong together.").wait_for()
    log_in(page, "correct horse battery")
    page.get_by_text("Too many tries in a short time.").wait_for()
    desk.expects("status of (403|429)")


def log_in(page: Page, password: str) -> None:
    page.get_by_label("Name", exact=True).fill("Nachtwache")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in").click()
