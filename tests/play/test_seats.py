"""Seats and own parts read for many at once: to each what it would have got alone, in as many statements as for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from campaigns.bootstrap import Services
from campaigns.control.people import ban, kick
from campaigns.identity.fans import fan_of, fans_of, new_fan
from campaigns.play.join import JoinRefusal
from campaigns.play.own import you, yous
from campaigns.play.seat import Seat, seat_of, seats_of
from tests.conftest import FakeTime
from tests.show import Show
from tests.stage import single

NAMES = ("小明", "小华", "小红", "小刚", "小丽", "小军")


@pytest.fixture
def show(fake_time: FakeTime, services: Services) -> Iterator[Show]:
    with Show(services, fake_time, [single(), single()]) as made:
        yield made


@contextmanager
def statements(services: Services) -> Iterator[list[str]]:
    said: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        said.append(statement)

    event.listen(services.sql, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(services.sql, "before_cursor_execute", note)


def test_everybody_gets_what_they_would_have_got_alone(show: Show) -> None:
    services, code = show.services, show.run().code
    *inside, kicked, banned = show.fans(*NAMES)
    stranger, _ = new_fan(services)
    kick(services, show.run_id, show.public(kicked), "test")
    ban(services, show.run_id, show.public(banned), "test")
    asked = [(code, fan) for fan in (*inside, kicked, stranger, banned)] + [("NORUN0", inside[0]), (code, 10**12)]
    found = seats_of(services, asked)
    assert found == [seat_of(services, *each) for each in asked]
    refusals = [JoinRefusal.KICKED, None, JoinRefusal.BANNED, JoinRefusal.NO_RUN, None]
    assert [seat.fan_id if isinstance(seat, Seat) else seat for seat in found] == [*inside, *refusals]


def test_tokens_are_told_apart_and_a_forged_one_is_nobodys(services: Services) -> None:
    fans = [new_fan(services) for _ in range(3)]
    asked = [fans[2][1], "forged", None, fans[0][1], "x" * 5000, fans[2][1]]
    found = fans_of(services, asked)
    assert [each and each.id for each in found] == [fans[2][0], None, None, fans[0][0], None, fans[2][0]]
    assert found == [fan_of(services, token) for token in asked]


def test_many_cost_as_many_statements_as_one(show: Show) -> None:
    services, code = show.services, show.run().code
    fans = show.fans(*NAMES)
    show.ask()
    show.say(fans[0], "b", after_ms=900)
    show.close()
    with statements(services) as of_one:
        yous(services, [seat for seat in seats_of(services, [(code, fans[0])]) if isinstance(seat, Seat)])
    with statements(services) as of_all:
        seats = [seat for seat in seats_of(services, [(code, fan) for fan in fans]) if isinstance(seat, Seat)]
        owns = yous(services, seats)
    assert len(of_all) == len(of_one) < 12
    assert owns == [you(services, seat) for seat in seats]
    assert [own.answered is not None for own in owns] == [True, False, False, False, False, False]
