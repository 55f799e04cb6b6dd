"""The live controls in a hall: B, H and P on a desk, a screen and phones; each undone by its own key, and an end taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from campaigns.bootstrap import Services
from tests.browser.conftest import Hall
from tests.browser.faces import FULL_HD, Desk, Phone, Wall, newest_round
from tests.stage import run_of, single

pytestmark = pytest.mark.browser


KEYS = ["#next", "#control-pause", "#control-brand", "#control-names", "#control-extend", ".vitals", ".mirror"]


def places(desk: Desk) -> object:
    """Where the operator's hand is."""
    boxes = (
        "keys => keys.map(key => document.querySelector(key)).map(it => [it.offsetLeft, it.offsetTop, it.offsetHeight])"
    )
    return desk.page.evaluate(boxes, KEYS)


def presses_twice(desk: Desk, key: str, control: str) -> None:
    """The second before the desk has heard of the first: it is as it was."""
    desk.page.keyboard.press(key)
    expect(desk.page.locator(f"#control-{control}")).to_have_attribute("aria-pressed", "true", timeout=1)
    desk.page.keyboard.press(key)
    quiet = f'#control-{control}[aria-pressed="false"][aria-busy="false"]'
    desk.page.locator(quiet).wait_for()


def skips_all_but_one(desk: Desk) -> None:
    """Skip, bring back, move, skip."""
    rows, skipped = desk.page.locator(".rounds > li"), desk.page.locator(".round--skipped")
    rows.filter(has_text="不问").get_by_role("button", name="Skip").click()
    expect(skipped).to_have_text(re.compile("不问"))
    skipped.get_by_role("button", name="Ask it next").click()
    expect(rows.nth(0)).to_contain_text("不问")
    rows.nth(0).get_by_role("button", name="Down").click()
    expect(rows.nth(0)).to_contain_text("先问")
    for n in (1, 2):
        rows.nth(1).get_by_role("button", name="Skip").click()
        expect(skipped).to_have_count(n)


def ends_by_mistake(desk: Desk, wall: Wall) -> None:
    """And takes it back; the names come back too."""
    desk.presses("podium", "podium_step", "podium_step", "podium_step")
    before = places(desk)
    desk.press("end")
    wall.scene("final")
    desk.page.locator("#reopen").wait_for()
    assert places(desk) == before
    desk.page.keyboard.press("z")
    wall.scene("podium")
    desk.page.keyboard.press("h")
    expect(wall.scene("podium")).to_contain_text("坏名字")
    desk.press("end")
    wall.scene("final")


def brand_and_back(desk: Desk, wall: Wall) -> None:
    presses_twice(desk, "b", "brand")
    before = places(desk)
    desk.page.keyboard.press("b")
    expect(wall.scene("brand").locator("h1")).to_be_visible()
    expect(wall.page.locator("#screen .top")).to_have_count(0)
    expect(desk.page.locator(".bar--over")).to_contain_text("brand")
    expect(desk.page.locator("#control-brand")).to_have_attribute("aria-pressed", "true")
    assert places(desk) == before, "nothing of the desk moves"
    desk.page.keyboard.press("b")
    wall.scene("lobby")


def hides_names(desk: Desk, wall: Wall) -> None:
    before = places(desk)
    desk.page.keyboard.press("h")
    expect(wall.scene("lobby")).not_to_contain_text("坏名字")
    expect(wall.scene("lobby")).to_contain_text("粉丝 ")
    expect(desk.page.locator("#mirror")).not_to_contain_text("坏名字")
    expect(desk.page.locator(".bar--over")).to_contain_text("hidden")
    assert places(desk) == before
    since = next(at for at, frame in enumerate(wall.frames) if '"nameless":true' in frame)
    for _ in range(600):
        if len(wall.frames) > since + 1:  # a tick
            break
        wall.page.wait_for_timeout(100)
    assert len(wall.frames) > since + 1 and not any("坏名字" in frame for frame in wall.frames[since:])


def pauses_and_goes_on(desk: Desk, wall: Wall, phone: Phone) -> None:
    presses_twice(desk, "p", "pause")
    wall.scene("open")
    before = places(desk)
    desk.page.keyboard.press("p")
    expect(wall.scene("paused").locator("h1")).to_have_text("暂停")
    expect(phone.phase("paused").page.get_by_role("heading", name="时钟已停")).to_be_visible()
    assert places(desk) == before
    left = desk.page.locator("#mirror .still p").inner_text()
    phone.page.reload()
    phone.phase("paused")
    assert desk.page.locator("#mirror .still p").inner_text() == left
    desk.page.keyboard.press("p")
    expect(phone.phase("open").choice(0)).to_be_enabled()
    wall.scene("open")


def test_the_brand_the_names_and_the_clock_are_one_key_each_and_the_same_key_takes_them_back(
    hall: Hall, services: Services
) -> None:
    run_id = run_of(services, [single("先问", right="a", seconds=230), single("不问"), single("后问")])
    desk, wall = hall.at_the_desk(run_id), hall.wall(size=FULL_HD)
    desk.pair(wall.pairing_code())
    rude = hall.phone("rude").join(hall.code(run_id), "坏名字")
    good = hall.phone("good", locale="en").join(hall.code(run_id))
    expect(wall.scene("lobby")).to_contain_text("坏名字")
    brand_and_back(desk, wall)
    hides_names(desk, wall)
    skips_all_but_one(desk)
    desk.asks()
    expect(rude.phase("open").page.locator(".line__where")).to_contain_text("1 / 1")
    desk.page.keyboard.press("e")
    expect(desk.page.locator(".card__head .soft").first).to_contain_text("240 s")
    right = newest_round(services, run_id)[0].index("a")
    good.phase("open").tap(right).phase("recorded")
    pauses_and_goes_on(desk, wall, rude)
    rude.tap(right).phase("recorded")
    desk.presses("close_now", "reveal", "board")
    expect(rude.phase("board").page.locator(".row--mine")).to_contain_text("坏名字")
    expect(good.phase("board").page.locator(".rows")).to_contain_text("Fan ")
    assert not good.heard("坏名字")
    ends_by_mistake(desk, wall)
