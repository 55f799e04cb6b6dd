"""A buzzer's order comes from a sort of all its presses: the ticker asks for it when it can have changed, not by the clock.

Not among the tests of the wire: their house has a sweeper, for which a round by the clock of a test is long over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event

from campaigns.bootstrap import Services
from campaigns.control.buzzing import mark
from campaigns.domain.moment import Moment
from campaigns.live.presence import Elsewhere
from campaigns.play.live import load_live
from realtime.rooms import HEARD_NS, Room, Rooms
from realtime.ticker import Ticker
from tests.conftest import FakeTime
from tests.show import ACTOR, Show
from tests.stage import buzzer, single


class Hall(SimpleNamespace):
    """A ticker over one open buzzer. `sorts`: how often the last ticks asked SQL for the presses; `ticks`: what fans got."""

    def press(self, name: str, after_ms: int) -> int:
        fan: int = self.show.fan(name)
        assert self.show.say(fan, after_ms=after_ms).outcome == "recorded"
        self.room.count(fan, self.room.live.gate.round_id)
        return fan

    def tick(self, times: int = 1) -> list[str]:
        """The names in the order as the last packet has it."""
        self.sorts = 0
        for _ in range(times):
            self.ticker.tick()
        return [row["name"] for row in self.ticks[-1]["buzz"]["rows"]]


@pytest.fixture
def hall(fake_time: FakeTime, services_at: Callable[[Callable[[], Moment]], Services]) -> Iterator[Hall]:
    fake_time.ns = time.monotonic_ns()
    services = services_at(fake_time)
    with Show(services, fake_time, [buzzer(), single()]) as show:
        show.ask()
        nobody = Elsewhere(frozenset(), 0, 0)
        room, rooms = Room(load_live(services, show.run_id), elsewhere=nobody, heard_ns=1 << 62), Rooms()
        rooms.by_run[show.run_id] = room
        ticks: list[Any] = []
        wire: Any = SimpleNamespace(emit=lambda name, packet, **to: ticks.append(packet))
        none: Any = None  # no desk and no display is connected
        ticker = Ticker(services, wire, rooms, none, none, none, list, int)
        found = Hall(show=show, room=room, ticker=ticker, ticks=ticks, sorts=0, services=services)

        def look(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
            found.sorts += "FROM answer a JOIN fan" in statement

        event.listen(services.sql, "before_cursor_execute", look)
        yield found
        event.remove(services.sql, "before_cursor_execute", look)


def test_the_order_is_asked_for_again_only_when_somebody_pressed_or_something_happened(hall: Hall) -> None:
    assert hall.tick(5) == [] and hall.sorts == 1
    first = hall.press("小明", 900)
    assert hall.tick(5) == ["小明"] and hall.sorts == 1
    hall.press("小华", 700)
    assert hall.tick(5) == ["小华", "小明"] and hall.sorts == 1
    hall.show.close()
    hall.room.take(load_live(hall.services, hall.show.run_id))
    assert hall.tick(5) == ["小华", "小明"] and hall.sorts == 1
    speaks = hall.ticks[-1]["buzz"]["speaks"]
    assert mark(hall.services, hall.show.run_id, hall.show.run().round_id, speaks, ACTOR, right=False) == "moved"
    hall.room.take(load_live(hall.services, hall.show.run_id))
    hall.tick(5)
    assert hall.sorts == 1 and hall.ticks[-1]["buzz"]["speaks"] == hall.show.public(first)


def test_who_cannot_hear_of_presses_in_other_processes_asks_every_time(hall: Hall) -> None:
    hall.room.heard_ns = hall.show.clock.ns - HEARD_NS - 1
    hall.tick(3)
    assert hall.sorts == 3


def test_a_press_recorded_while_its_round_closed_counts_and_one_of_a_round_before_does_not(hall: Hall) -> None:
    hall.tick()
    round_id = hall.room.live.gate.round_id
    hall.show.close(after_s=1)
    hall.room.take(load_live(hall.services, hall.show.run_id))
    hall.room.count(7, round_id)
    hall.room.count(8, round_id + 1)
    assert hall.room.answered == {7}
