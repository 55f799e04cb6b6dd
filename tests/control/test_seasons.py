"""Seasons by use cases alone: opened and closed by their hours, over a change of the clocks, moved, called off, recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.conduct import Moved
from campaigns.control.definitions import CampaignDraft, create_campaign
from campaigns.control.quizzes import QuizDraft, create_quiz
from campaigns.control.runs import make_run
from campaigns.control.schedule import instant
from campaigns.control.season_sheets import season_sheet
from campaigns.control.seasons import call_off, close_season, make_season, move_closing, open_season
from campaigns.db.records import Event
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.moment import Moment
from campaigns.domain.quiz_rules import Preset, preset
from campaigns.settle.due import keep_time
from tests.conftest import FakeTime
from tests.show import go
from tests.stage import rush, single, words

BERLIN = ZoneInfo("Europe/Berlin")
ServicesAt = Callable[[Callable[[], Moment]], Services]


@pytest.fixture
def timed(services_at: ServicesAt, fake_time: FakeTime) -> Services:
    return services_at(fake_time)


@pytest.fixture
def quiz_id(timed: Services) -> int:
    campaign_id = create_campaign(timed, CampaignDraft(words("关"), "Europe/Berlin", Decimal(1)))
    return create_quiz(timed, campaign_id, QuizDraft(words("大冲关"), preset(Preset.CLASSIC, 2)))


def events(services: Services, run_id: int) -> list[str]:
    with services.sql.connect() as sql:
        return list(sql.scalars(select(Event.kind).where(Event.run_id == run_id).order_by(Event.seq)))


def state(services: Services, run_id: int) -> str:
    return season_sheet(services, run_id).state


def test_a_season_typed_over_the_change_of_clocks_lasts_as_long_as_the_wall_says(
    timed: Services, fake_time: FakeTime, quiz_id: int
) -> None:
    """The night of 25 October 2026 has 25 hours in Berlin: from ten to ten, and one more."""
    fake_time.at = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    hours = [instant(text, BERLIN, fake_time.at) for text in ("2026-10-24T22:00", "2026-10-25T22:00")]
    run_id = make_season(timed, quiz_id, actor="test", starts_at=hours[0], ends_at=hours[1])
    assert hours[1] - hours[0] == timedelta(hours=25)
    fake_time.at = hours[0] - timedelta(seconds=1)
    assert not keep_time(timed, run_id) and state(timed, run_id) == "scheduled"
    go(fake_time, 1)
    assert keep_time(timed, run_id) and state(timed, run_id) == "playing"
    go(fake_time, 25 * 3600 - 1)
    assert not keep_time(timed, run_id)
    go(fake_time, 1)
    assert keep_time(timed, run_id) and state(timed, run_id) == "ended"
    assert events(timed, run_id) == ["season_scheduled", "season_opened", "season_closed"]


def test_a_moved_closing_is_the_one_that_closes(timed: Services, fake_time: FakeTime, quiz_id: int) -> None:
    soon, later = fake_time.at + timedelta(hours=1), fake_time.at + timedelta(days=2)
    run_id = make_season(timed, quiz_id, actor="test", ends_at=soon)
    assert move_closing(timed, run_id, later, "operator:1") is Moved.MOVED
    go(fake_time, 3600)
    assert not keep_time(timed, run_id) and state(timed, run_id) == "playing"
    go(fake_time, 47 * 3600)
    assert keep_time(timed, run_id) and state(timed, run_id) == "ended"
    with timed.sql.connect() as sql:
        moved = select(Event).where(Event.run_id == run_id, Event.kind == "season_closing_moved")
        row = sql.execute(moved).one()
    assert row.payload == {"ends_at": later.isoformat(), "before": soon.isoformat()} and row.actor == "operator:1"


def test_a_closing_that_has_passed_cannot_be_moved_though_nobody_has_closed_yet(
    timed: Services, fake_time: FakeTime, quiz_id: int
) -> None:
    """Deadlines are compared, timers only announce: fans were told that it is over."""
    run_id = make_season(timed, quiz_id, actor="test", ends_at=fake_time.at + timedelta(hours=1))
    go(fake_time, 3601)
    assert state(timed, run_id) == "playing"
    assert move_closing(timed, run_id, fake_time.at + timedelta(days=1), "operator:1") is Moved.STALE
    assert "season_closing_moved" not in events(timed, run_id)


def test_a_closing_before_the_opening_or_in_the_past_is_refused(
    timed: Services, fake_time: FakeTime, quiz_id: int
) -> None:
    opens = fake_time.at + timedelta(days=2)
    run_id = make_season(timed, quiz_id, actor="test", starts_at=opens)
    for wrong in (opens, fake_time.at, opens - timedelta(hours=1)):
        with pytest.raises(BadInput, match="ends_at"):
            move_closing(timed, run_id, wrong, "operator:1")
    with pytest.raises(BadInput, match="ends_at"):
        make_season(timed, quiz_id, actor="test", starts_at=opens, ends_at=opens)
    assert season_sheet(timed, run_id).ends_at is None


def test_what_is_closed_stays_closed(timed: Services, fake_time: FakeTime, quiz_id: int) -> None:
    run_id = make_season(timed, quiz_id, actor="test")
    assert close_season(timed, run_id, "operator:1") is Moved.MOVED
    told = events(timed, run_id)
    assert close_season(timed, run_id, "operator:1") is Moved.STALE
    assert open_season(timed, run_id, "operator:1") is Moved.STALE
    assert call_off(timed, run_id, "operator:1") is Moved.STALE
    assert move_closing(timed, run_id, fake_time.at + timedelta(days=1), "operator:1") is Moved.STALE
    assert events(timed, run_id) == told


def test_what_is_called_off_never_opens(timed: Services, fake_time: FakeTime, quiz_id: int) -> None:
    run_id = make_season(timed, quiz_id, actor="test", starts_at=fake_time.at + timedelta(hours=1))
    assert call_off(timed, run_id, "operator:1") is Moved.MOVED
    go(fake_time, 3600)
    assert not keep_time(timed, run_id) and state(timed, run_id) == "cancelled"
    assert call_off(timed, run_id, "operator:1") is Moved.STALE


def test_a_run_of_a_rush_has_no_closing_and_no_sheet(timed: Services, fake_time: FakeTime) -> None:
    run_id = make_run(timed, rush(timed, [single()]), actor="test")
    with pytest.raises(NotFound):
        move_closing(timed, run_id, fake_time.at + timedelta(days=1), "operator:1")
    with pytest.raises(NotFound):
        season_sheet(timed, run_id)
