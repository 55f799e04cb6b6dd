"""A buzzer in a hall: pressed first, asked, wrong, right; on phones, the wall and by keys at the desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from campaigns.bootstrap import Services
from tests.browser.conftest import Hall
from tests.browser.faces import FULL_HD
from tests.stage import QUICK, buzzer, run_of, single

pytestmark = pytest.mark.browser


def test_the_first_to_press_is_asked_and_a_wrong_word_passes_to_the_next(hall: Hall, services: Services) -> None:
    run_id = run_of(services, [buzzer(seconds=240), single()], QUICK)
    desk, wall = hall.at_the_desk(run_id), hall.wall(size=FULL_HD)
    desk.pair(wall.pairing_code())
    ming, anna = hall.phone("ming").join(hall.code(run_id), "小明"), hall.phone("anna", locale="en")
    anna.join(hall.code(run_id), "Anna")
    wall.scene("lobby")
    desk.asks()
    ming.phase("open").page.locator(".buzz--open").click()
    expect(ming.phase("recorded").page.locator(".buzz--turn")).to_contain_text("请说")
    anna.phase("open").page.keyboard.press("Space")
    expect(anna.phase("recorded").page.locator(".buzz--done")).to_contain_text("You are 2nd")
    expect(wall.scene("open").locator(".buzz__row--now")).to_contain_text("小明")
    expect(desk.page.locator(".buzzdesk__row--now")).to_contain_text("小明")
    desk.page.keyboard.press("f")
    expect(wall.scene("open").locator(".buzz__row--now")).to_contain_text("Anna")
    expect(anna.page.locator(".buzz--turn")).to_contain_text("Speak!")
    expect(ming.page.locator(".buzz--done")).to_contain_text("没答对")
    expect(desk.page.locator(".buzzdesk__row--now")).to_contain_text("Anna")
    desk.page.keyboard.press("r")
    desk.press("reveal")
    expect(wall.scene("reveal").locator(".buzz__row--right")).to_contain_text("Anna")
    expect(anna.phase("reveal").page.locator(".verdict__word")).to_contain_text("+1,000")
    expect(ming.phase("reveal").page.locator(".verdict--wrong")).to_be_visible()
    desk.press("board")
    expect(wall.scene("board").locator(".row--first")).to_contain_text("Anna")
