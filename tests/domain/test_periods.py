"""Days, weeks and months in a zone: with both changes of the clock, and where there are none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.periods import (
    day_board,
    day_of,
    day_span,
    level_board,
    month_board,
    month_span,
    period_boards,
    week_board,
    week_span,
)

BERLIN, SHANGHAI, BEIRUT = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Beirut")
ZONES = [BERLIN, SHANGHAI, BEIRUT, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia"), UTC]
some = settings(max_examples=40, deadline=None)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))


def hours(day: date, zone: ZoneInfo) -> float:
    start, end = day_span(day, zone)
    return (end - start) / timedelta(hours=1)


def test_a_day_has_23_24_or_25_hours() -> None:
    assert hours(date(2026, 3, 29), BERLIN) == 23
    assert hours(date(2026, 10, 25), BERLIN) == 25
    assert hours(date(2026, 11, 22), BERLIN) == 24
    assert {hours(date(2026, 1, 1) + timedelta(days=n), SHANGHAI) for n in range(365)} == {24}


def test_a_skipped_midnight_starts_its_day_at_the_first_instant_there_is() -> None:
    start, end = day_span(date(2026, 3, 29), BEIRUT)  # 00:00 → 01:00
    assert start == datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert (end - start) == timedelta(hours=23)
    assert day_of(start, BEIRUT) == date(2026, 3, 29)
    assert day_of(start - timedelta(microseconds=1), BEIRUT) == date(2026, 3, 28)


@some
@given(instants, st.sampled_from(ZONES))
def test_an_instant_lies_in_its_day_week_and_month_and_in_no_other(at: datetime, zone: ZoneInfo) -> None:
    day = day_of(at, zone)
    for span in (day_span, week_span, month_span):
        start, end = span(day, zone)
        assert start <= at < end
        assert day_of(start, zone) <= day <= day_of(end - timedelta(microseconds=1), zone)


@some
@given(instants, st.sampled_from(ZONES))
def test_one_period_ends_where_the_next_begins(at: datetime, zone: ZoneInfo) -> None:
    for span in (day_span, week_span, month_span):
        end = span(day_of(at, zone), zone)[1]
        assert span(day_of(end, zone), zone)[0] == end


def test_midnight_is_the_campaign_s_not_the_server_s() -> None:
    at = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert day_of(at, SHANGHAI) == date(2026, 11, 23)
    assert day_of(at, BERLIN) == date(2026, 11, 22)


def test_boards_are_named_after_their_period() -> None:
    day = date(2027, 1, 2)  # a Saturday of the last ISO week of 2026
    assert (day_board(day), week_board(day), month_board(day)) == ("day:2027-01-02", "week:2026-W53", "month:2027-01")
    assert level_board(7, 3) == "level:7:3"
    assert period_boards(7, day) == ("all", "season:7", "month:2027-01", "week:2026-W53", "day:2027-01-02")
