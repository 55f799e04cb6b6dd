"""A rush for everybody: without motion, without a pointer, with a screen reader; and with names that bite."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from campaigns.bootstrap import Services
from tests.browser.conftest import COLLEAGUE, PASSWORD, Hall, colleague
from tests.browser.faces import HD, Desk, Tab, newest_round
from tests.stage import estimate, run_of, single

pytestmark = pytest.mark.browser

HTML = "<img src onerror=x>"
LONG = [single(right="b", seconds=240), estimate(margin=10, seconds=240, sealed=True)]
RTL = "\u202eשלום abc"
MOVING = """() => document.getAnimations().filter((each) => {
  const { duration, endTime } = each.effect.getComputedTiming();
  const moves = each.effect.getKeyframes().some((frame) => 'transform' in frame || 'translate' in frame || 'scale' in frame);
  const countdown = /^gate-(left|right)$/.test(each.animationName ?? '');  // is information, and keeps its time
  return moves && !countdown && endTime > 1 && duration > 1;
}).map((each) => each.animationName ?? each.effect.target.className)"""

# The place of the keyboard is drawn: an outline, or a field's own ring.
SEEN = """() => {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
  return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== 'none';
}"""


def test_a_rush_is_played_by_keyboard_alone_and_stands_still_where_motion_is_not_wanted(
    hall: Hall, services: Services
) -> None:
    colleague(services)
    run_id = run_of(services, LONG, close_when_all=True)
    desk, phone = logs_in_by_keyboard(hall, run_id), hall.phone(locale="en")
    page = phone.go(f"/r/{hall.code(run_id)}").page
    tab_to(phone, "nickname")
    page.keyboard.type("Keys")
    page.keyboard.press("Enter")
    phone.phase("lobby")
    desk.asks()
    phone.phase("open")
    expect(page.locator("#say-now")).not_to_be_empty()
    still(phone)
    while page.evaluate("document.activeElement.dataset.el") is None:
        page.keyboard.press("Tab")
    chosen = page.evaluate("document.activeElement.dataset.el")
    page.keyboard.press("Enter")
    assert phone.phase("recorded", "closed").choice(int(chosen)).get_attribute("aria-pressed") == "true"
    desk.press("reveal")
    phone.phase("reveal")
    still(phone)
    desk.press("board").asks()
    phone.phase("open")
    tab_to(phone, None)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("191")
    page.keyboard.press("Enter")
    desk.enter_key(190).press("reveal")
    expect(phone.phase("reveal").page.locator("#stage")).to_contain_text("191")
    desk.presses("board", "podium", "podium_step", "podium_step", "podium_step", "end")
    phone.phase("final")


def logs_in_by_keyboard(hall: Hall, run_id: int) -> Desk:
    """To the desk, whose first Tab is the way past the head of the page; every stop on the way is seen."""
    desk = hall.desk().go(f"/login?next=/operators/runs/{run_id}")
    keys = desk.page.keyboard
    for name, typed in (("name", COLLEAGUE), ("password", PASSWORD)):
        tab_to(desk, name)
        keys.type(typed)
    keys.press("Enter")
    desk.has("#next")
    for _ in range(12):
        keys.press("Tab")
        assert desk.page.evaluate(SEEN), desk.page.evaluate("document.activeElement.outerHTML")
    keys.press("Escape")  # the space bar is *next* again
    return desk


def tab_to(phone: Tab, name: str | None) -> None:
    """Press Tab until the field of this name (None: the number) has the focus."""
    wanted = f"document.activeElement.name === '{name}'" if name else "document.activeElement.type === 'number'"
    for _ in range(12):
        if phone.page.evaluate(wanted):
            return
        phone.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {name or 'the number'}")


def still(phone: Tab) -> None:
    moving = phone.page.evaluate(MOVING)
    assert moving == [], moving


def test_names_are_text_on_every_face(hall: Hall, services: Services) -> None:
    run_id = run_of(services, [single(right="a", seconds=240)])
    desk, wall = hall.at_the_desk(run_id), hall.wall()
    desk.pair(wall.pairing_code())
    biting = hall.phone("biting", locale="en").join(hall.code(run_id), HTML)
    turned = hall.phone("turned", locale="en").join(hall.code(run_id), RTL)
    for tab, shown in ((biting, HTML), (turned, "שלום abc")):
        tab.page.get_by_text(shown, exact=True).first.wait_for()
        for watching in (wall, desk):
            watching.page.get_by_text(shown, exact=True).first.wait_for()
    desk.asks()
    for phone in (biting, turned):
        phone.phase("open").tap(0).phase("recorded")
    desk.presses("close_now", "reveal", "board", "podium", "podium_step", "podium_step", "podium_step", "end")
    wall.scene("final")
    for face in (biting, turned, wall, desk):
        assert face.page.locator("img[onerror]").count() == 0
        assert "\u202e" not in face.page.content()
    desk.go(f"/operators/runs/{run_id}/board").page.get_by_text(HTML, exact=True).wait_for()
    assert desk.page.locator("img[onerror]").count() == 0


def test_a_script_that_got_into_a_page_does_not_run_and_the_tests_would_notice(hall: Hall) -> None:
    """The negative control of every journey here: complaints of the browser do arrive."""
    phone = hall.phone().go("/")
    with phone.page.expect_console_message(lambda said: "Content Security Policy" in said.text):
        phone.page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = true'}))"
        )
    assert phone.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in problem for problem in phone.problems)
    phone.expects("Content Security Policy")


def test_where_motion_is_not_wanted_the_wall_and_the_phones_stand_still_and_tell_the_same(
    hall: Hall, services: Services
) -> None:
    run_id = run_of(services, [single(right="a", seconds=240)], close_when_all=True)
    desk, wall = hall.at_the_desk(run_id), hall.wall("en", HD, reduced_motion="reduce")
    desk.pair(wall.pairing_code())
    code = hall.code(run_id)
    calm = hall.phone("calm", locale="en", reduced_motion="reduce").join(code)
    moved = hall.phone("moved", locale="en", reduced_motion="no-preference").join(code)
    desk.asks()
    right = newest_round(services, run_id)[0].index("a")
    for scene in ("open", "reveal", "board", "podium", "final"):
        if scene == "reveal":
            for phone in (calm, moved):
                phone.phase("open").tap(right)
        if scene != "open":
            desk.press("end" if scene == "final" else scene)
        wall.scene(scene)
        for face in (calm.phase(scene), wall):
            still(face)
        if scene == "podium":
            desk.presses("podium_step", "podium_step", "podium_step")
            calm.has(".gold")
            expect(wall.page.locator(".arch__name")).to_have_count(2)
            for face in (calm, wall):
                still(face)
        elif scene == "reveal":  # the negative control: where motion is wanted, this moves
            assert moved.phase("reveal").page.evaluate(MOVING) != []
            expect(wall.page.locator(".choice--right b.num")).to_have_text("2")  # at once, not counted up
