"""How large the road is: in bytes before the first tap, and on screens of every size, in each of its scenes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Request

from campaigns.bootstrap import Services
from tests.browser.axe import Walk, armed
from tests.browser.conftest import Hall
from tests.browser.faces import FULL_HD, PHONE, SMALL, Size
from tests.browser.measures import COME_TO_REST, MEASURE, THUMB_PX
from tests.browser.road_faces import Rider, rider, season_of
from tests.browser.test_weight import ALL_KB, FIRST_KB, weight

pytestmark = pytest.mark.browser


def test_the_road_costs_little_before_the_first_tap(hall: Hall, services: Services) -> None:
    fan = rider(hall)
    finished: list[Request] = []
    fan.page.on("requestfinished", lambda request: finished.append(request))
    fan.join(season_of(services))
    fan.page.wait_for_load_state("networkidle")
    sizes = [(request.url, weight(request)) for request in finished if "data:" not in request.url]
    assert any(url.endswith(".js") for url, _ in sizes)
    assert max(size for url, size in sizes if "/static/" not in url) <= FIRST_KB * 1024, sizes
    assert sum(size for _, size in sizes) <= ALL_KB * 1024, sizes


@pytest.mark.parametrize(("locale", "large"), [("zh-CN", PHONE), ("en", FULL_HD)])
def test_every_scene_fits_and_every_choice_is_made_for_a_thumb(
    hall: Hall, services: Services, locale: str, large: Size
) -> None:
    """One walk in each language, every scene of it looked at small and large; by axe in English, on a phone."""
    walk = Walk()

    def fits(fan: Rider, scene: str, *, whole: bool = False) -> None:
        for size in (large, SMALL):
            fan.page.set_viewport_size({"width": size[0], "height": size[1]})
            fits_in(fan, f"{scene} at {size}", whole=whole)
        if locale == "en":
            fan.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            walk.look(fan, scene)

    fan, code = rider(hall, "sized", SMALL, locale), season_of(services)
    if locale == "en":
        armed(fan)
    fan.join(code, "一个名字很长很长的人")
    fits(fan, "map")
    fits(fan.begin(), "start")
    fits(fan.ask(), "open", whole=True)
    fits(fan.answer(), "verdict")
    fits(fan.level(True, True).onward().phase("passed"), "passed", whole=True)
    fan.page.locator("[data-dare]").click()
    fits(fan.phase("start"), "dared")
    fits(fan.ask().answer(right=False).onward().phase("ended"), "ended")
    fan.page.get_by_role("link", name=re.compile("Boards|榜单")).click()
    fits(fan, "boards")
    fits(fan.go(f"/r/{code}/propose"), "propose")
    walk.ends()


def fits_in(fan: Rider, scene: str, *, whole: bool) -> None:
    """Nothing scrolls sideways; every button has a name; `whole`: nothing at all scrolls."""
    fan.page.evaluate(COME_TO_REST)
    seen = fan.page.evaluate(MEASURE)
    assert seen["over"] <= 0, f"{scene} scrolls sideways by {seen['over']} px"
    assert all(height >= THUMB_PX - 0.5 for height in seen["choices"]), f"{scene}: {seen['choices']}"
    nameless = fan.page.evaluate(NAMELESS)
    assert not nameless, f"{scene}: {nameless}"
    hidden = fan.page.evaluate(OUT_OF_SIGHT)
    assert hidden[0] <= 0 and (hidden[1] <= 0 or not whole), f"{scene}: {hidden} px out of sight"


NAMELESS = """() => {
  const shown = (what) => [...document.querySelectorAll(what)].filter((el) => el.checkVisibility() && el.type !== 'hidden');
  const named = (el) => el.getAttribute('aria-label') || el.innerText.trim() || el.labels?.length || el.title;
  const headless = shown('main').filter((el) => el.querySelectorAll('h1').length !== 1);
  return [...shown('button, a, input').filter((el) => !named(el)), ...headless].map((el) => el.outerHTML.slice(0, 200));
}"""
OUT_OF_SIGHT = """() => {
  const stage = document.querySelector('#stage');
  return stage && !stage.hidden ? [stage.scrollWidth - stage.clientWidth, stage.scrollHeight - stage.clientHeight] : [0, 0];
}"""
