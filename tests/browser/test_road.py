"""The road of a quiz in a real browser: two levels with everything that can happen on them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from campaigns.bootstrap import Services
from tests.browser.conftest import Hall
from tests.browser.road_faces import rider, season_of

pytestmark = pytest.mark.browser


def test_a_road_of_two_levels_from_the_name_to_the_last_gate(hall: Hall, services: Services) -> None:
    fan = rider(hall, locale="en").join(season_of(services), "Ming")
    fan.begin().ask()
    fan.page.get_by_role("button", name="50:50: 1 left").click()
    expect(fan.page.locator(".choice--gone")).to_have_count(2)
    fan.answer().onward().phase("open")
    fan.answer().onward().phase("open")
    fan.answer().onward().phase("passed")
    fan.page.locator("[data-dare]").click()
    fan.phase("start").level(True, True).onward().phase("ended")
