"""Screens are rows: one address gets so many of them a minute, and those that are known may ask as they like."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from campaigns.bootstrap import Services
from campaigns.db.models import Display
from tests.web.conftest import Browser


def screens(services: Services) -> int:
    with services.reading() as sql:
        return sql.execute(select(func.count()).select_from(Display)).scalar_one()


def test_one_address_cannot_fill_the_house_with_screens(app: Flask, services: Services) -> None:
    known = Browser(app)
    known.get("/display")
    before = screens(services)
    for _ in range(59):
        assert app.test_client().get("/display").status_code == 200
    assert app.test_client().get("/display").status_code == 429
    forged = app.test_client()
    forged.set_cookie("display", "forged")
    assert forged.get("/display/state").status_code == 429
    assert screens(services) == before + 59
    assert known.get("/display").status_code == 200
    assert known.get("/display/state").status_code == 200


def test_a_screen_that_is_known_asks_as_often_as_it_likes(app: Flask, services: Services) -> None:
    screen, without_cookies = Browser(app), app.test_client(use_cookies=False)
    screen.get("/display")
    before = screens(services)
    assert {screen.get("/display/state").status_code for _ in range(70)} == {200}
    assert {without_cookies.get("/display/state").status_code for _ in range(70)} == {200}
    assert screens(services) == before
