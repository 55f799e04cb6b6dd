"""Tunnels, second tabs, doors that stay shut: what a fan sees when something is wrong, and that nothing is lost by it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from campaigns.bootstrap import Services
from tests.browser.conftest import Hall
from tests.browser.doorkeeper import Doorkeeper
from tests.browser.faces import Phone, newest_round
from tests.browser.tunnel import Tunnel
from tests.stage import run_of, single

pytestmark = pytest.mark.browser
BROKEN = r"ERR_|WebSocket|Failed to load resource"


@pytest.fixture
def tunnel(hall: Hall) -> Iterator[Tunnel]:
    with Tunnel(hall.house.url) as made:
        yield made


def enter(tunnel: Tunnel, phone: Phone) -> None:
    tunnel.cut()
    phone.context.set_offline(True)


def leave(tunnel: Tunnel, phone: Phone) -> None:
    tunnel.mend()
    phone.context.set_offline(False)


def test_an_answer_tapped_in_a_tunnel_arrives_after_it_or_is_told_to_be_too_late(
    hall: Hall, services: Services, tunnel: Tunnel
) -> None:
    run_id = run_of(services, [single(right="b", seconds=240), single(seconds=240)])
    desk, phone = hall.at_the_desk(run_id), hall.stranger(tunnel.url).join(hall.code(run_id))
    desk.asks()
    phone.phase("open")
    enter(tunnel, phone)
    banner = phone.page.locator("[role=status]", has_text="网络断开").or_(phone.page.locator("p.line--alert"))
    expect(banner.first).to_be_visible()
    right = newest_round(services, run_id)[0].index("b")
    phone.tap(right).phase("sending")
    expect(phone.page.locator("p.line--alert")).to_contain_text("答案")
    leave(tunnel, phone)
    phone.phase("recorded")
    desk.presses("close_now", "reveal")
    expect(phone.phase("reveal").has("h1").first).to_contain_text("+")
    desk.press("board").asks()
    phone.phase("open")
    enter(tunnel, phone)
    phone.tap(0).phase("sending")
    desk.press("close_now")
    desk.page.locator('#next[data-step="reveal"]').wait_for()
    leave(tunnel, phone)
    phone.phase("closed").has("text=/太晚|晚了|来晚/")
    desk.press("reveal")
    assert phone.phase("reveal").page.locator("text=没答").or_(phone.page.locator(".told--silent")).count() >= 1
    phone.expects(BROKEN)


def test_a_tap_moves_nothing_and_a_second_tab_takes_over_and_gives_back(hall: Hall, services: Services) -> None:
    run_id = run_of(services, [single(seconds=240)])
    desk, phone = hall.at_the_desk(run_id), hall.phone(locale="en").join(hall.code(run_id))
    first = phone.page
    phone.page = phone.watch(phone.context.new_page())
    phone.go(f"/r/{hall.code(run_id)}").phase("lobby")
    expect(first.get_by_role("heading", name="Playing in another tab")).to_be_visible()
    desk.asks()
    phone.phase("open").page.set_viewport_size({"width": 390, "height": 220})  # so low that a choice is scrolled to
    at = phone.choice(1).evaluate("el => { el.scrollIntoView({block: 'center'}); return stage.scrollTop; }")
    phone.tap(1).phase("recorded")
    assert phone.page.evaluate("stage.scrollTop") == at > 0, "the page moved under the finger"
    second, phone.page = phone.page, first
    first.get_by_role("button", name="Play here instead").click()
    assert phone.phase("recorded").choice(1).get_attribute("aria-pressed") == "true"
    expect(second.get_by_role("heading", name="Playing in another tab")).to_be_visible()
    expect(desk.page.locator("dd").nth(1)).to_contain_text("1")


def test_a_fan_comes_back_when_told_to_and_stays_out_when_kicked(hall: Hall, services: Services) -> None:
    run_id = run_of(services, [single()])
    desk, phone = hall.at_the_desk(run_id), hall.phone(locale="en")
    keeper = Doorkeeper(phone.page)
    phone.join(hall.code(run_id), "Rowdy")
    away_ms, later_ms = keeper.sends_away(2000, 2500)  # by itself it would be back after 0.2 to 0.6 s
    assert away_ms >= 2000 and later_ms >= 2500
    expect(phone.page.locator("p.line--alert")).to_have_count(0)
    row = desk.page.get_by_role("listitem").filter(has_text="Rowdy")
    row.get_by_role("button", name="Kick").click()
    desk.page.wait_for_timeout(300)
    phone.phase("lobby")  # a click is not enough: it must be held
    row.get_by_role("button", name="Kick").hover()
    desk.page.mouse.down()
    out = phone.page.get_by_role("heading", name="You were taken out of this run")
    out.wait_for()
    desk.page.mouse.up()
    expect(row).to_have_count(0)
    phone.go(f"/r/{hall.code(run_id)}")
    out.wait_for()
    phone.expects("status of 403")


def test_a_wrong_code_and_an_ended_run_say_so(hall: Hall, services: Services) -> None:
    phone = hall.phone(locale="en").go("/")
    phone.page.get_by_label("Game code").fill("zzz zz2")
    phone.page.get_by_role("button", name="To the gate").click()
    phone.page.get_by_role("heading", name="No game has this code").wait_for()
    assert "ZZZZZ2" in phone.page.content()
    run_id = run_of(services, [single()])
    playing = hall.phone(locale="en").join(hall.code(run_id))
    desk = hall.at_the_desk(run_id)
    desk.page.get_by_role("button", name=re.compile("Cancel this run")).click()
    desk.page.get_by_role("button", name="Hold to cancel the run").hover()
    desk.page.mouse.down()
    playing.phase("cancelled").page.get_by_role("heading", name="This run was called off").wait_for()
    desk.page.mouse.up()
    phone.go(f"/r/{hall.code(run_id)}").page.get_by_role("heading", name="This run is over").wait_for()
    phone.page.get_by_label("Game code").fill(hall.code(run_of(services, [single()])))
    phone.page.get_by_role("button", name="To the gate").click()
    phone.page.get_by_label("Your name tonight").wait_for()
    phone.expects("status of 404|status of 410")


def test_every_face_comes_back_after_the_web_process_was_killed(hall: Hall, services: Services) -> None:
    """The screen holds its picture meanwhile; who had answered has answered, who had not still can."""
    run_id = run_of(services, [single(right="a", seconds=240)])
    desk, wall = hall.at_the_desk(run_id), hall.wall(locale="en")
    desk.pair(wall.pairing_code())
    done, late = (hall.phone(name, locale="en").join(hall.code(run_id)) for name in ("done", "late"))
    desk.asks()
    right = newest_round(services, run_id)[0].index("a")
    done.phase("open").tap(right).phase("recorded")
    late.phase("open")
    sentence = wall.scene("open").locator("h1").inner_text()
    hall.house.web.kill()
    for phone in (done, late):
        expect(phone.page.locator("p.line--alert")).to_contain_text("No connection")
    expect(desk.page.get_by_role("alert")).to_contain_text("No connection")
    assert wall.scene("open").locator("h1").inner_text() == sentence
    expect(wall.page.get_by_role("alert")).to_be_empty()
    hall.house.web.start()
    for phone in (done, late):
        expect(phone.page.locator("p.line--alert")).to_have_count(0)
    assert done.phase("recorded").choice(right).get_attribute("aria-pressed") == "true"
    late.phase("open").tap(right).phase("recorded")
    desk.presses("close_now", "reveal")
    expect(wall.scene("reveal").get_by_text("2 of 2 came through")).to_be_visible()
    for face in (done, late, wall, desk):
        face.expects(BROKEN)
