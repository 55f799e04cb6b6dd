"""What a rush's and a quiz's page show of repeating: the rules that go on, in words, with their next openings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from flask_babel import format_date

from campaigns.control.recurrence import WEEKDAYS, Recurrence
from campaigns.control.schedules import Repeating, schedules_of
from campaigns.web.edge import services
from campaigns.web.language import say as _

SHOWN = 3
A_MONDAY = date(2024, 1, 1)
LATE_MIN, AHEAD_DAYS = "30", "14"  # what stands in the form at first


@dataclass(frozen=True, slots=True)
class Panel:
    """`coming`: its next openings in the schedule's own zone."""

    one: Repeating
    said: str
    coming: list[datetime]


def panels(activity_id: int) -> list[Panel]:
    now = services().now().at
    made = []
    for one in schedules_of(services(), activity_id):
        found = one.what.recurrence
        made.append(Panel(one, in_words(found), [at.astimezone(found.zone) for at in islice(found.after(now), SHOWN)]))
    return made


def in_words(found: Recurrence) -> str:
    """The rules of the form's own choices as a sentence; any other as it was written."""
    parts = dict(part.split("=", 1) for part in found.rule.split(";"))
    until = parts.pop("UNTIL", "")
    frequency, rest = parts.pop("FREQ"), parts
    said = _days(frequency, rest, found.first)
    if not said:
        return f"{found.rule} · {found.first:%H:%M}"
    said = f"{said} {found.first:%H:%M}"
    return _("%(days)s, until %(day)s", days=said, day=f"{until[:4]}-{until[4:6]}-{until[6:8]}") if until else said


def _days(frequency: str, rest: dict[str, str], first: datetime) -> str:
    if frequency == "DAILY" and not rest:
        return _("Every day")
    named = rest.get("BYDAY", "").split(",")
    if frequency == "WEEKLY" and rest.keys() == {"BYDAY"} and set(named) <= set(WEEKDAYS):
        days = (format_date(A_MONDAY + timedelta(days=WEEKDAYS.index(day)), "EEEE") for day in named)
        return _("Every %(weekday)s", weekday=" · ".join(days))
    if frequency == "MONTHLY" and rest == {"BYMONTHDAY": str(first.day)}:
        return _("Every month on day %(n)s", n=first.day)
    return ""
