"""The web process restarts in the middle of a question that closes when everybody has answered: it waits for their return."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.models import Round
from campaigns.db.records import Event
from config import Settings
from deploy.house import House
from realtime.rooms import AWAY_NS
from tests.raw import RawDesk, RawPhone, let_in
from tests.stage import QUICK, run_of, single

AWAY_S = AWAY_NS / 1e9
ON_THE_WAY_S = 4.0  # the last one back; a page needs at most 3 s


@pytest.fixture(scope="module")
def mortal(settings: Settings, house: House) -> Iterator[House]:
    """A web process of their own; worker and sweeper are the house's."""
    with House(settings, workers=False) as other:
        yield other


def state(services: Services, run_id: int) -> str:
    with services.sql.connect() as sql:
        return str(sql.scalar(select(Round.state).where(Round.run_id == run_id, Round.n == 1)))


def closed_by(services: Services, run_id: int) -> list[str]:
    actors = select(Event.actor).where(Event.run_id == run_id, Event.kind == "closed")
    with services.sql.connect() as sql:
        return list(sql.scalars(actors))


@pytest.mark.parametrize("scene", ["open", "reading"])
def test_who_is_not_back_yet_after_a_restart_is_waited_for(mortal: House, services: Services, scene: str) -> None:
    slow = replace(QUICK, reading_min_ms=5000, reading_max_ms=5000) if scene == "reading" else QUICK
    run_id = run_of(services, [single(seconds=100)], slow, close_when_all=True)
    phones = [RawPhone(mortal.url, services, run_id, f"观众{n}") for n in range(3)]
    with RawDesk(mortal.url, services, run_id) as desk:
        for phone in phones:
            phone.__enter__()
        desk.next()
        opened = phones[0].scene(scene)
        if scene == "open":
            assert phones[0].answer(opened, places=[1])["outcome"] == "recorded"
        mortal.web.kill()
        for phone in phones:
            phone.__exit__()
    mortal.web.start()
    began = time.monotonic()  # nobody is given up before AWAY_S from here; a machine may be slower than that
    with ExitStack() as stack:
        first = let_in(stack, phones[0].again())
        opened = first.scene("open")
        if scene == "reading":
            assert first.answer(opened, places=[1])["outcome"] == "recorded"
        while time.monotonic() < began + ON_THE_WAY_S:  # all who are connected have answered
            assert state(services, run_id) == "open" or time.monotonic() > began + AWAY_S
            time.sleep(0.1)  # between two looks at a real process
        others = [let_in(stack, phone.again()) for phone in phones[1:]]
        said = [phone.answer(opened, places=[1])["outcome"] for phone in others]
        assert said == ["recorded"] * 2 or time.monotonic() > began + AWAY_S
        assert first.scene("closed")
    assert closed_by(services, run_id) == ["fans"]  # and then it is not left to its hundred seconds


def test_who_never_comes_back_is_not_waited_for_for_ever(mortal: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)], close_when_all=True)
    phones = [RawPhone(mortal.url, services, run_id, f"观众{n}") for n in range(2)]
    with RawDesk(mortal.url, services, run_id) as desk:
        for phone in phones:
            phone.__enter__()
        desk.next()
        assert phones[0].answer(phones[0].scene("open"), places=[1])["outcome"] == "recorded"
        mortal.web.kill()
        for phone in phones:
            phone.__exit__()
    mortal.web.start()
    with ExitStack() as stack:
        assert let_in(stack, phones[0].again()).scene("closed")
    assert closed_by(services, run_id) == ["fans"]
