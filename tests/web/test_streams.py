"""Links for viewers of a stream: made, changed, measured and taken back by operators; what fans meet behind them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.calibrating import calibration_of
from campaigns.control.cohorts import cohorts_of
from campaigns.db.cohorts import Flashes, Measured
from tests.web.conftest import Browser


@pytest.fixture
def run_id(operator: Browser, rush_id: int, question_id: int) -> int:
    form = f"/operators/rushes/{rush_id}"
    return int(operator.post(f"{form}/runs", {"when": "now"}, form_at=form).headers["Location"].rsplit("/", 1)[1])


def made(operator: Browser, run_id: int, name: str, delay_ms: str = "12000") -> int:
    page = f"/operators/runs/{run_id}/streams"
    return operator.post(f"{page}/new", {"name": name, "delay_ms": delay_ms}, form_at=page).status_code


def code_of(services: Services, run_id: int, name: str) -> str:
    return next(line.code for line in cohorts_of(services, run_id) if line.name == name)


def test_links_are_made_changed_and_taken_back(operator: Browser, services: Services, run_id: int) -> None:
    page = f"/operators/runs/{run_id}/streams"
    assert made(operator, run_id, "B 站") == 303 and made(operator, run_id, "抖音", "800") == 303
    assert made(operator, run_id, "B 站") == 400 and made(operator, run_id, "x", "60001") == 400
    shown = operator.get(page).text
    assert f"/r/{code_of(services, run_id, 'B 站')}" in shown and "+0.8" in shown
    stream = cohorts_of(services, run_id)[0].run_id  # the least late
    assert operator.post(f"/operators/runs/{stream}/stream/delay", {"delay_ms": "950"}, form_at=page).status_code == 303
    assert operator.post(f"/operators/runs/{stream}/stream/delay", {"delay_ms": "-1"}, form_at=page).status_code == 400
    assert cohorts_of(services, run_id)[0].delay_ms == 950
    assert operator.post(f"/operators/runs/{stream}/stream/flash", {}, form_at=page).status_code == 303
    assert 'http-equiv="refresh"' in operator.get(page).text
    nothing = operator.post(f"/operators/runs/{stream}/stream/delay", {"measured": "on"}, form_at=page)
    assert nothing.status_code == 303 and cohorts_of(services, run_id)[0].delay_ms == 950
    assert operator.post(f"/operators/runs/{stream}/stream/remove", {}, form_at=page).status_code == 303
    assert "抖音" not in operator.get(page).text
    assert operator.post(f"/operators/runs/{run_id}/stream/remove", {}, form_at=page).status_code == 404


def test_a_second_link_leads_to_the_seat_one_has(
    app: Flask, operator: Browser, services: Services, run_id: int
) -> None:
    made(operator, run_id, "B 站")
    code, fan = code_of(services, run_id, "B 站"), Browser(app)
    assert "12" in fan.get(f"/r/{code}").text and "stream" in fan.get(f"/r/{code}?lang=en").text
    fan.post(f"/r/{code}/join", {"nickname": "小红"}, form_at=f"/r/{code}")
    assert '"stream":' in fan.get(f"/r/{code}").text
    hall = re.findall(
        r"Stream viewers of (\w+)|(\w+) 的直播观众", operator.get(f"/operators/runs/{run_id}/streams").text
    )
    away = fan.get(f"/r/{''.join(hall[0])}")
    assert away.status_code == 302 and away.headers["Location"].endswith(f"/r/{code}")


def test_the_measuring_page_is_behind_a_streams_link_alone(
    app: Flask, operator: Browser, services: Services, run_id: int
) -> None:
    made(operator, run_id, "B 站")
    stream, page = cohorts_of(services, run_id)[0], f"/operators/runs/{run_id}/streams"
    viewer, link = Browser(app), f"/r/{stream.code}/flash"
    assert viewer.get(link).status_code == 200 and viewer.get("/r/NOSUCH/flash").status_code == 404
    assert viewer.post(link, {"taps": "3 2 1"}, form_at=link).status_code == 409
    operator.post(f"/operators/runs/{stream.run_id}/stream/flash", {}, form_at=page)
    for nonsense in ("", "1 2", "a b c", "nan nan nan", "1e9 1 1"):
        assert viewer.post(link, {"taps": nonsense}, form_at=link).status_code == 409


def test_one_fan_or_one_address_measures_once_however_many_pages_it_claims_to_be(
    app: Flask, operator: Browser, services: Services, run_id: int
) -> None:
    made(operator, run_id, "B 站")
    stream, page = cohorts_of(services, run_id)[0], f"/operators/runs/{run_id}/streams"
    link, viewer, fan = f"/r/{stream.code}/flash", Browser(app), Browser(app)
    assert fan.post(f"/r/{stream.code}/join", {"nickname": "小红"}, form_at=f"/r/{stream.code}").status_code == 303
    operator.post(f"/operators/runs/{stream.run_id}/stream/flash", {}, form_at=page)

    def tap(browser: Browser, tab: str, address: str) -> int:
        with services.reading() as sql:
            at_ns = sql.execute(select(Flashes.at_ns).where(Flashes.run_id == stream.run_id)).scalar_one()
        taps = " ".join(str((services.now().ns - at) / 1e6) for at in at_ns)
        more = {"environ_overrides": {"REMOTE_ADDR": address}}
        return browser.post(link, {"taps": taps, "tab": tab}, form_at=link, **more).status_code

    def viewers() -> int:
        found = calibration_of(services, stream.run_id)
        return found.viewers if found is not None else 0

    assert [tap(viewer, tab, "192.0.2.1") for tab in "abc"] == [200] * 3 and viewers() == 1
    assert tap(Browser(app), "d", "192.0.2.1") == 200 and viewers() == 1, "a new browser is no new viewer"
    assert tap(fan, "e", "192.0.2.1") == tap(fan, "f", "192.0.2.3") == 200 and viewers() == 2
    assert tap(viewer, "a", "192.0.2.2") == 200 and viewers() == 3
    with services.reading() as sql:
        assert "192.0.2" not in str(sql.scalars(select(Measured.tab)).all())
    assert [tap(viewer, "a", "192.0.2.9") for _ in range(31)][-2:] == [200, 429]


def test_an_overlay_over_a_stream_invites_to_its_own_link(
    app: Flask, operator: Browser, services: Services, run_id: int
) -> None:
    made(operator, run_id, "B 站")
    code, obs = code_of(services, run_id, "B 站"), Browser(app)
    assert f"stream={code}" in obs.get(f"/display/overlay?stream={code}").text  # where its pairing leads
    assert "stream=" not in obs.get("/display/overlay?stream=NOSUCH").text
