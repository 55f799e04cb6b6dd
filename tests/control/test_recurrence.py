"""Rules of repeating: those that people write, those that are refused with a reason, and all of them over summer time."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from campaigns.control.recurrence import Recurrence, Repeat, checked, named_rule
from campaigns.domain.errors import BadInput
from campaigns.web.operators.complaints import known

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 17)


def times(rule: str, first: datetime = FRIDAY, zone: ZoneInfo = SHANGHAI, n: int = 4) -> list[str]:
    """The next ones as the clocks of the zone show them."""
    found = checked(rule, first, zone, NOW)
    return [f"{at.astimezone(zone):%m-%d %H:%M}" for at in islice(found.after(NOW), n)]


def test_every_friday_at_five_is_every_friday_at_five() -> None:
    assert named_rule(Repeat.WEEKLY, FRIDAY) == "FREQ=WEEKLY;BYDAY=FR"
    assert times("FREQ=WEEKLY;BYDAY=FR") == ["11-27 17:00", "12-04 17:00", "12-11 17:00", "12-18 17:00"]
    assert times("freq=weekly; byday=mo,fr") == ["11-27 17:00", "11-30 17:00", "12-04 17:00", "12-07 17:00"]
    assert times("RRULE:FREQ=MONTHLY;BYDAY=-1FR") == ["11-27 17:00", "12-25 17:00", "01-29 17:00", "02-26 17:00"]


def test_the_last_day_of_an_end_is_a_day_with_its_opening_in_it() -> None:
    assert times(named_rule(Repeat.DAILY, FRIDAY, "2026-11-29")) == ["11-27 17:00", "11-28 17:00", "11-29 17:00"]
    assert times("FREQ=DAILY;COUNT=2") == ["11-27 17:00", "11-28 17:00"]
    assert times("FREQ=DAILY;UNTIL=20261128T165959") == ["11-27 17:00"]


def test_new_york_keeps_its_hour_over_summer_time_and_moves_one_that_does_not_exist() -> None:
    spring = checked("FREQ=DAILY", datetime(2027, 3, 12, 2, 30), NEW_YORK, NOW)
    shown = [at.astimezone(NEW_YORK) for at in islice(spring.after(datetime(2027, 3, 12, tzinfo=UTC)), 4)]
    assert [f"{at:%d %H:%M %Z}" for at in shown] == ["12 02:30 EST", "13 02:30 EST", "14 03:00 EDT", "15 02:30 EDT"]
    autumn = checked("FREQ=DAILY", datetime(2027, 11, 6, 1, 30), NEW_YORK, NOW)
    shown = [at.astimezone(NEW_YORK) for at in islice(autumn.after(datetime(2027, 11, 6, tzinfo=UTC)), 3)]
    assert [f"{at:%d %H:%M %Z}" for at in shown] == ["06 01:30 EDT", "07 01:30 EDT", "08 01:30 EST"]


def test_two_wall_times_that_meet_at_the_end_of_a_gap_are_one_opening() -> None:
    both = Recurrence("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0", datetime(2027, 3, 14, 2), NEW_YORK)
    shown = [at.astimezone(NEW_YORK) for at in islice(both.after(datetime(2027, 3, 14, tzinfo=UTC)), 3)]
    assert [f"{at:%d %H:%M}" for at in shown] == ["14 03:00", "15 02:00", "15 03:00"]


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("", "parts such as FREQ=WEEKLY"),
        ("every Friday", "not EVERY FRIDAY"),
        ("FREQ=WEEKLY;BYEASTER=1", "not BYEASTER"),
        ("FREQ=WEEKLY;FREQ=DAILY", "FREQ too"),
        ("BYDAY=FR", "FREQ=DAILY|WEEKLY|MONTHLY|YEARLY"),
        ("FREQ=MINUTELY", "FREQ=DAILY|WEEKLY|MONTHLY|YEARLY"),
        ("FREQ=WEEKLY;BYDAY=XX", "RFC 5545 knows (invalid 'BYDAY': XX)"),
        ("FREQ=DAILY;BYHOUR=25", "RFC 5545 knows"),
        ("FREQ=DAILY;BYMONTH=13", "BYMONTH as numbers from 1 to 12"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL as a whole number from 1 to 366"),
        ("FREQ=DAILY;COUNT=5000", "COUNT as a whole number from 1 to 1000"),
        ("FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2", "BYMONTHDAY with FREQ=MONTHLY or YEARLY"),
        ("FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2", "at least once within the next two years"),
        ("FREQ=YEARLY;INTERVAL=9;BYMONTH=1;BYMONTHDAY=1", "at least once within the next two years"),
        ("FREQ=DAILY;UNTIL=20200101", "at least once within the next two years"),
        ("FREQ=DAILY;UNTIL=next year", "UNTIL as a day such as 20271231"),
        ("FREQ=DAILY;UNTIL=20271332", "RFC 5545 knows"),
        ("FREQ=DAILY;UNTIL=20271231;COUNT=3", "by UNTIL or by COUNT"),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0,10", "at least 30 minutes apart"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_by_the_part_that_does_not(rule: str, names: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked(rule, FRIDAY, SHANGHAI, NOW)
    assert refused.value.field == "rule" and names in refused.value.wanted and known(refused.value.wanted)


def test_a_first_day_of_long_ago_is_refused_by_its_name() -> None:
    with pytest.raises(BadInput) as refused:
        checked("FREQ=DAILY", datetime(1, 1, 1, 17), SHANGHAI, NOW)
    assert (refused.value.field, known(refused.value.wanted)) == ("first", True)
    assert times("FREQ=WEEKLY;BYDAY=FR", datetime(2025, 11, 28, 17))[0] == "11-27 17:00"


@pytest.mark.parametrize(
    ("rule", "most"),
    [
        ("FREQ=DAILY", 1000),
        ("FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8;BYMINUTE=0,10,20,30,40,50", 1000),
        ("FREQ=WEEKLY;INTERVAL=3", 1000),
        ("FREQ=MONTHLY;BYDAY=-1FR", 1000),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=SU", 200_000),  # never: until the library's last year
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", 200_000),
    ],
)
def test_what_a_search_costs_does_not_grow_with_the_years_since_the_first_day(rule: str, most: int) -> None:
    """In calls, which no load changes: of a rule that was stored while any first day was let in, or never happens."""
    called = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        Recurrence(rule, datetime(1, 1, 1, 17), SHANGHAI).next_after(NOW)
    finally:
        sys.setprofile(before)
    assert called <= most


ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Shanghai")]
)
RULES = st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU,WE", "FREQ=MONTHLY;BYDAY=2SU", "FREQ=DAILY;BYHOUR=1,2,3"])
DAYS = st.dates(datetime(2026, 1, 1).date(), datetime(2028, 1, 1).date())
CLOCKS = st.times(time(0), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))


@given(DAYS, CLOCKS, ZONES, RULES)
def test_over_a_year_and_a_half_every_opening_is_later_than_the_one_before_and_at_its_wall_time(
    day: datetime, clock: time, zone: ZoneInfo, rule: str
) -> None:
    found = Recurrence(rule, datetime.combine(day, clock), zone)
    start = datetime.combine(day, time(0), UTC) - timedelta(days=2)
    coming = list(islice(found.after(start), 60))
    assert all(earlier < later for earlier, later in pairwise(coming))
    for at in coming:
        shown = at.astimezone(zone)
        moved = (at - timedelta(seconds=1)).astimezone(zone).utcoffset() != shown.utcoffset()
        assert moved or (shown.minute == clock.minute and shown.fold == 0)


@given(
    st.datetimes(datetime(2018, 1, 1), datetime(2027, 6, 1)),
    st.sampled_from([1, 2, 5, 12]),
    st.sampled_from(["DAILY", "WEEKLY;BYDAY=SU,WE", "WEEKLY;WKST=SU", "MONTHLY;BYDAY=-1FR", "MONTHLY", "YEARLY"]),
    st.sampled_from(["", ";COUNT=900", ";BYMONTH=3,11"]),
)
def test_counted_from_near_by_the_times_are_those_counted_from_the_first_day(
    first: datetime, every: int, rule: str, more: str
) -> None:
    text, first = f"FREQ={rule};INTERVAL={every}{more}", first.replace(microsecond=0)
    plain = takewhile(
        lambda at: at < datetime(2036, 1, 1, tzinfo=UTC), rrulestr(text, dtstart=first.replace(tzinfo=UTC))
    )
    found = Recurrence(text, first, ZoneInfo("UTC")).after(NOW)
    assert list(islice(takewhile(lambda at: at.year < 2036, found), 4)) == list(
        islice((at for at in plain if at > NOW), 4)
    )


@given(ZONES, RULES, st.lists(st.integers(0, 9 * 24), min_size=1, max_size=30))
def test_however_the_server_sleeps_every_opening_is_found_once(zone: ZoneInfo, rule: str, sleeps_h: list[int]) -> None:
    """The sweeper's walk: `next_at` moves from opening to opening whenever it wakes; none is left out, none comes twice."""
    found = Recurrence(rule, datetime(2027, 2, 20, 2, 30), zone)
    now = begun = datetime(2027, 2, 20, tzinfo=UTC)
    next_at, walked = found.next_after(begun), list[datetime]()
    for hours in sleeps_h:
        now += timedelta(hours=hours)
        while next_at is not None and next_at <= now:
            walked.append(next_at)
            next_at = found.next_after(next_at)
    assert walked == [at for at in islice(found.after(begun), len(walked) + 1) if at <= now]
