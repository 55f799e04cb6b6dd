"""Ten accidents of a launch night, and the one control each is undone by: how many times it is pressed is what counts.

Three runs hold all ten. What needs no undoing (a press too many) must have changed nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, WebSocketRoute, expect
from sqlalchemy import update

from campaigns.bootstrap import Services
from campaigns.control.copying import copy_activity
from campaigns.control.media import Picture, store
from campaigns.control.runs import make_run, run_summary
from campaigns.db.models import ActivityQuestion, QuestionVersion
from campaigns.identity import cookies
from campaigns.identity.operators import (
    end_session,
)
from tests.browser.conftest import COLLEAGUE, PASSWORD, Hall, colleague
from tests.browser.faces import Desk, Wall, newest_round
from tests.stage import run_of, rush, single

pytestmark = pytest.mark.browser
TORN = Picture("image/png", b"\x89PNG\r\n\x1a\nand no more of it")
RUDE = "坏名字"


class Deaf:
    """A desk that can be kept from hearing what happened meanwhile, as over a slow network."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.hears = desk, True
        self.kept: list[str | bytes] = []
        desk.page.route_web_socket("**/socket.io/**", self._between)

    def _between(self, page: WebSocketRoute) -> None:
        self.page, server = page, page.connect_to_server()
        server.on_message(lambda frame: page.send(frame) if self.hears else self.kept.append(frame))

    @contextmanager
    def hears_nothing(self) -> Iterator[None]:
        self.hears = False
        yield
        self.hears = True
        for frame in self.kept:
            self.page.send(frame)


def hold(button: Locator, until: Locator) -> None:
    """A grey button takes a second; released when what it does is there."""
    button.hover()
    button.page.mouse.down()
    until.wait_for()
    button.page.mouse.up()


def asked(services: Services, desk: Desk, run_id: int) -> int:
    """The place of the right answer to the question that is open now."""
    desk.asks()
    desk.page.locator('#next[data-step="close_now"]').wait_for()
    return newest_round(services, run_id)[0].index("a")


def test_double_next_two_desks_a_dead_laptop_and_an_expired_session(hall: Hall, services: Services) -> None:
    token = colleague(services)
    run_id = run_of(services, [single(right="a", seconds=240) for _ in range(3)])
    first, second = hall.at_the_desk(run_id), Deaf(hall.operator())
    second.desk.go(f"/operators/runs/{run_id}").has("#next")
    asked(services, first, run_id)
    first.presses("close_now").page.locator('#next[data-step="reveal"]:not([disabled])').wait_for()
    pressed_twice(first)
    with second.hears_nothing():
        second.desk.page.locator('#next[data-step="board"]').wait_for()
        first.press("board").page.locator('#next[data-step="ask"]').wait_for()
        second.desk.page.keyboard.press("Space")  # it meant the board too
    expect(second.desk.page.locator(".go .note")).to_contain_text("Nothing was done twice")
    expect(first.page.locator('#next[data-step="ask"]')).to_be_enabled()

    asked(services, first, run_id)
    first.context.close()  # the laptop is dead
    hall.tabs.remove(first)
    second.desk.presses("close_now", "reveal").page.locator('#next[data-step="board"]').wait_for()

    logs_in_again(hall, services, run_id, token).presses("board", "ask").has(
        '#next[data-step^="open"],#next[data-step^="close"]'
    )


def logs_in_again(hall: Hall, services: Services, run_id: int, token: str) -> Desk:
    """On the spot, the first time with a slip of the finger."""
    third = hall.desk()
    third.context.add_cookies([{"name": cookies.OPERATOR, "value": token, "url": hall.house.url}])
    third.go(f"/operators/runs/{run_id}").has("#next")
    end_session(services, token)
    again = third.page.get_by_role("alert").filter(has_text="logged out")
    again.get_by_label("Name").fill(COLLEAGUE)
    again.get_by_label("Password").fill("wrong")
    again.get_by_role("button", name="Log in").click()
    expect(third.page.get_by_role("alert")).to_contain_text("do not belong together")
    third.page.get_by_label("Password").fill(PASSWORD)
    third.page.keyboard.press("Enter")
    third.has('#next[data-step="board"]:not([disabled])')
    third.page.locator("#page").focus()
    third.expects("status of 403")
    return third


