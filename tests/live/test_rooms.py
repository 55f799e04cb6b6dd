"""Who is waited for before a question closes because everybody has answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from campaigns.bootstrap import Services
from campaigns.control.runs import run_summary
from campaigns.domain.clock import RoundClock
from campaigns.domain.moment import Moment
from campaigns.live.presence import Elsewhere
from campaigns.play.live import load_live
from campaigns.play.seat import Seat, seat_of
from realtime.rooms import AWAY_NS, HEARD_NS, Room, Rooms
from tests.conftest import FakeTime
from tests.show import Show
from tests.stage import single

SOMEBODY_ELSE = 10**12  # a fan whom this database does not have


@pytest.fixture
def hall(fake_time: FakeTime, services_at: Callable[[Callable[[], Moment]], Services]) -> Iterator[SimpleNamespace]:
    """An open question; 小明 has answered, 小华 has not; both are connected."""
    fake_time.ns = time.monotonic_ns()
    services = services_at(fake_time)
    with Show(services, fake_time, [single()]) as show:
        fans = show.fans("小明", "小华")
        show.ask()
        room = Room(load_live(services, show.run_id), elsewhere=Elsewhere(frozenset(), 0, 0), heard_ns=1 << 62)
        rooms = Rooms()
        rooms.by_run[show.run_id] = room
        seats = [seat(services, show, fan) for fan in fans]
        for number, each in enumerate(seats):
            rooms.seat_fan(f"sid{number}", each)
        room.answered = {seats[0].fan_id}
        yield SimpleNamespace(room=room, rooms=rooms, seats=seats, time=fake_time)


def seat(services: Services, show: Show, fan: int) -> Seat:
    found = seat_of(services, run_summary(services, show.run_id).code, fan)
    assert isinstance(found, Seat)
    return found


def test_a_fan_who_was_gone_before_the_opening_is_waited_for_a_moment_only(hall: SimpleNamespace) -> None:
    assert not hall.room.everybody_answered(hall.time())
    hall.rooms.lose_fan("sid1", hall.time.ns - 1)  # now is the opening
    assert not hall.room.everybody_answered(hall.time())
    hall.time.ns += AWAY_NS
    assert hall.room.everybody_answered(hall.time())


def test_a_fan_who_drives_into_a_tunnel_during_the_question_is_waited_for_until_it_closes(
    hall: SimpleNamespace,
) -> None:
    hall.rooms.lose_fan("sid1", hall.time.ns)
    for _ in range(5):
        hall.time.ns += AWAY_NS
        assert not hall.room.everybody_answered(hall.time())
    hall.rooms.seat_fan("sid2", hall.seats[1])
    hall.room.answered.add(hall.seats[1].fan_id)
    assert hall.room.everybody_answered(hall.time())


def test_who_was_lost_in_one_question_is_not_waited_for_in_the_next(hall: SimpleNamespace) -> None:
    hall.rooms.lose_fan("sid1", hall.time.ns)
    gate = hall.room.live.gate
    hall.time.ns += 2 * AWAY_NS
    later = replace(gate, round_id=gate.round_id + 1, clock=RoundClock(hall.time.ns, hall.time.ns + 20 * AWAY_NS))
    hall.room.take(replace(hall.room.live, gate=later, answered=frozenset({hall.seats[0].fan_id})))
    assert hall.room.everybody_answered(hall.time())


def test_who_was_removed_while_lost_is_waited_for_nowhere(hall: SimpleNamespace) -> None:
    fan = hall.seats[1].fan_id
    hall.rooms.lose_fan("sid1", hall.time.ns)
    hall.room.elsewhere = Elsewhere(frozenset({fan}), 0, 1)  # another process has not heard yet
    hall.room.take(replace(hall.room.live, removed={fan: "kicked"}))
    assert hall.room.everybody_answered(hall.time())


def test_a_room_is_kept_while_somebody_is_waited_for(hall: SimpleNamespace) -> None:
    run_id, room = hall.seats[0].run_id, hall.room
    hall.rooms.leave_fan("sid0")
    hall.rooms.lose_fan("sid1", hall.time.ns)
    hall.rooms.forget_empty()
    assert hall.rooms.by_run == {run_id: room} and room.waited(hall.time.ns) == {hall.seats[1].fan_id}
    room.take(replace(room.live, gate=None))
    assert room.waited(hall.time.ns + AWAY_NS) == frozenset()
    hall.rooms.forget_empty()
    assert hall.rooms.by_run == {}


def test_a_fan_who_is_back_and_one_who_was_removed_are_no_longer_missed(hall: SimpleNamespace) -> None:
    hall.rooms.lose_fan("sid1", hall.time.ns)
    hall.rooms.seat_fan("sid2", hall.seats[1])
    assert hall.room.lost == {} and not hall.room.everybody_answered(hall.time())
    hall.rooms.leave_fan("sid2")
    assert hall.room.everybody_answered(hall.time())


def test_an_empty_hall_closes_nothing(hall: SimpleNamespace) -> None:
    for sid in ("sid0", "sid1"):
        hall.rooms.lose_fan(sid, hall.time.ns)
    hall.time.ns += 2 * AWAY_NS
    assert not hall.room.everybody_answered(hall.time())


def test_a_process_that_finds_the_question_open_first_lets_everybody_come_back(hall: SimpleNamespace) -> None:
    hall.rooms.leave_fan("sid1")  # after a restart nobody is known, and the one who is back first has answered
    hall.room.trusted_ns = hall.time.ns + AWAY_NS
    assert not hall.room.everybody_answered(hall.time())
    hall.time.ns += AWAY_NS
    assert hall.room.everybody_answered(hall.time())


def test_fans_in_other_processes_are_waited_for_and_nothing_closes_while_nobody_can_tell(hall: SimpleNamespace) -> None:
    room, now = hall.room, hall.time()
    room.answered = {each.fan_id for each in hall.seats}
    assert room.everybody_answered(now)
    room.elsewhere = Elsewhere(frozenset({SOMEBODY_ELSE}), 1, 1)
    assert not room.everybody_answered(now) and room.connected == 3
    room.answered.add(SOMEBODY_ELSE)
    assert room.everybody_answered(now)
    room.elsewhere = None
    assert not room.everybody_answered(now) and room.connected == 2
    room.elsewhere, room.heard_ns = Elsewhere(frozenset(), 0, 0), now.ns
    assert room.everybody_answered(now)
    hall.time.ns += HEARD_NS + 1
    assert not room.everybody_answered(hall.time())  # an old word is none


def test_who_was_taken_out_is_not_counted_among_those_who_answered(hall: SimpleNamespace) -> None:
    fan = hall.seats[0].fan_id
    hall.room.take(replace(hall.room.live, answered=frozenset(), removed={fan: "kicked"}))
    assert hall.room.answered == set()
    hall.room.count(fan, hall.room.live.gate.round_id)  # recorded just before the removal, heard of just after it
    assert hall.room.answered == set()
