"""The way of an operator: a link that works once, a password, a session that ends."""

from __future__ import annotations

import pytest
from flask import Flask

from campaigns.bootstrap import Services
from campaigns.identity.operators import mint_login_link
from tests.web.conftest import PUBLIC_URL, Browser

PASSWORD = "ein langes 密码"


def set_password(browser: Browser, new: str = PASSWORD, again: str = PASSWORD, old: str = "") -> int:
    form = {"password": new, "again": again, "old": old}
    return browser.post("/operators/account", dict(form), form_at="/operators/account").status_code


def log_in(browser: Browser, name: str, password: str, goal: str = "") -> int:
    form = {"name": name, "password": password, "next": goal}
    return browser.post("/login", dict(form), form_at="/login").status_code


@pytest.fixture
def ada(app: Flask, services: Services) -> Browser:
    """An operator of her own, with a password."""
    browser = Browser(app)
    link = f"/login/{mint_login_link(services, 'ada')}"
    browser.post(link, {}, form_at=link)
    if set_password(browser) == 400:  # the database is the module's: another test has set it before
        assert set_password(browser, old=PASSWORD) == 302
    return browser


def test_looking_at_a_link_does_not_use_it_up(stranger: Browser, services: Services) -> None:
    link = f"/login/{mint_login_link(services)}"
    for _ in range(3):
        assert stranger.get(link).status_code == 200
    assert stranger.get("/operators/").status_code == 302
    assert stranger.post(link, {}, form_at=link).status_code == 302
    assert stranger.get("/operators/").status_code == 200


def test_what_asks_for_the_head_of_a_link_alone_has_only_looked(stranger: Browser, services: Services) -> None:
    """As chat apps do when a link is sent through them."""
    link = f"/login/{mint_login_link(services)}"
    for _ in range(2):
        head = stranger.client.head(link)
        assert (head.status_code, head.data) == (200, b"")
    assert stranger.post(link, {}, form_at=link).status_code == 302


def test_a_link_works_once(app: Flask, services: Services) -> None:
    first, second = Browser(app), Browser(app)
    link = f"/login/{mint_login_link(services)}"
    token = second.token(link)
    assert first.post(link, {}, form_at=link).status_code == 302
    assert second.client.post(link, data={"csrf_token": token}).status_code == 410
    assert second.get(link).status_code == 410
    assert second.get("/operators/").status_code == 302


def test_the_first_login_asks_for_a_password_and_can_be_put_off(app: Flask, services: Services) -> None:
    browser = Browser(app)
    link = f"/login/{mint_login_link(services, 'new one')}"
    assert browser.post(link, {}, form_at=link).headers["Location"] == "/login/welcome"
    assert browser.get("/login/welcome").headers["Location"] == "/operators/account?first=1"
    assert browser.get("/operators/").status_code == 200


def test_name_and_password_let_in_and_the_wrong_ones_do_not_say_which(app: Flask, ada: Browser) -> None:
    browser = Browser(app)
    wrong = browser.post("/login", {"name": "ada", "password": "guess"}, form_at="/login")
    nobody = browser.post("/login", {"name": "nobody", "password": "guess"}, form_at="/login")
    assert (wrong.status_code, nobody.status_code) == (403, 403)
    assert "名称与密码不匹配" in wrong.text and "名称与密码不匹配" in nobody.text
    assert log_in(browser, "ada", PASSWORD) == 302
    assert browser.get("/operators/").status_code == 200


@pytest.mark.parametrize(("new", "again"), [("short", "short"), (PASSWORD, "another one"), ("x" * 300, "x" * 300)])
def test_a_password_that_does_not_fit_changes_nothing(app: Flask, ada: Browser, new: str, again: str) -> None:
    assert set_password(ada, new, again, old=PASSWORD) == 400
    assert log_in(Browser(app), "ada", PASSWORD) == 302


def test_the_old_password_is_asked_and_other_sessions_end(app: Flask, ada: Browser) -> None:
    elsewhere = Browser(app)
    assert log_in(elsewhere, "ada", PASSWORD) == 302
    assert set_password(ada, old="not it") == 400
    assert elsewhere.get("/operators/").status_code == 200
    assert set_password(ada, old=PASSWORD) == 302
    assert elsewhere.get("/operators/").status_code == 302
    assert ada.get("/operators/").status_code == 200


