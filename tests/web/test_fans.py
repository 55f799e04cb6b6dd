"""The way of a fan: code, name, cookie, game."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, Edit, RushDraft, create_campaign, create_rush
from campaigns.control.people import ban
from campaigns.control.questions import add_questions
from campaigns.control.review import review
from campaigns.control.runs import make_run, run_summary
from campaigns.db.models import Fan, Participation, Run
from campaigns.domain.rush_rules import RushRules
from campaigns.identity.fans import fan_of
from campaigns.web.edge import KEY
from tests.stage import single, words
from tests.web.conftest import PUBLIC_URL, Browser


@pytest.fixture
def code(services: Services) -> str:
    """Of a run whose lobby is open."""
    campaign_id = create_campaign(services, CampaignDraft(words("发布会"), "Asia/Shanghai", Decimal(1)))
    rush_id = create_rush(services, campaign_id, RushDraft(words("开场"), RushRules()))
    add_questions(services, rush_id, 1, [single()])
    return run_summary(services, make_run(services, rush_id, actor="operator:1")).code


def run_named(services: Services, code: str) -> Run:
    with services.sql.connect() as sql:
        found: Run = sql.execute(select(Run).where(Run.code == code)).one()  # type: ignore[assignment]  # a row that has all of its columns
    return found


def join(browser: Browser, code: str, name: str = "小明", **more: object) -> int:
    answer = browser.post(f"/r/{code}/join", {"nickname": name, **more}, form_at=f"/r/{code}")
    return answer.status_code


def cookie(browser: Browser, name: str = "fan") -> str | None:
    found = browser.client.get_cookie(name)
    return found.value if found is not None else None


def test_a_typed_code_leads_to_its_run_however_it_was_typed(stranger: Browser) -> None:
    assert stranger.get("/?code=k7 m2qd").headers["Location"] == "/r/K7M2QD"


def test_a_name_stands_in_the_field_before_anybody_typed(stranger: Browser, code: str) -> None:
    page = stranger.get(f"/r/{code}")
    assert page.status_code == 200
    assert 'name="nickname" value=""' not in page.text


def test_who_comes_early_reads_what_it_is_when_it_opens_and_what_time_it_is_here(
    stranger: Browser, code: str, services: Services
) -> None:
    assert "data-opens" not in stranger.get(f"/r/{code}").text  # its lobby is open
    opens = (services.now().at + timedelta(days=2)).replace(microsecond=0)
    rush_id = run_named(services, code).activity_id
    assert review(services, rush_id, 2, "operator:1") is Edit.SAVED
    early = run_summary(services, make_run(services, rush_id, actor="operator:1", starts_at=opens)).code
    page = stranger.get(f"/r/{early}?lang=en").text
    assert "开场" in page and f'data-opens="{opens.isoformat()}"' in page and "It is open. Come in!" in page
    wall = re.search(r'data-wall="(\d+)"', page)
    assert wall and abs(int(wall.group(1)) / 1000 - services.now().at.timestamp()) < 60
    assert join(stranger, early) == 303


def test_looking_at_the_join_page_makes_no_fan(stranger: Browser, code: str, services: Services) -> None:
    with services.sql.connect() as sql:
        before = len(sql.execute(select(Fan.id)).all())
        stranger.get(f"/r/{code}")
        assert len(sql.execute(select(Fan.id)).all()) == before
    assert cookie(stranger) is None


def test_one_tap_makes_a_fan_whose_cookie_no_script_can_read(stranger: Browser, code: str, services: Services) -> None:
    answer = stranger.post(f"/r/{code}/join", {"nickname": "小明"}, form_at=f"/r/{code}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/r/{code}"
    made = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("fan="))
    assert "HttpOnly" in made and "SameSite=Lax" in made and "Path=/" in made
    assert "Secure" not in made
    assert fan_of(services, cookie(stranger)) is not None


def test_on_https_the_cookie_is_secure_and_bound_to_the_host(app: Flask, code: str) -> None:
    browser = Browser(app, "https://localhost")
    answer = browser.post(
        f"/r/{code}/join", {"nickname": "小明"}, form_at=f"/r/{code}", headers={"Referer": "https://localhost/"}
    )
    made = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-fan="))
    assert "Secure" in made and "Path=/" in made and "Domain" not in made


def test_who_has_joined_gets_the_game_and_stays_the_same_fan(stranger: Browser, code: str) -> None:
    join(stranger, code)
    before = cookie(stranger)
    assert 'id="stage"' in stranger.get(f"/r/{code}").text
    assert stranger.get("/me").status_code == 200
    assert cookie(stranger) == before


def test_first_and_last_channel_and_the_inviter_are_kept(app: Flask, code: str, services: Services) -> None:
    inviter, guest = Browser(app), Browser(app)
    join(inviter, code, "请客的人")
    host = fan_of(services, cookie(inviter))
    assert host is not None
    join(guest, code, "来客", c="poster", i=host.public)
    guest.client.post(f"/r/{code}/join", data={"csrf_token": guest.token("/login"), "nickname": "来客", "c": "wechat"})
    mine = fan_of(services, cookie(guest))
    assert mine is not None
    with services.sql.connect() as sql:
        row = sql.execute(select(Participation).where(Participation.fan_id == mine.id)).one()
    assert (row.first_channel, row.last_channel, row.inviter_id) == ("poster", "wechat", host.id)


@pytest.mark.parametrize(("name", "said"), [("​", "看得见"), ("主持人", "台上")])
def test_a_refused_name_is_said_why_and_stays_in_the_field(stranger: Browser, code: str, name: str, said: str) -> None:
    answer = stranger.post(f"/r/{code}/join", {"nickname": name}, form_at=f"/r/{code}")
    assert answer.status_code == 400
    assert said in answer.text
    assert f'value="{name}"' in answer.text
    assert 'id="stage"' not in stranger.get(f"/r/{code}").text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x>', "{{7*7}}"])
def test_markup_in_a_name_stays_text(stranger: Browser, code: str, name: str) -> None:
    stranger.post(f"/r/{code}/join", {"nickname": name}, form_at=f"/r/{code}")
    page = stranger.get("/me").text
    assert "<script>alert" not in page and "<img src=x" not in page and ">49<" not in page


def test_an_unknown_code_is_told_kindly(stranger: Browser) -> None:
    answer = stranger.get("/r/NOSUCH")
    assert answer.status_code == 404
    assert "NOSUCH" in answer.text


def test_a_run_that_is_over_takes_nobody_in_but_keeps_its_people(app: Flask, code: str, services: Services) -> None:
    there, late = Browser(app), Browser(app)
    join(there, code)
    token = late.token(f"/r/{code}")
    with services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.code == code).values(state="ended", scene="final"))
    assert late.get(f"/r/{code}").status_code == 410
    assert late.client.post(f"/r/{code}/join", data={"csrf_token": token, "nickname": "迟到"}).status_code == 410
    assert cookie(late) is None
    assert there.get(f"/r/{code}").status_code == 200


def test_the_qr_code_is_a_picture_that_may_be_kept_for_a_while(stranger: Browser, code: str) -> None:
    answer = stranger.get(f"/r/{code}/qr.svg")
    assert answer.content_type == "image/svg+xml"
    assert "<svg" in answer.text and "max-age" in answer.headers["Cache-Control"]
    assert stranger.get("/r/NOSUCH/qr.svg").status_code == 404


def test_links_leave_the_house_with_the_public_address(operator: Browser, services: Services, code: str) -> None:
    with services.sql.connect() as sql:
        run_id = sql.scalar(select(Run.id).where(Run.code == code))
    assert f"{PUBLIC_URL}/r/{code}" in operator.get(f"/operators/runs/{run_id}").text


def test_a_body_larger_than_a_form_is_refused(stranger: Browser, code: str) -> None:
    answer = stranger.client.post(f"/r/{code}/join", data={"nickname": "x" * 80_000})
    assert answer.status_code == 413
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path", ["/r/%00", "/?code=%00", "/media/%00", "/r/" + "x" * 500, "/r/😀", "/media/..%2f..%2fetc"]
)
def test_odd_addresses_are_answered_not_stumbled_over(stranger: Browser, path: str) -> None:
    assert stranger.get(path).status_code in (302, 400, 404)


def test_a_forged_cookie_is_nobody(stranger: Browser, code: str) -> None:
    for forged in ("x", "x" * 3000, "\x7f\x80", "小明"):
        stranger.client.set_cookie("fan", forged)
        assert stranger.get("/me").status_code == 302
        assert stranger.get(f"/r/{code}").status_code == 200


def test_a_banned_fan_is_told_at_the_door_of_every_run_of_the_campaign(
    stranger: Browser, code: str, services: Services
) -> None:
    join(stranger, code)
    fan = fan_of(services, cookie(stranger))
    assert fan is not None
    with services.sql.begin() as sql:
        run = sql.execute(select(Run.id, Run.activity_id).where(Run.code == code)).one()
        public = sql.execute(select(Fan.public).where(Fan.id == fan.id)).scalar_one()
    ban(services, run.id, public, "operator:1")
    another = run_summary(services, make_run(services, run.activity_id, actor="operator:1")).code
    for door in (code, another):
        answer = stranger.get(f"/r/{door}")
        assert answer.status_code == 403
        assert "你已被移出整个活动" in answer.text and 'name="nickname"' not in answer.text


def test_on_https_a_plain_cookie_that_a_neighbour_may_have_set_is_nobody(app: Flask, code: str) -> None:
    fan = Browser(app)
    join(fan, code)
    planted = cookie(fan)
    assert planted is not None and fan.get("/me").status_code == 200
    victim = Browser(app, "https://localhost")
    victim.client.set_cookie("fan", planted)
    assert victim.get("/me").status_code == 302
    victim.client.set_cookie("__Host-fan", planted, secure=True)
    assert victim.get("/me").status_code == 200


def test_the_page_of_the_game_brings_its_first_picture_along(app: Flask, code: str, services: Services) -> None:
    fan = Browser(app)
    join(fan, code, "שלום")
    page = re.search(r'id="page">(.*?)</script>', fan.get(f"/r/{code}").text)
    assert page is not None
    snapshot = json.loads(page.group(1))["snapshot"]
    assert snapshot["scene"]["run"]["code"] == code and snapshot["scene"]["scene"] == "lobby"
    assert snapshot["scene"]["reveal"] is None and snapshot["scene"]["round"] is None
    assert snapshot["you"]["name"] == "שלום" and snapshot["you"]["answered"] is None
    assert snapshot["now_ms"] > 0
    assert "<bdi>שלום</bdi>" in fan.get("/me").text


def test_where_the_address_is_this_machines_own_there_is_no_code_to_scan(
    services: Services, app: Flask, code: str
) -> None:
    known = app.extensions[KEY]
    app.extensions[KEY] = replace(known, public_url="http://127.0.0.1:8000")
    try:
        assert app.test_client().get(f"/r/{code}/qr.svg").status_code == 404
    finally:
        app.extensions[KEY] = known
