"""Flashes on the hall's screens, taps of viewers, and the operator who takes the measure over."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from campaigns.control.calibrating import LISTENS, begin_flashes, calibration_of, take_taps
from campaigns.control.cohorts import cohort_line, set_delay
from campaigns.db.cohorts import Flashes
from campaigns.domain.calibration import Estimate
from campaigns.domain.errors import NotFound
from campaigns.live import keys
from tests.control.streams import stream_of
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import single


def ago(stream: Show, *late_ms: int) -> list[float]:
    """Taps so much after each flash, as a page tells them now."""
    at_ns = stream.row(select(Flashes.at_ns).where(Flashes.run_id == stream.run_id)).at_ns
    return [(stream.clock.ns - at) / 1e6 - late for at, late in zip(at_ns, late_ms, strict=True)]


def test_what_viewers_tap_is_shown_to_the_operator_who_takes_it_over(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    assert calibration_of(hall.services, stream.run_id) is None
    with hall.services.bus.pubsub(ignore_subscribe_messages=True) as bus:  # type: ignore[no-untyped-call]  # redis-py
        bus.subscribe(keys.FLASH)
        assert begin_flashes(hall.services, stream.run_id, ACTOR)
        heard = next(filter(None, (bus.get_message(timeout=60) for _ in range(3))))
    assert int(heard["data"].split()[0]) == hall.run_id and len(heard["data"].split()) == 4
    go(hall.clock, 40)
    assert take_taps(hall.services, stream.run_id, "one", ago(stream, 12_200, 12_310, 12_250)) == Estimate(12_250, 110)
    assert take_taps(hall.services, stream.run_id, "one", ago(stream, 1, 2, 3)) is not None  # the first word counts
    assert take_taps(hall.services, stream.run_id, "two", ago(stream, 12_400, 12_440, 12_430)) == Estimate(12_430, 40)
    assert take_taps(hall.services, stream.run_id, "three", [1.0]) is None
    found = calibration_of(hall.services, stream.run_id)
    assert found is not None and found.going and found.viewers == 2 and found.estimate == Estimate(12_340, 180)
    assert set_delay(hall.services, stream.run_id, 12_340, ACTOR, 180)
    line = cohort_line(hall.services, stream.run_id)
    assert line is not None and (line.delay_ms, line.uncertain_ms) == (12_340, 180)


def test_taps_are_taken_for_a_while_and_flashes_come_before_the_first_question(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    assert take_taps(hall.services, stream.run_id, "one", [1.0, 1.0, 1.0]) is None
    assert begin_flashes(hall.services, stream.run_id, ACTOR)
    go(hall.clock, LISTENS.total_seconds() + 1)
    assert take_taps(hall.services, stream.run_id, "one", ago(stream, 500, 500, 500)) is None
    with pytest.raises(NotFound):
        begin_flashes(hall.services, hall.run_id, ACTOR)
    hall.ask()
    assert not begin_flashes(hall.services, stream.run_id, ACTOR)
