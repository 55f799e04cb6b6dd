"""Devices and reconnects: counted in memory, written by the minute, read by the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from campaigns.bootstrap import Services
from campaigns.control.report.figures import report
from campaigns.db.visits import AGAIN, Visits
from campaigns.play.devices import remember_device
from tests.conftest import FakeTime
from tests.stage import joined_fan, run_of, single

WECHAT = "Mozilla/5.0 (iPhone) Mobile/15E148 MicroMessenger/8.0.53"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"


@pytest.fixture
def timed(services: Services, fake_time: FakeTime) -> Services:
    return replace(services, now=fake_time, visits=Visits())


def test_a_fan_is_counted_once_with_the_device_of_the_first_join(timed: Services) -> None:
    run_id = run_of(timed, [single()])
    for name, browsers in {"小明": (WECHAT, FIREFOX), "小华": (WECHAT,), "老王": (FIREFOX,)}.items():
        fan, _ = joined_fan(timed, run_id, name)
        for browser in browsers:
            remember_device(timed, run_id, fan, "192.0.2.1", browser)
    timed.visits.write(timed.sql)
    found = report(timed, run_id).devices
    assert [(each.kind["en"], each.n) for each in found] == [("Phone", 2), ("Desktop", 1)]
    assert found[0].browsers == [({"zh": "微信", "en": "WeChat"}, True, 2)]


def test_connections_that_come_again_stand_in_their_minute(timed: Services, fake_time: FakeTime) -> None:
    run_id, other = run_of(timed, [single()]), run_of(timed, [single()])
    at = fake_time.at.replace(second=40)
    for later_s in (0, 10, 200, 7200):
        timed.visits.note(run_id, AGAIN, at + timedelta(seconds=later_s))
        timed.visits.write(timed.sql)
    found = report(timed, run_id).returns
    assert found is not None and report(timed, other).returns is None
    assert (found.first, found.minutes) == (at.replace(second=0), 3)
    assert sum(found.bins) == 4 and found.bins[0] == 2 and found.bins[1] == 1 and found.bins[-1] == 1
    assert len(found.bins) <= 60


def test_what_could_not_be_written_is_written_the_next_time(timed: Services, fake_time: FakeTime) -> None:
    run_id = run_of(timed, [single()])
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nowhere", connect_args={"connect_timeout": 2})
    timed.visits.note(run_id, AGAIN, fake_time.at)
    with pytest.raises(SQLAlchemyError):
        timed.visits.write(nowhere)
    timed.visits.note(run_id, AGAIN, fake_time.at)
    timed.visits.write(timed.sql)
    timed.visits.write(timed.sql)
    found = report(timed, run_id).returns
    assert found is not None and found.bins == [2]
