"""One house and one Chromium for all journeys, and `hall`: opens faces, closes them, and lets no complaint of a browser
pass in silence. Every test makes runs of its own, so they share the house without meeting.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, sync_playwright

from campaigns.bootstrap import Services
from campaigns.control.runs import run_summary
from campaigns.identity import cookies
from campaigns.identity.operators import consume_login_link, mint_login_link, operator_of, set_password
from deploy.house import House
from tests.browser.faces import HD, LAPTOP, PHONE, Desk, Phone, Size, Tab, Wall
from tests.realtime.conftest import house, services, settings

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
COLLEAGUE, PASSWORD = "Springer", "correct horse battery"
AnyTab = TypeVar("AnyTab", bound=Tab)
__all__ = ["house", "services", "settings"]  # one house for all modules of this folder, as for those of the wire
QUIET = "--no-sandbox --disable-gpu --disable-background-networking --no-first-run --disable-component-update --disable-sync"


@pytest.fixture(scope="session")
def pages_are_bundled() -> None:
    """`make test` has bundled them; a bare pytest does it here."""
    if not (ROOT / "static" / "dist" / "manifest.json").exists():
        subprocess.run(["node", "tools/build.mjs"], cwd=ROOT, check=True, capture_output=True)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, f"the journeys need one of {', '.join(BROWSERS)}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET.split())
        yield browser
        browser.close()


class Hall:
    """Everybody who is at the show in one test."""

    def __init__(self, browser: Browser, house: House, services: Services) -> None:
        self.browser, self.house, self.services = browser, house, services
        self.tabs: list[Tab] = []

    def phone(self, name: str = "phone", size: Size = PHONE, locale: str = "zh-CN", **profile: Any) -> Phone:
        return self._seat(Phone(self.browser, self.house.url, name, size, locale, has_touch=True, **profile))

    def stranger(self, url: str, name: str = "phone") -> Phone:
        """A phone that reaches the house by another address."""
        return self._seat(Phone(self.browser, url, name, PHONE, has_touch=True))

    def wall(self, locale: str = "zh-CN", size: Size = HD, **profile: Any) -> Wall:
        return self._seat(Wall(self.browser, self.house.url, "wall", size, locale, **profile))

    def desk(self, locale: str = "en", size: Size = LAPTOP, **profile: Any) -> Desk:
        """An operator's browser, not logged in."""
        return self._seat(Desk(self.browser, self.house.url, "desk", size, locale, **profile))

    def operator(self, locale: str = "en", size: Size = LAPTOP, **profile: Any) -> Desk:
        """An operator's browser, logged in."""
        desk = self.desk(locale, size, **profile)
        token = consume_login_link(self.services, mint_login_link(self.services))
        assert token is not None
        desk.context.add_cookies([{"name": cookies.OPERATOR, "value": token, "url": self.house.url, "httpOnly": True}])
        return desk

    def at_the_desk(self, run_id: int) -> Desk:
        desk = self.operator()
        desk.go(f"/operators/runs/{run_id}")
        desk.has("#next")
        return desk

    def code(self, run_id: int) -> str:
        return run_summary(self.services, run_id).code

    def _seat(self, tab: AnyTab) -> AnyTab:
        self.tabs.append(tab)
        return tab

    def photograph(self) -> str:
        """A picture of every open page; where they lie."""
        folder = Path(tempfile.mkdtemp(prefix="ff-pictures-"))
        for number, tab in enumerate(self.tabs):
            for page in tab.context.pages:
                page.screenshot(path=folder / f"{number}-{tab.name}-{tab.context.pages.index(page)}.png")
        return str(folder)

    def close(self) -> None:
        for tab in self.tabs:
            tab.context.close()


def colleague(services: Services) -> str:
    """The session of an operator with a password. What campaign is made later belongs to this one and the usual one."""
    mint_login_link(services)
    token = consume_login_link(services, mint_login_link(services, COLLEAGUE))
    operator = operator_of(services, token)
    assert token is not None and operator is not None
    if not operator.has_password:
        assert set_password(services, operator, PASSWORD, old=None, keep_session=token) is None
    return token


@pytest.fixture
def hall(
    pages_are_bundled: None, chromium: Browser, house: House, services: Services, request: pytest.FixtureRequest
) -> Iterator[Hall]:
    made = Hall(chromium, house, services)
    yield made
    problems = {f"{n} {tab.name}": tab.problems for n, tab in enumerate(made.tabs) if tab.problems}
    made.close()
    assert not problems, problems


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    hall = getattr(item, "funcargs", {}).get("hall")
    if report.when == "call" and report.failed and isinstance(hall, Hall):
        complaints = "\n".join(f"{tab.name}: {problem}" for tab in hall.tabs for problem in tab.problems)
        log = (hall.house.logs / "web.log").read_text(errors="replace")[-4000:]
        report.sections.append(("pictures of every page", f"{hall.photograph()}\n{complaints}"))
        report.sections.append(("the web process said", log))
    return report
