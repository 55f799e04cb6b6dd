"""The whole evening: from the printed login link to the badge on the own page, every face in a real browser."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.demo import FOLDER, ensure_demo
from campaigns.control.runs import run_summary
from campaigns.db.models import Run
from campaigns.domain.question import Kind
from campaigns.identity.operators import mint_login_link
from tests.browser.conftest import Hall
from tests.browser.faces import Desk, Phone, Wall, newest_round

pytestmark = pytest.mark.browser
PRICE = 4999
MOVING = "no-preference"
FANS = (("ming", "zh-CN"), ("anna", "en-GB"))
PASSWORD = "correct horse battery"


def at_leisure(folder: Path) -> Path:
    """The demo's questions with more time, because two busy cores need it."""
    shutil.copytree(FOLDER, folder)
    told = folder / "questions.json"
    told.write_text(re.sub(r'"seconds": \d+', '"seconds": 240', told.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def test_an_evening_from_the_login_link_to_the_badge(hall: Hall, services: Services, tmp_path: Path) -> None:
    code = ensure_demo(services, at_leisure(tmp_path / "demo"))
    with services.sql.connect() as sql:
        run_id = sql.execute(select(Run.id).where(Run.code == code)).scalar_one()
    desk, wall = let_in(hall, services), hall.wall(reduced_motion=MOVING)
    desk.pair(wall.pairing_code())
    wall.scene("lobby")
    ming, anna = (hall.phone(name, locale=locale, reduced_motion=MOVING).join(code) for name, locale in FANS)
    evening = Evening(services, run_id, desk, wall, ming, anna)
    for n in range(1, 6):
        evening.question(n)
    evening.sealed_price()
    evening.ceremony()
    assert ming.has("html").get_attribute("lang") == "zh-CN" and anna.has("html").get_attribute("lang") == "en"


def let_in(hall: Hall, services: Services) -> Desk:
    """The link's button, a password, the campaign, the run desk."""
    desk = hall.desk(reduced_motion=MOVING)
    page = desk.go(f"/login/{mint_login_link(services)}").page
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("Once more").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("link", name="How well do you know Xiaomi phones?").click()
    page.get_by_role("link", name="Run desk").click()
    desk.has('#next[data-step="ask"]')
    return desk


class Evening:
    """小明 (zh) is always right, Anna (en) always wrong; nobody hears the answer early."""

    def __init__(self, services: Services, run_id: int, desk: Desk, wall: Wall, ming: Phone, anna: Phone) -> None:
        self.services, self.run_id, self.code = services, run_id, run_summary(services, run_id).code
        self.desk, self.wall, self.ming, self.anna = desk, wall, ming, anna

    def question(self, n: int) -> None:
        self.desk.asks()
        self.wall.scene("reading", "open")
        order, key, body = newest_round(self.services, self.run_id)
        assert key is not None
        self.both_answer(n, order, key, body["kind"])
        because = body["explanation"]["en"]
        assert not any(face.heard(because) for face in (self.ming, self.anna, self.wall))
        self.desk.press("reveal")
        self.ming.phase("reveal")
        self.anna.phase("reveal").page.get_by_text(because).first.wait_for()
        self.wall.scene("reveal")
        self.ming.has("text=/回执/")
        self.desk.press("board")
        self.wall.scene("board")

    def both_answer(self, n: int, order: list[str], key: dict[str, list[str]], kind: str) -> None:
        ming, anna = self.ming.phase("open"), self.anna.phase("open")
        if kind == Kind.ESTIMATE:
            ming.estimate(float(str(key["value"]))).phase("recorded")
            anna.estimate(float(str(key["value"])) - 60)
            return
        right = order.index(key["right"][0])
        ming.tap(right).phase("recorded")
        if n == 2:
            self.reloads_in_the_middle(right)
        anna.phase("open").tap((right + 1) % len(order))

    def reloads_in_the_middle(self, right: int) -> None:
        """小明 has answered and finds it again; Anna has not and still can."""
        mine = self.ming.choice(right).inner_text()
        self.ming.page.reload()
        assert self.ming.phase("recorded").choice(right).get_attribute("aria-pressed") == "true"
        assert re.search(r"\d\.\d{3}", mine) and self.ming.choice(right).inner_text() == mine
        self.anna.page.reload()
        self.anna.phase("open")

    def sealed_price(self) -> None:
        self.desk.asks()
        for fan, guess in ((self.ming, PRICE), (self.anna, PRICE + 200)):
            fan.phase("open").estimate(guess)
        for fan in (self.ming, self.anna):
            fan.phase("closed")
        self.wall.scene("closed")
        assert newest_round(self.services, self.run_id)[1] is None
        self.desk.enter_key(PRICE).press("reveal")
        self.anna.phase("reveal")
        assert self.wall.scene("reveal").get_by_text("4,999").count() >= 1

    def ceremony(self) -> None:
        self.desk.presses("board", "podium", "podium_step", "podium_step", "podium_step")
        name = self.ming.has(".gold__name").inner_text()
        self.wall.scene("podium").get_by_text(name).wait_for()
        self.desk.press("end")
        for fan in (self.ming, self.anna):
            fan.phase("final").has("[aria-live] li")
        self.wall.scene("final")
        self.ming.page.locator('a[href="/me"]').click()
        own = self.ming.has("main").inner_text()
        assert name in own and self.code in own
        assert self.ming.has(".badge").count() >= 3
