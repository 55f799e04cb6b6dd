"""The road of a quiz in a real browser: two levels with everything that can happen on them, good and bad."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.seasons import close_season, open_season
from campaigns.control.waves import set_waves
from campaigns.db.models import Run
from campaigns.domain.waves import Wave
from campaigns.play.join import find_run
from tests.browser.conftest import Hall
from tests.browser.road_faces import CALM, rider, season_of
from tests.browser.tunnel import Tunnel

pytestmark = pytest.mark.browser
BROKEN = r"ERR_|WebSocket|Failed to load resource"
HURRIED = replace(CALM, levels=tuple(replace(level, seconds=5) for level in CALM.levels))


@pytest.fixture
def tunnel(hall: Hall) -> Iterator[Tunnel]:
    with Tunnel(hall.house.url) as made:
        yield made


def test_a_road_with_a_retry_a_help_and_the_bonus_banked(hall: Hall, services: Services) -> None:
    fan = rider(hall, reduced_motion="no-preference").join(season_of(services), "小明")
    expect(fan.page.locator("#map")).to_contain_text("第一关")
    fan.begin().level(False, False, False).onward().phase("failed")
    expect(fan.page.locator("#stage")).to_contain_text("还差 60 分")
    fan.onward().phase("start").ask()
    fan.page.get_by_role("button", name="去两个").click()
    expect(fan.page.locator(".choice--gone")).to_have_count(2)
    fan.answer().level(True, True).onward().phase("passed")
    expect(fan.page.get_by_role("button", name="收")).to_contain_text("+50")
    expect(fan.page.get_by_role("button", name="闯")).to_contain_text("+210（拿回 50，奖励翻倍 160）")
    fan.page.locator("[data-bank]").click()
    fan.phase("start").level(True, True).onward().phase("ended")
    # 10 + 20, doubled by the last; 50 banked; 10, doubled; 80
    expect(fan.page.locator(".card__score")).to_contain_text("210")
    fan.page.get_by_role("link", name="我来出题").click()
    fan.page.get_by_role("link", name="回去闯关").click()
    expect(fan.page.locator('[data-level="2"][data-state="passed"]')).to_be_visible()
    fan.page.get_by_role("link", name="我来出题").click()
    expect(fan.page.get_by_role("heading", name="我来出题")).to_be_visible()
    assert fan.has("html").get_attribute("lang") == "zh-CN"


def test_a_dare_that_fails_costs_the_bonus_and_nothing_else(hall: Hall, services: Services) -> None:
    fan = rider(hall, locale="en").join(season_of(services), "Anna").begin()
    fan.level(True, True, True).onward().phase("passed")
    fan.page.get_by_role("button", name="Dare").click()
    expect(fan.phase("start").page.locator("#stage")).to_contain_text("50 come back with a bonus of 160")
    fan.ask()
    expect(fan.page.locator("#stage")).to_contain_text("50 at stake")
    fan.answer(right=False).onward().phase("ended")  # the only life of level 2
    expect(fan.page.locator(".card__score")).to_contain_text("60")
    expect(fan.page.locator(".done")).to_contain_text("not passed")


def test_a_reload_in_the_middle_of_a_question_goes_on_with_its_clock(hall: Hall, services: Services) -> None:
    fan = rider(hall, locale="en").join(season_of(services)).begin().ask()
    shown = fan.page.locator(".choice__text").all_inner_texts()
    fan.page.reload()
    fan.phase("open")
    assert fan.page.locator(".choice__text").all_inner_texts() == shown
    left = int(fan.page.get_by_role("timer").first.inner_text())
    assert 60 < left <= 120
    fan.right().dblclick()
    fan.phase("verdict").page.reload()
    expect(fan.phase("verdict").page.locator(".fair")).to_contain_text("receipt")
    expect(fan.page.locator(".verdict__word")).to_have_text("+10")


def test_an_answer_given_in_a_tunnel_is_kept_and_judged_after_it(
    hall: Hall, services: Services, tunnel: Tunnel
) -> None:
    fan = rider(hall, url=tunnel.url).join(season_of(services)).begin().ask()
    tunnel.cut()
    fan.context.set_offline(True)
    expect(fan.page.locator(".line--alert")).to_contain_text("时间还在走")
    fan.right().click()
    fan.phase("sending")
    expect(fan.page.locator(".line--alert")).to_contain_text("答案已保存")
    tunnel.mend()
    fan.context.set_offline(False)
    expect(fan.phase("verdict").page.locator(".verdict__word")).to_have_text("+10")
    fan.expects(BROKEN)


def test_silence_is_judged_without_a_tap_and_the_next_question_waits_for_one(hall: Hall, services: Services) -> None:
    fan = rider(hall, locale="en").join(season_of(services, HURRIED)).begin().ask()
    fan.phase("timeup").phase("verdict")
    expect(fan.page.locator(".head__word")).to_have_text("No answer")
    fan.page.wait_for_timeout(1500)
    fan.phase("verdict").onward().phase("open", "timeup")


def test_the_newer_tab_takes_over_in_the_middle_of_a_question(hall: Hall, services: Services) -> None:
    code = season_of(services)
    fan = rider(hall, locale="en").join(code).begin().ask()
    first = fan.page
    fan.page = fan.watch(fan.context.new_page())
    fan.go(f"/r/{code}").phase("open")
    expect(first.get_by_role("heading", name="Playing in another tab")).to_be_visible()
    fan.answer()
    first.get_by_role("button", name="Play here instead").click()
    first.locator('#stage[data-phase="verdict"]').wait_for()


def test_the_last_attempt_of_the_day_says_when_there_are_new_ones_and_practice_stays(
    hall: Hall, services: Services
) -> None:
    fan = rider(hall, locale="en").join(season_of(services, replace(CALM, attempts_per_day=1))).begin().ask()
    fan.answer(right=False).page.get_by_role("button", name="Map").click()
    fan.page.get_by_role("button", name="Back to your play").click()
    fan.phase("verdict").level(False, False).onward().phase("failed")
    fan.page.get_by_role("button", name="End here").click()
    fan.page.get_by_role("button", name="Really? You keep 0").click()
    fan.phase("ended")
    expect(fan.page.get_by_text(re.compile(r"New ones in \d+:\d\d:\d\d"))).to_be_visible()
    fan.page.locator("#stage [data-practice]").click()
    fan.phase("start").ask().answer()
    expect(fan.page.locator(".tag")).to_have_text("Practice")
    fan.page.get_by_role("button", name="Map").click()
    expect(fan.page.locator("[data-first]")).to_contain_text("End it to begin a play that counts.")
    fan.page.get_by_role("button", name="End the practice").click()
    fan.page.get_by_role("button", name="Really? End the practice").click()
    expect(fan.page.locator("#map [data-practice]")).to_be_visible()


def test_a_season_to_come_counts_down_reads_without_a_script_and_opens_in_waves(hall: Hall, services: Services) -> None:
    code = season_of(services, starts_at=services.now().at + timedelta(days=1))
    fan = rider(hall, locale="en")
    fan.go(f"/r/{code}")
    expect(fan.page.locator("[data-opens] [role=timer]")).to_contain_text("hours")  # before there is a name
    expect(fan.page.locator("[data-opens] time")).to_have_text(re.compile(r"day, .+ \d\d:\d\d"))
    fan.join(code)
    expect(fan.page.locator("[data-slot=go] [role=timer]")).to_contain_text("hours")
    still = rider(hall, locale="en", java_script_enabled=False, storage_state=fan.context.storage_state())
    still.go(f"/r/{code}")
    for sentence in ("bonus 80", "the third +30", "3 plays a day, new at midnight"):
        expect(still.page.locator("#map")).to_contain_text(sentence)
    run = find_run(services, code)
    assert run is not None
    core = rider(hall, locale="en").join(f"{code}?c=core")
    set_waves(services, run.id, [Wave(services.now().at + timedelta(seconds=2), ("core",))], "test")
    core.begin()  # its page opens by itself
    expect(fan.page.locator("[data-slot=go]")).to_contain_text("The first are on the road already")
    expect(fan.page.locator("[data-slot=go] [role=timer]")).to_contain_text("hours")
    open_season(services, run.id, "test")
    fan.begin()


def test_a_road_can_be_gone_by_keyboard_alone_and_is_said_aloud(hall: Hall, services: Services) -> None:
    fan = rider(hall, locale="en").join(season_of(services))
    keys, said = fan.page.keyboard, fan.page.locator("#say,#say-now")
    fan.page.locator("[data-begin]").focus()
    keys.press("Enter")
    for scene in ("start", "open"):
        fan.phase(scene)
        if scene == "start":
            expect(fan.page.locator("button[data-onward]")).to_be_focused()
            keys.press("Enter")
    expect(said.filter(has_text="Question 1 of 3")).to_have_count(1)
    letter = "ABCD"[int(fan.right().get_attribute("data-el") or 0)]
    expect(fan.right()).to_be_enabled()
    keys.press(letter)
    expect(fan.phase("verdict").page.locator("button[data-onward]")).to_be_focused()
    expect(said.filter(has_text="The answer:")).to_contain_text("Right!")
    keys.press("Enter")
    fan.phase("open")


def test_a_counted_play_stands_on_the_boards_with_its_badge(hall: Hall, services: Services) -> None:
    code = season_of(services)
    fan = rider(hall, locale="en").join(code, "Standing").begin().level(True, True, True).onward().phase("passed")
    fan.page.get_by_role("button", name="End here").click()
    fan.page.get_by_role("button", name="Really? You keep 110").click()
    fan.phase("ended").page.get_by_role("link", name="Boards").click()
    mine = fan.page.locator(".row--mine")
    for _ in range(120):
        if mine.count():
            break
        fan.page.wait_for_timeout(500)
        fan.page.reload()
    expect(mine).to_contain_text("110")
    fan.page.locator("summary", has_text="This season").focus()
    fan.page.keyboard.press("Enter")
    assert not fan.page.get_by_role("link", name="Channel").count()  # came by none
    fan.page.get_by_role("link", name="Level 1").click()
    expect(mine).to_contain_text("60")
    expect(fan.page.locator("summary")).to_have_text("Board: Level 1")
    expect(fan.go("/me").page.locator(".badges")).to_contain_text("Through gate 1")
    expect(fan.page.get_by_role("link", name="Propose a question")).to_be_visible()


def test_a_friend_takes_the_dare_up_and_sees_the_others_play_beside_it(hall: Hall, services: Services) -> None:
    code = season_of(services)
    first = (
        rider(hall, "first", locale="en").join(code, "Wei").begin().level(True, False, True).onward().phase("failed")
    )
    first.page.get_by_role("button", name="End here").click()
    first.page.get_by_role("button", name="Really?").click()
    first.phase("ended").page.get_by_role("button", name="Dare a friend").wait_for()
    token = next(found[1] for frame in reversed(first.frames) if (found := re.search(r'"challenge":"([^"]+)"', frame)))
    friend = rider(hall, "friend", locale="en").join(f"{code}?d={token}", "Lin")
    expect(friend.page.locator(".call")).to_contain_text("Wei")
    expect(friend.page.locator(".call")).to_contain_text("A challenge counts on a board of its own")
    friend.page.locator("[data-practice]").click()
    friend.phase("start").page.get_by_role("button", name="Map").click()
    expect(friend.page.locator("[data-first]")).to_contain_text("End it first, then you can take up the challenge.")
    friend.page.get_by_role("button", name="End the practice").click()
    friend.page.get_by_role("button", name="Really? End the practice").click()
    friend.page.get_by_role("button", name="Take it up").click()
    friend.phase("start").level(True)
    expect(friend.page.locator(".ghost")).to_contain_text(re.compile(r"Wei: right in \d+\.\d{3} s · stood at 10"))
    friend.level(True, True).onward().phase("passed").page.get_by_role("button", name="End here").click()
    friend.page.get_by_role("button", name="Really?").click()
    expect(friend.phase("ended").page.locator(".duel")).to_contain_text("You won.")


def test_a_season_that_closes_ends_the_play_and_says_what_counts(hall: Hall, services: Services) -> None:
    code = season_of(services)
    fan = rider(hall, locale="en").join(code).begin().ask()
    with services.reading() as sql:
        run_id = sql.execute(select(Run.id).where(Run.code == code)).scalar_one()
    close_season(services, run_id, "test")
    expect(fan.phase("closed").page.get_by_role("heading", name="The road has closed")).to_be_visible()
    fan.page.get_by_role("button", name="To the map").click()
    expect(fan.page.locator("#map")).to_contain_text("This season is over.")
