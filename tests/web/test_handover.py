"""Entering from a community: the link shows, the form does; what is refused is told in words."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from campaigns.bootstrap import Services
from campaigns.domain.ticket import Ticket, write
from campaigns.identity.fans import fan_of, new_fan
from campaigns.web import create_app
from tests.web.conftest import PUBLIC_URL, SECRET_KEY, Browser
from tests.web.test_fans import cookie

FORUM = b"a secret of the forum's own"


@pytest.fixture
def door(services: Services, assets: Path) -> Flask:
    services.live.flushall()
    return create_app(
        services, public_url=PUBLIC_URL, secret_key=SECRET_KEY, issuers={"forum": FORUM}, asset_folder=assets
    )


def signed(member: str = "10086", to: str = "/me", age: int = 0, secret: bytes = FORUM) -> str:
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=age)
    return write(Ticket("forum", member, "小明", at, secrets.token_urlsafe(16), to), secret)


def enter(browser: Browser, ticket: str) -> tuple[int, str | None]:
    link = f"/enter?ticket={ticket}"
    answer = browser.post("/enter", {"ticket": ticket}, form_at=link)
    return answer.status_code, answer.headers.get("Location")


def test_a_link_shows_who_one_is_about_to_be_and_changes_nothing(door: Flask) -> None:
    browser, ticket = Browser(door), signed()
    for _ in range(2):  # a chat app has looked at it before
        page = browser.get(f"/enter?ticket={ticket}")
        assert page.status_code == 200 and "小明" in page.text and cookie(browser) is None
    assert page.headers["Cache-Control"] == "no-store" and page.headers["Referrer-Policy"] == "no-referrer"


def test_a_member_enters_and_lands_where_the_community_said(door: Flask, services: Services) -> None:
    browser, member = Browser(door), secrets.token_hex(4)
    assert enter(browser, signed(member, to="/r/K7M2QD?c=forum")) == (303, "/r/K7M2QD?c=forum")
    first = fan_of(services, cookie(browser))
    other = Browser(door)
    assert enter(other, signed(member))[0] == 303
    second = fan_of(services, cookie(other))
    assert first is not None and second is not None and first.id == second.id


def test_a_guest_of_this_browser_becomes_the_member_and_its_cookie_still_opens_the_door(
    door: Flask, services: Services
) -> None:
    member = secrets.token_hex(4)
    enter(Browser(door), signed(member))
    browser = Browser(door)
    guest, token = new_fan(services)
    browser.client.set_cookie("fan", token)
    assert enter(browser, signed(member))[0] == 303
    now, old = fan_of(services, cookie(browser)), fan_of(services, token)
    assert cookie(browser) != token
    assert now is not None and old is not None and now.id == old.id != guest


def test_a_second_tap_lands_there_too_and_another_browser_is_told_that_it_was_used(door: Flask) -> None:
    browser, ticket = Browser(door), signed(secrets.token_hex(4))
    link = f"/enter?ticket={ticket}"
    token = browser.token(link)
    stranger = Browser(door)
    theirs = stranger.token(link)
    for _ in range(2):
        answer = browser.client.post("/enter", data={"csrf_token": token, "ticket": ticket})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    answer = stranger.client.post("/enter", data={"csrf_token": theirs, "ticket": ticket})
    assert answer.status_code == 400 and 'data-refusal="used"' in answer.text
    assert cookie(stranger) is None
    assert browser.get(link).headers["Location"] == "/me"


@pytest.mark.parametrize(
    ("ticket", "status", "code"),
    [
        (lambda: signed(age=121), 400, "expired"),  # signed when the test runs: a ticket's age counts
        (lambda: signed(age=-60), 400, "early"),
        (lambda: signed(secret=b"a secret of somebody else"), 403, "forged"),
        (lambda: signed(to="//evil.example/"), 400, "bad_path"),
        (lambda: "nonsense", 400, "malformed"),
        (lambda: "", 400, "malformed"),
    ],
)
def test_what_is_refused_is_told_in_words(door: Flask, ticket: Callable[[], str], status: int, code: str) -> None:
    answer = Browser(door).get(f"/enter?ticket={ticket()}&lang=en")
    assert answer.status_code == status
    assert f'data-refusal="{code}"' in answer.text
    assert "Location" not in answer.headers


def test_a_house_that_knows_no_community_lets_nobody_in(app: Flask) -> None:
    answer = Browser(app).get(f"/enter?ticket={signed()}")
    assert answer.status_code == 403 and 'data-refusal="unknown_issuer"' in answer.text


def test_another_site_cannot_send_the_form(door: Flask) -> None:
    browser, ticket = Browser(door), signed()
    token = browser.token(f"/enter?ticket={ticket}")
    sent = {"csrf_token": token, "ticket": ticket}
    assert browser.client.post("/enter", data=sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.client.post("/enter", data={"ticket": ticket}).status_code == 400
    assert cookie(browser) is None
