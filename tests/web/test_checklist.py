"""The checklist before the night as operators see it, and its test link as a phone opens it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from campaigns.bootstrap import Services
from campaigns.control.backups import Made, note_backup
from campaigns.control.reach import opened_by, token_of
from campaigns.domain.checklist import Machine
from campaigns.identity.displays import new_display, pair
from campaigns.live import keys
from campaigns.live.before import Showing, tell_screens
from campaigns.live.connect import hurried
from campaigns.web import create_app
from tests.web.conftest import PUBLIC_URL, SECRET_KEY, Browser

PAGE = "/operators/checklist?lang=en"
PHONE = {"REMOTE_ADDR": "198.51.100.7"}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0"


def state(browser: Browser, point: str) -> str:
    found = re.search(rf'<li class="point point--(\w+)" id="{point}">', browser.get(PAGE).text)
    assert found is not None
    return found.group(1)


def open_link(phone: Browser, path: str, address: str, **clock: object) -> str:
    environ = {"REMOTE_ADDR": address}
    answer = phone.post(path, clock, form_at=path, environ_overrides=environ, headers={"User-Agent": IPHONE})
    return answer.text


def test_a_phone_that_opens_the_test_link_turns_its_point_green_with_address_and_clock(
    operator: Browser, stranger: Browser, services: Services
) -> None:
    path = f"/reach/{token_of(services)}"
    assert PUBLIC_URL + path in operator.get(PAGE).text
    stranger.get(path, environ_overrides=PHONE)  # a preview in a chat app: looked at, not opened
    assert state(operator, "reach") == "look" and opened_by(services) == []
    ahead_ms = (services.now().at.timestamp() + 90) * 1000
    assert "已到达" in open_link(stranger, path, PHONE["REMOTE_ADDR"], clock_ms=f"{ahead_ms:.1f}", trip_ms="80")
    (opening,) = opened_by(services)
    assert (opening.address, opening.device) == (PHONE["REMOTE_ADDR"], "iPhone 微信/WeChat")
    assert opening.offset_s is not None and 80 < opening.offset_s < 91
    assert state(operator, "reach") == "good" and PHONE["REMOTE_ADDR"] in operator.get(PAGE).text
    assert state(operator, "clock") == "look"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "", "nonsense"])
def test_an_opening_on_the_machine_itself_does_not_count(
    stranger: Browser, operator: Browser, services: Services, address: str
) -> None:
    assert "就是这台机器" in open_link(stranger, f"/reach/{token_of(services)}", address)
    assert state(operator, "reach") == "look"


def test_the_link_tells_nothing_and_dies_with_the_next_day(stranger: Browser, services: Services) -> None:
    page = stranger.get(f"/reach/{token_of(services)}").text
    assert PUBLIC_URL not in page and "operators" not in page
    assert stranger.get(f"/reach/{token_of(services, 1)}").status_code == 200
    for token in (token_of(services, 2), token_of(services)[:-1], "手机"):
        assert stranger.get(f"/reach/{token}").status_code == 404


@pytest.mark.parametrize("nonsense", [{}, {"clock_ms": "nan", "trip_ms": "1"}, {"clock_ms": "1e999", "trip_ms": "1"}])
def test_a_phone_without_a_sensible_clock_has_arrived_all_the_same(
    stranger: Browser, operator: Browser, services: Services, nonsense: dict[str, str]
) -> None:
    open_link(stranger, f"/reach/{token_of(services)}", PHONE["REMOTE_ADDR"], **nonsense)
    assert opened_by(services)[0].offset_s is None
    assert state(operator, "reach") == "good" and state(operator, "clock") == "good"


def test_each_paired_screen_stands_there_with_its_scene_and_a_silent_one_in_red(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    assert state(operator, "screens") == "look"
    for _ in range(2):
        assert pair(services, new_display(services)[1], campaign_id)
    listed = [int(n) for n in re.findall(r"Screen (\d+)", operator.get(PAGE).text)]
    now_s = services.now().at.timestamp()
    tell_screens(services.live, {listed[0]: Showing(now_s - 3, "ABCD", "reveal")})
    assert state(operator, "screens") == "bad"
    assert re.search(r"reveal\s*<b class=\"num\">ABCD</b>", operator.get(PAGE).text)
    assert "not heard of" in operator.get(PAGE).text
    tell_screens(services.live, {listed[1]: Showing(now_s, "ABCD", "brand")})
    assert state(operator, "screens") == "good"


def test_the_stores_and_the_machine_are_told_as_they_are(
    operator: Browser, services: Services, assets: Path, tmp_path: Path
) -> None:
    assert state(operator, "durable") == "bad"  # the stores of these tests are careless: tests/conftest.py
    assert state(operator, "redis") == "good" and state(operator, "workers") == "bad"
    assert state(operator, "clock") == "good" and state(operator, "files") == "unknown"
    assert state(operator, "disk") in ("good", "look", "bad")
    services.live.set(keys.SWEEPER_SEEN, services.now().at.timestamp())
    assert re.search(r"Sweeper: heard\s*<span class=\"num\">\d s ago", operator.get(PAGE).text)
    machine = Machine((tmp_path / "not" / "made",), 1024, 4000)
    small = create_app(
        services, public_url="http://localhost:8000", secret_key=SECRET_KEY, asset_folder=assets, machine=machine
    )
    here = same_person(operator, small)
    assert state(here, "files") == "bad" and state(here, "reach") == "bad"
    assert str(machine.places[0]) in here.get(PAGE).text


def test_without_redis_the_page_says_so_and_what_redis_would_know_is_unknown(
    operator: Browser, services: Services, campaign_id: int, assets: Path
) -> None:
    assert pair(services, new_display(services)[1], campaign_id)
    away = replace(services, live=hurried("redis://127.0.0.1:1"))
    app = create_app(away, public_url=PUBLIC_URL, secret_key=SECRET_KEY, asset_folder=assets)
    here = same_person(operator, app)
    assert state(here, "redis") == "bad" and state(here, "durable") == "bad"
    assert {state(here, point) for point in ("workers", "screens")} == {"unknown"}
    assert "暂时记不下来" in open_link(Browser(app), f"/reach/{token_of(services)}", PHONE["REMOTE_ADDR"])
    away.live.close()


def same_person(operator: Browser, app: Flask) -> Browser:
    other = Browser(app)
    other.client._cookies = operator.client._cookies
    return other


def test_the_newest_backup_is_told_with_age_and_size(operator: Browser, services: Services) -> None:
    assert state(operator, "backup") == "look" and "make backup" in operator.get(PAGE).text
    now = datetime.now(UTC)
    note_backup(services, Made(now - timedelta(hours=30), 5_000, "old.zip"), b"")
    assert state(operator, "backup") == "look"
    note_backup(services, Made(now - timedelta(minutes=5), 3_400_000, "new.zip"), b"")
    assert state(operator, "backup") == "good"
    shown = operator.get(PAGE).text
    assert "new.zip" in shown and "3.4 MB" in shown and "5 min ago" in shown and "old.zip" not in shown


def test_the_code_to_scan_is_an_operators(operator: Browser, stranger: Browser) -> None:
    assert operator.get("/operators/checklist/qr.svg").content_type == "image/svg+xml"
    assert stranger.get("/operators/checklist/qr.svg").status_code == 302
