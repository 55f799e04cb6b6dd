"""Light and dark: whatever a fan, a hall or an operator reads stands out from what is under it, in both languages.

AA: 4.5 : 1, large text 3 : 1, text by text (contrast.js).
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from campaigns.bootstrap import Services
from campaigns.control.questions import questions_of
from campaigns.control.runs import run_summary
from campaigns.domain.question import Kind
from tests.browser.conftest import Hall
from tests.browser.faces import FULL_HD, PHONE, Desk, Phone, Tab, Wall, newest_round
from tests.browser.test_sizes import COME_TO_REST, six
from tests.stage import estimate, run_of, single

pytestmark = pytest.mark.browser

CONTRASTS = (Path(__file__).parent / "contrast.js").read_text()
LONG_S = 240
# What cannot be pointed at is seen all the same; the letters go, whatever they stand on stays.
PREPARE = """() => {
  window.bare = new CSSStyleSheet();
  const pointable = new CSSStyleSheet();
  pointable.replaceSync('* { pointer-events: auto !important }');
  document.adoptedStyleSheets = [pointable, bare];
}"""
BARE = "bare.replaceSync('* { -webkit-text-fill-color: transparent !important; text-shadow: none !important }')"
LETTERED = "bare.replaceSync('')"
FADED = "[...document.querySelectorAll('body *')].some((el) => Number(getComputedStyle(el).opacity) < 1)"


def contrasts(tab: Tab) -> list[dict[str, Any]]:
    tab.page.evaluate(COME_TO_REST)
    tab.page.evaluate(PREPARE)
    lettered = photograph(tab) if tab.page.evaluate(FADED) else None
    tab.page.evaluate(BARE)
    bare = photograph(tab)
    tab.page.evaluate(LETTERED)
    found: list[dict[str, Any]] = tab.page.evaluate(CONTRASTS, [lettered, bare])
    return found


def photograph(tab: Tab) -> str:
    return b64encode(tab.page.screenshot()).decode()


def readable(tab: Tab, scene: str, *grounds: Any) -> None:
    """On both grounds, unless told which."""
    size = tab.page.viewport_size
    assert size is not None
    whole = max(size["height"], int(tab.page.evaluate("document.scrollingElement.scrollHeight")))
    tab.page.set_viewport_size({"width": size["width"], "height": whole})
    for ground in grounds or ("light", "dark"):
        tab.page.emulate_media(color_scheme=ground)
        texts = contrasts(tab)
        assert texts, f"{tab.name} says nothing in {scene}"
        faint = [text for text in texts if text["ratio"] < text["wanted"]]
        assert not faint, f"{tab.name}, {scene}, {ground}: " + "; ".join(map(str, faint))
    tab.page.set_viewport_size(size)


def test_the_measure_sees_faint_text_and_what_lies_under_it(hall: Hall) -> None:
    """The negative control of this module."""
    phone = hall.phone(color_scheme="light").go("/")
    put = """(styles) => {
      document.body.replaceChildren(document.createElement('div'));
      for (const [name, style] of Object.entries(styles)) {
        const el = Object.assign(document.createElement('p'), { textContent: name });
        document.body.firstChild.append(el);
        Object.assign(el.style, { fontSize: '16px', margin: 0, padding: '12px', width: 'max-content' }, style);
      }
    }"""
    striped = {"color": "#fff", "background": "linear-gradient(90deg, #000 50%, #fff 50%)"}
    styles = {"grey": {"color": "#767676", "background": "#fff"}, "faded": {"color": "#000", "opacity": "0.5"}}
    phone.page.evaluate(put, {**styles, "striped": striped})
    seen = {text["text"]: text["ratio"] for text in contrasts(phone)}
    assert seen["grey"] == pytest.approx(4.54, abs=0.05)
    assert seen["faded"] == pytest.approx(3.7, abs=0.4)  # half of black over the light ground
    assert seen["striped"] == pytest.approx(1, abs=0.01)


def test_fans_and_the_hall_read_every_scene_in_the_light_and_in_the_dark(hall: Hall, services: Services) -> None:
    elements = replace(six(Kind.MULTIPLE, frozenset("ad")), seconds=LONG_S)
    run_id = run_of(services, [elements, estimate(190, seconds=LONG_S)], close_when_all=True)
    desk, wall = hall.at_the_desk(run_id), hall.wall("en", FULL_HD, color_scheme="light")
    paired = wall.pairing_code()
    readable(wall, "pairing", "light")
    desk.pair(paired)
    code = hall.code(run_id)
    phone, large = hall.phone("phone"), hall.phone("large", FULL_HD, "en")
    readable(phone.go(f"/r/{code}"), "join")
    show = Show(desk, wall, phone.join(code), large.join(code))
    readable(phone, "lobby")
    desk.asks()
    show.look("open")
    order = newest_round(services, run_id)[0]
    for fan, chosen in ((phone, "abcdef"), (large, "ad")):  # every element is somebody's own, and has a bar
        for choice in chosen:
            fan.tap(order.index(choice))
        fan.page.locator("button.lock").click()
    readable(phone.phase("recorded", "closed"), "recorded")
    show.turns("reveal")
    desk.press("board")
    readable(phone.phase("board"), "board")
    desk.asks()
    readable(phone.phase("open"), "estimate")
    for fan, guess in ((phone, 190), (large, 120)):
        fan.phase("open").estimate(guess).phase("recorded", "closed")
    desk.press("reveal")
    readable(phone.phase("reveal"), "reveal")
    desk.press("board")
    show.ends()


@dataclass(frozen=True)
class Show:
    """A phone looked at on both grounds, a large one in the dark, the wall, which is always dark."""

    desk: Desk
    wall: Wall
    phone: Phone
    large: Phone

    def look(self, scene: str) -> None:
        readable(self.phone.phase(scene), scene)
        readable(self.large.phase(scene), scene, "dark")
        self.wall.scene(scene)
        readable(self.wall, scene, "light")

    def turns(self, *steps: str) -> None:
        for step in steps:
            self.desk.press(step)
            self.look(step)

    def ends(self) -> None:
        self.desk.press("podium")
        readable(self.phone.phase("podium"), "shut gates")
        self.desk.presses("podium_step", "podium_step", "podium_step")
        for fan in (self.phone, self.large):
            fan.has(".gold")
        self.look("podium")
        self.desk.press("end")
        self.phone.has(".badges")
        self.look("final")
        readable(self.phone.go("/me"), "own page")


def test_operators_read_every_page_in_the_light_and_in_the_dark(hall: Hall, services: Services) -> None:
    run_id = run_of(services, [single(right="b")])
    run = run_summary(services, run_id)
    question = questions_of(services, run.activity_id)[0].id
    rush = f"/operators/rushes/{run.activity_id}"
    dense = [f"{rush}/questions/{question}", f"/operators/runs/{run_id}"]
    plain = ["/operators", f"/operators/campaigns/{run.campaign_id}", rush, f"{rush}/edit", f"{rush}/import"]
    readable(hall.desk("zh-CN", PHONE).go("/login"), "login")
    for size, locale, pages in ((PHONE, "zh-CN", [*plain, *dense]), (FULL_HD, "en", dense)):
        desk = hall.operator(locale, size)
        for path in pages:
            desk.go(path)
            if path == dense[-1]:
                desk.has("#next")
            readable(desk, path)