def pressed_twice(desk: Desk) -> None:
    """Faster than the desk could hear of the first."""
    desk.page.evaluate("for (const _ of [1, 2]) document.querySelector('#next').click()")
    desk.page.locator('#next[data-step="board"]:not([disabled])').wait_for()


def test_a_missing_picture_a_wrong_key_a_reloaded_screen_and_an_end_too_early(hall: Hall, services: Services) -> None:
    run_id = torn_run(services)
    desk, wall, fan = hall.at_the_desk(run_id), hall.wall("en"), hall.phone(locale="en")
    desk.pair(wall.pairing_code())
    fan.join(hall.code(run_id))
    right = asked(services, desk, run_id)
    expect(desk.page.locator(".bar--over")).to_contain_text("The picture of this question cannot be shown")
    for face, hole in ((wall, ".picture"), (fan, ".ask__image")):
        expect(face.page.locator(hole)).to_have_count(0)
    assert wall.page.locator(".offer--image").count() + fan.page.locator(".deck--image").count() == 0

    wrong = next(place for place in range(4) if place != right)
    fan.phase("open").tap(wrong).phase("recorded")
    desk.presses("close_now", "reveal")
    desk.corrects(1, wrong)
    expect(fan.phase("reveal").page.locator(".verdict__word")).to_contain_text("+")

    told = wall.scene("reveal").locator("h1").inner_text()
    wall.page.reload()
    assert wall.scene("reveal").locator("h1").inner_text() == told
    desk.presses("board", "podium", "podium_step", "podium_step", "podium_step", "end")
    wall.scene("final")
    desk.page.locator("#reopen").wait_for()
    desk.page.keyboard.press("z")
    wall.scene("podium")
    fan.phase("podium")
    for seen in (desk, wall, fan):
        seen.expects("/media/")


def torn_run(services: Services) -> int:
    """A run whose question has a picture that no browser can show."""
    rush_id = rush(services, [single(right="a", seconds=240)])
    run = run_summary(services, make_run(services, rush_id, actor="test"))
    with services.sql.begin() as sql:
        media = store(sql, run.campaign_id, TORN)
        hers = QuestionVersion.question_id == ActivityQuestion.question_id
        own = update(QuestionVersion).where(hers, ActivityQuestion.activity_id == rush_id)
        sql.execute(own.values(media_id=media))
    return make_run(services, rush_id, actor="test")


def test_the_wrong_campaign_started_and_an_obscene_name_on_the_screen(hall: Hall, services: Services) -> None:
    run_id = run_of(services, [single(right="a", seconds=240)])
    desk, wall, rude = hall.at_the_desk(run_id), hall.wall("en"), hall.phone(locale="en")
    desk.pair(wall.pairing_code())
    rude.join(hall.code(run_id), RUDE)
    expect(wall.scene("lobby")).to_contain_text(RUDE)
    desk.page.keyboard.press("h")
    expect(wall.scene("lobby")).not_to_contain_text(RUDE)
    desk.page.get_by_text("Names are hidden").wait_for()  # its line moves the buttons below
    row = desk.page.get_by_role("listitem").filter(has_text=RUDE)
    hold(
        row.get_by_role("button", name="Kick"), rude.page.get_by_role("heading", name="You were taken out of this run")
    )
    expect(row).to_have_count(0)
    desk.page.keyboard.press("h")
    desk.has('#control-names[aria-pressed="false"][aria-busy="false"]')  # heard: what comes last takes the wall
    expect(wall.scene("lobby")).not_to_contain_text(RUDE)

    wrong = make_run(services, copy_activity(services, run_summary(services, run_id).activity_id), actor="test")
    shows(wall, hall.code(wrong))
    lost = hall.phone("lost", locale="en").join(hall.code(wrong))
    other = hall.at_the_desk(wrong)
    other.page.get_by_role("button", name=re.compile("Cancel this run")).click()
    off = lost.page.get_by_role("heading", name="This run was called off")
    hold(other.page.get_by_role("button", name="Hold to cancel the run"), off)
    shows(wall, hall.code(run_id))


def shows(wall: Wall, code: str) -> None:
    expect(wall.scene("lobby")).to_contain_text(code)
