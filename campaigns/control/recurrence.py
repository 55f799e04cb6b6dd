"""Rules of repeating as operators write them: RFC 5545's RRULE, read by python-dateutil, on the wall clock of a zone.

The library counts naive local times; what each means as an instant is ours (domain/recurrence.py). Only rules that a person
can mean are let in: nothing finer than days (hours by BYHOUR), at least half an hour between two, a day that exists. Every
search begins near the moment it asks about, and is done in the last centuries before 9999, where the library gives up.
Rejected: a reader of our own (ordinal weekdays and BYSETPOS are where they go wrong).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice, pairwise
from math import lcm
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from campaigns.control.schedule import MOST_AHEAD
from campaigns.domain.errors import BadInput
from campaigns.domain.recurrence import wall_instant

PARTS = (
    "FREQ",
    "INTERVAL",
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "BYSETPOS",
    "BYHOUR",
    "BYMINUTE",
    "COUNT",
    "UNTIL",
    "WKST",
)
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
BOUNDS = {"INTERVAL": 366, "COUNT": 1000}
NO_DAYS = ("DAILY", "WEEKLY")  # with these, days of a month can be ones that never come
DAYS = {"DAILY": 1, "WEEKLY": 7}
APART = timedelta(minutes=30)
LOOKED_AT = 100  # occurrences of a new rule
DAY = timedelta(days=1)
LONGEST_AGO = timedelta(days=366)  # the first day of a new rule
LOOKED_AHEAD = timedelta(days=3660)  # what comes later than that does not come
CYCLE, LAST_YEAR = timedelta(days=146_097), 9980  # after 400 years, whole weeks, the calendar is the same
UNTIL = re.compile(r"(\d{8})(?:T(\d{6}))?", re.ASCII)
MONTHS = re.compile(r"(?:0?[1-9]|1[0-2])(?:,(?:0?[1-9]|1[0-2]))*", re.ASCII)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Repeat(StrEnum):
    """What the form offers by name."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`first`: naive, the wall time at which counting begins; an occurrence itself only if the rule has it."""

    rule: str
    first: datetime
    zone: ZoneInfo

    def after(self, at: datetime) -> Iterator[datetime]:
        """The instants later than `at`, in UTC, ascending, each once."""
        last = at
        for local in self._wall_times(at.astimezone(self.zone).replace(tzinfo=None) - DAY):
            instant = wall_instant(local, self.zone)
            if instant > last:  # two wall times can meet at the end of a gap
                last = instant
                yield instant

    def next_after(self, at: datetime) -> datetime | None:
        return next(self.after(at), None)

    def _wall_times(self, since: datetime) -> Iterator[datetime]:
        parts = dict(part.split("=") for part in self.rule.split(";"))
        count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
        first, last = self.first if count else _nearer(self.first, parts, since), since + LOOKED_AHEAD
        if first > last:
            return
        later = (LAST_YEAR - since.year) // 400 * CYCLE
        made = rrulestr(";".join("=".join(part) for part in parts.items()), dtstart=first + later)
        assert isinstance(made, rrule)
        found = made.replace(until=min(last, _until(until) if until else last) + later)
        for local in islice(found, int(count) if count else None):
            if local - later >= since:
                yield local - later


def named_rule(repeat: Repeat, first: datetime, until: str = "") -> str:
    """The rule that a choice of the form stands for. `until`: a day such as 2027-06-30, the last one."""
    day = {
        Repeat.DAILY: "",
        Repeat.WEEKLY: f";BYDAY={WEEKDAYS[first.weekday()]}",
        Repeat.MONTHLY: f";BYMONTHDAY={first.day}",
    }
    end = f";UNTIL={until.replace('-', '')}" if until else ""
    return f"FREQ={repeat.upper()}{day[repeat]}{end}"


def checked(text: str, first: datetime, zone: ZoneInfo, now: datetime) -> Recurrence:
    """Raises BadInput, field `rule` (naming the part that does not fit) or `first`. An occurrence is still to come."""
    if first < now.astimezone(zone).replace(tzinfo=None) - LONGEST_AGO:
        raise BadInput("first", f"{first:%Y-%m-%d}", "a first day no more than a year ago")
    parts = _parts(text)
    _check_parts(parts)
    found = Recurrence(";".join(f"{name}={value}" for name, value in parts.items()), first, zone)
    try:
        coming = list(islice(found.after(now), LOOKED_AT))
    except (ValueError, TypeError, OverflowError) as problem:
        raise BadInput("rule", text, f"a rule that RFC 5545 knows ({problem})") from None
    if not coming or coming[0] > now + MOST_AHEAD:
        raise BadInput("rule", text, "a rule that happens at least once within the next two years")
    if any(later - earlier < APART for earlier, later in pairwise(coming)):
        raise BadInput("rule", text, "a rule whose times are at least 30 minutes apart")
    return found


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.strip().removeprefix("RRULE:").strip("; ").upper().split(";"):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not value:
            raise BadInput(
                "rule", part, f"parts such as FREQ=WEEKLY with semicolons between, not {part[:40] or 'nothing'}"
            )
        if name not in PARTS:
            raise BadInput("rule", part, f"only {', '.join(PARTS)}, not {name[:40]}")
        if name in parts:
            raise BadInput("rule", part, f"each part once, {name} too")
        parts[name] = value
    return parts


def _check_parts(parts: dict[str, str]) -> None:
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise BadInput("rule", frequency, f"FREQ={'|'.join(FREQUENCIES)}")
    for name in ("BYMONTHDAY", "BYSETPOS"):
        if name in parts and frequency in NO_DAYS:
            raise BadInput("rule", f"{name}={parts[name]}", f"{name} with FREQ=MONTHLY or YEARLY only")
    for name, most in BOUNDS.items():
        text = parts.get(name, "1")
        if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= most):
            raise BadInput("rule", f"{name}={text}", f"{name} as a whole number from 1 to {most}")
    if not MONTHS.fullmatch(parts.get("BYMONTH", "1")):
        raise BadInput("rule", parts["BYMONTH"], "BYMONTH as numbers from 1 to 12 with commas between")
    if "UNTIL" in parts and not UNTIL.fullmatch(parts["UNTIL"]):
        raise BadInput("rule", parts["UNTIL"], "UNTIL as a day such as 20271231, or 20271231T235959")
    if "UNTIL" in parts and "COUNT" in parts:
        raise BadInput("rule", parts["UNTIL"], "an end by UNTIL or by COUNT, not both")


def _nearer(first: datetime, parts: dict[str, str], since: datetime) -> datetime:
    """Whole intervals later, not after `since`: counted from there the rule has the same times from `since` on."""
    every = int(parts.get("INTERVAL", "1"))
    if parts["FREQ"] in DAYS:
        step = timedelta(days=DAYS[parts["FREQ"]] * every)
        return first + max(0, (since - first) // step) * step
    if (first.month, first.day) == (2, 29):
        return first  # most years lack it
    years = every if parts["FREQ"] == "YEARLY" else lcm(every, 12) // 12
    return first.replace(year=first.year + max(0, since.year - 1 - first.year) // years * years)


def _until(text: str) -> datetime:
    """With seconds of its own: a day means all of it."""
    day, _, clock = text.partition("T")
    return datetime.strptime(day + (clock or "235959"), "%Y%m%d%H%M%S")
