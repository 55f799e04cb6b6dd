"""The calendar's page: a month as a grid of days or as a list, in one zone that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_skeleton
from flask import render_template, request, url_for
from flask_babel import format_date, get_locale

from campaigns.control.calendar import Entry, calendar, zones
from campaigns.domain.recurrence import wall_instant
from campaigns.web.access import OUTSIDE, Role, mine, requires
from campaigns.web.edge import services
from campaigns.web.operators.blueprint import operators

VIEWS = ("month", "list")
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Day:
    """`inside`: of the month itself, not of the weeks around it."""

    day: date
    inside: bool
    today: bool
    entries: list[Entry]


@operators.get("/calendar", endpoint="calendar")
@requires(Role.OPERATOR, OUTSIDE)
def calendar_page() -> str:
    ids = mine()
    listed = zones(services(), ids)
    zone = _zone(request.args.get("zone", ""), listed)
    today = services().now().at.astimezone(zone).date()
    month = _month(request.args.get("month", ""), today)
    view = request.args.get("view", "")
    here = {"view": view if view in VIEWS else VIEWS[0], "month": f"{month:%Y-%m}", "zone": zone.key}
    before, after = (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=32)).replace(day=1)
    days = list(_days(ids, month, after, today, zone))
    return render_template(
        "operators/calendar.html",
        view=here["view"],
        views=VIEWS,
        month=here["month"],
        to=lambda **other: url_for("operators.calendar", **(here | other)),
        title=format_skeleton("yMMMM", month, locale=get_locale()),
        before=f"{before:%Y-%m}",
        after=f"{after:%Y-%m}",
        this=f"{today:%Y-%m}",
        zone=zone,
        zones=sorted({*listed, zone.key, "UTC"}),
        weekdays=[format_date(day.day, "EEE") for day in days[:7]],
        days=days,
        count=sum(len(day.entries) for day in days if day.inside),
        any_campaign=bool(listed),
    )


def _days(ids: set[int], month: date, after: date, today: date, zone: ZoneInfo) -> Iterator[Day]:
    """Whole weeks from Monday on."""
    first = month - timedelta(days=month.weekday())
    last = after + timedelta(days=-after.weekday() % 7)
    ends = (wall_instant(datetime.combine(day, time(0)), zone) for day in (first, last))
    entries: dict[date, list[Entry]] = {}
    for entry in calendar(services(), ids, *ends):
        entries.setdefault(entry.at.astimezone(zone).date(), []).append(entry)
    for n in range((last - first).days):
        day = first + timedelta(days=n)
        yield Day(day, month <= day < after, day == today, entries.get(day, []))


def _zone(wish: str, listed: list[str]) -> ZoneInfo:
    """As wished, else that of most campaigns."""
    if wish in available_timezones():
        return ZoneInfo(wish)
    return ZoneInfo(listed[0] if listed else "UTC")


def _month(text: str, today: date) -> date:
    """The first of the month that is asked for; of this one if the text is none."""
    try:
        found = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return today.replace(day=1)
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else today.replace(day=1)
