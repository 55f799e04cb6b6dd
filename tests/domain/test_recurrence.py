"""Wall times as instants, over every kind of change of the clocks; and what becomes of openings that were missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.recurrence import Fate, fate, wall_instant

NEW_YORK, LORD_HOWE, APIA = ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Apia")
NAMES = (
    "America/New_York",
    "Europe/Berlin",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
)
ZONES = st.sampled_from([ZoneInfo(name) for name in NAMES])
LOCALS = st.datetimes(datetime(2020, 1, 1), datetime(2037, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))
NOON = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "zone", "wanted"),
    [
        (datetime(2026, 11, 27, 17), ZoneInfo("Asia/Shanghai"), datetime(2026, 11, 27, 9, tzinfo=UTC)),
        (datetime(2026, 3, 7, 2, 30), NEW_YORK, datetime(2026, 3, 7, 7, 30, tzinfo=UTC)),
        (datetime(2026, 3, 8, 2, 30), NEW_YORK, datetime(2026, 3, 8, 7, tzinfo=UTC)),  # skipped: 3:00 is next
        (datetime(2026, 3, 8, 3), NEW_YORK, datetime(2026, 3, 8, 7, tzinfo=UTC)),
        (datetime(2026, 11, 1, 1, 30), NEW_YORK, datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # shown twice: the first
        (datetime(2026, 10, 4, 2, 15), LORD_HOWE, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),  # half an hour only
        (datetime(2011, 12, 30, 12), APIA, datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a day that Samoa did not have
    ],
)
def test_a_wall_time_is_this_instant(local: datetime, zone: ZoneInfo, wanted: datetime) -> None:
    assert wall_instant(local, zone) == wanted


@given(LOCALS, ZONES)
def test_the_clocks_show_the_time_that_was_meant_or_the_first_one_after_a_gap(local: datetime, zone: ZoneInfo) -> None:
    at = wall_instant(local, zone)
    shown = at.astimezone(zone).replace(tzinfo=None)
    before = (at - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
    assert shown == local or before < local < shown
    assert (at - timedelta(hours=1)).astimezone(zone).replace(tzinfo=None) != local  # never the second of two


@given(LOCALS, st.timedeltas(timedelta(0), timedelta(days=2)), ZONES)
def test_a_later_wall_time_is_never_an_earlier_instant(local: datetime, more: timedelta, zone: ZoneInfo) -> None:
    assert wall_instant(local, zone) <= wall_instant(local + more, zone)


@given(st.integers(-100_000, 100_000), st.none() | st.integers(0, 90_000))
def test_an_opening_waits_for_its_hour_and_then_opens_only_as_late_as_it_may(late: int, may: int | None) -> None:
    wanted = Fate.WAIT if late < 0 else Fate.OPEN if may is None or late <= may else Fate.SKIP
    assert fate(NOON, may, NOON + timedelta(seconds=late)) is wanted