def test_every_login_has_a_session_of_its_own_and_ends_the_one_before(ada: Browser) -> None:
    before = ada.client.get_cookie("operator")
    assert before is not None
    ada.client.set_cookie("operator", before.value)
    ada.client.delete_cookie("operator")
    fresh = Browser(ada.client.application)
    fresh.client.set_cookie("operator", before.value)
    assert fresh.get("/operators/").status_code == 200
    token = fresh.token("/operators/account")
    fresh.client.post("/login", data={"csrf_token": token, "name": "ada", "password": PASSWORD})
    after = fresh.client.get_cookie("operator")
    assert after is not None and after.value != before.value
    ada.client.set_cookie("operator", before.value)
    assert ada.get("/operators/").status_code == 302


def test_logging_out_ends_the_session_itself_not_only_the_cookie(ada: Browser) -> None:
    kept = ada.client.get_cookie("operator")
    assert kept is not None
    assert ada.post("/logout", {}, form_at="/operators/account").status_code == 302
    assert ada.client.get_cookie("operator") is None
    ada.client.set_cookie("operator", kept.value)
    assert ada.get("/operators/").status_code == 302


@pytest.mark.parametrize(
    "goal", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/me"]
)
def test_a_login_sends_nobody_to_a_stranger(app: Flask, ada: Browser, goal: str) -> None:
    form = {"name": "ada", "password": PASSWORD, "next": goal}
    assert Browser(app).post("/login", dict(form), form_at="/login").headers["Location"] == "/operators/"


def test_a_login_leads_back_to_where_it_was_asked_for(app: Flask, ada: Browser) -> None:
    form = {"name": "ada", "password": PASSWORD, "next": "/operators/campaigns/new"}
    answer = Browser(app).post("/login", dict(form), form_at="/login")
    assert answer.headers["Location"] == "/operators/campaigns/new"


def test_guessing_is_slowed_down_by_address(app: Flask, ada: Browser) -> None:
    browser = Browser(app)
    outcomes = [log_in(browser, f"somebody {n}", "guess") for n in range(21)]
    assert outcomes == [403] * 20 + [429]
    assert log_in(browser, "ada", PASSWORD) == 429
    assert "请等一分钟" in browser.post("/login", {"name": "x"}, form_at="/login").text


def log_in_from(browser: Browser, address: str, name: str, password: str) -> int:
    data = {"csrf_token": browser.token("/login"), "name": name, "password": password}
    return browser.client.post("/login", data=data, environ_overrides={"REMOTE_ADDR": address}).status_code


def test_guessing_at_an_account_from_one_address_does_not_lock_its_owner_out_elsewhere(
    app: Flask, ada: Browser
) -> None:
    browser = Browser(app)
    guesses = [log_in_from(browser, "192.0.2.66", "ada", "guess") for _ in range(30)]
    assert guesses == [403] * 5 + [429] * 25
    assert log_in_from(Browser(app), "192.0.2.7", "ada", PASSWORD) == 302


def test_guessing_is_slowed_down_by_account_from_many_addresses(
    app: Flask, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.identity.operators._matches", lambda stored, password: False)  # slow on purpose
    browser = Browser(app)
    guesses = [log_in_from(browser, f"192.0.2.{n // 5}", "ada", "guess") for n in range(101)]
    assert guesses == [403] * 100 + [429]


def test_an_invitation_is_a_link_with_the_public_address(app: Flask, ada: Browser) -> None:
    page = ada.post("/operators/account/invite", {"name": "grace"}, form_at="/operators/account").text
    address = page.split(f'value="{PUBLIC_URL}')[1].split('"')[0]
    guest = Browser(app)
    assert guest.post(address, {}, form_at=address).status_code == 302
    assert "grace" in guest.get("/operators/").text


def test_nobody_becomes_another_operator_by_inviting_them(ada: Browser, services: Services) -> None:
    mint_login_link(services, "root")
    answer = ada.post("/operators/account/invite", {"name": " root "}, form_at="/operators/account")
    assert answer.status_code == 409
    assert "/login/" not in answer.text and "已经有名为 root 的操作员" in answer.text


def test_an_operator_may_make_a_link_for_another_machine_of_their_own(app: Flask, ada: Browser) -> None:
    page = ada.post("/operators/account/invite", {"name": "ada"}, form_at="/operators/account").text
    address = page.split(f'value="{PUBLIC_URL}')[1].split('"')[0]
    elsewhere = Browser(app)
    elsewhere.post(address, {}, form_at=address)
    assert "ada" in elsewhere.get("/operators/").text
