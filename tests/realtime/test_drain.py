"""A web process that is asked to end under a question: what was said is acknowledged, everybody is sent back."""

from __future__ import annotations

import gc
import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.records import Answer
from config import Settings
from deploy.house import House
from realtime.drain import FROM_MS, MOST_MS, within_ms
from tests.faults.night import Returning, until
from tests.raw import RawDesk, RawPhone, let_in
from tests.stage import run_of, single

PHONES = 6


@pytest.fixture(scope="module")
def mortal(settings: Settings, house: House) -> Iterator[House]:
    """A web process of their own; worker and sweeper are the house's."""
    with House(settings, workers=False) as other:
        yield other


def rows(services: Services, round_id: str) -> dict[int, str]:
    query = select(Answer.fan_id, Answer.receipt).where(Answer.round_id == int(round_id))
    with services.sql.connect() as sql:
        return {row.fan_id: row.receipt for row in sql.execute(query)}


def told_of(phone: RawPhone) -> dict[str, Any]:
    return next(data for event, data in phone.packets if event == "reconnect")


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_who_is_asked_to_end_acknowledges_what_was_said_and_sends_everybody_back(
    mortal: House, services: Services
) -> None:
    run_id = run_of(services, [single(seconds=100)])
    phones = [RawPhone(mortal.url, services, run_id, f"观众{n}") for n in range(PHONES)]
    with ExitStack() as stack:
        desk = stack.enter_context(RawDesk(mortal.url, services, run_id))
        library = stack.enter_context(Returning(mortal.url, services, run_id, "标准"))
        for phone in phones:
            stack.enter_context(phone)
        desk.next()
        opened = phones[0].scene("open")["round"]
        stack.enter_context(phones[0].again()).answer({"round": opened}, places=[1])  # it is open for people by now
        said = json.dumps(["answer", {"round": opened["id"], "places": [1]}])
        for phone in phones[1:]:
            phone.send(f"42/fans,77{said}")
        assert mortal.web.pid is not None
        os.kill(mortal.web.pid, signal.SIGTERM)
        for phone in phones[1:]:
            phone.wait_closed()
            assert 0 < told_of(phone)["from_ms"] < told_of(phone)["within_ms"] <= MOST_MS
        until(lambda: mortal.web.pid is None)
        stored = rows(services, opened["id"])
        for phone in phones[1:]:
            assert phone._acks[77]["outcome"] == "recorded" and phone._acks[77]["receipt"] == stored[phone.fan_id]
        mortal.web.start()
        answered = library.repeat({"round": opened["id"], "places": [1]})  # back by its own rules
        assert answered["outcome"] == "recorded"
        back = let_in(stack, phones[1].again())
        again = back.answer({"round": opened}, places=[0])
        assert (again["outcome"], again["receipt"]) == ("duplicate", stored[phones[1].fan_id])
    gc.collect()  # sockets that the library dropped while its server was gone are reported here, not in the next test


def test_the_more_pages_the_longer_they_take_to_come_back_and_never_too_long() -> None:
    assert FROM_MS < within_ms(0) < within_ms(3000) < within_ms(1_000_000) == MOST_MS
