"""Whether a page speaks one language: no sentence of its own is left standing in the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from playwright.sync_api import Page, expect

from tests.browser.faces import Tab

LANGUAGES = ("en", "zh-CN")


def speak_both(tab: Tab, paths: Sequence[str], look: Callable[[Tab, str], object] = lambda tab, path: None) -> None:
    """Each page as it comes, looked at, then by its own switch in the other language, in which the next one comes."""
    language = LANGUAGES[0]
    for path in paths:
        speaks(tab.go(path).page, language)
        look(tab, path)
        language = switched(tab, language)


def switched(tab: Tab, language: str) -> str:
    """The same page by its own switch in the other language, which is returned."""
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    tab.page.get_by_role("link", name="中文" if other == "zh-CN" else "English").click()
    speaks(tab.page, other)
    return other


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
AUTHORED = re.compile("测试|抢答|小米哪款更重|选项|有多重|因为")


def own_words(page: Page) -> str:
    """What the page says itself; names and questions that operators wrote are theirs."""
    return AUTHORED.sub("", str(page.evaluate(OWN_WORDS)))
