"""Rules of repeating as operators write them: RFC 5545's RRULE, read by python-dateutil, on the wall clock of a zone.

The library counts naive local times; what each means as an instant is ours (domain/recurrence.py). Only rules that a person
can mean are let in: nothing finer than days (hours by BYHOUR), at least half an hour between two, a day that exists.
Rejected: a reader of our own (ordinal weekdays and BYSETPOS are where they go wrong).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice, pairwise
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
NO_DAYS = (
    "DAILY",
    "WEEKLY",
)  # with these, days of a month can be ones that never come: the library would look until 9999
APART = timedelta(minutes=30)
LOOKED_AT = 100  # occurrences of a new rule
DAY = timedelta(days=1)
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
        for local in self._rrule().xafter(at.astimezone(self.zone).replace(tzinfo=None) - DAY, inc=True):
            instant = wall_instant(local, self.zone)
            if instant > last:  # two wall times can meet at the end of a gap
                last = instant
                yield instant

    def next_after(self, at: datetime) -> datetime | None:
        return next(self.after(at), None)

    def _rrule(self) -> rrule:
        return _parsed(self.rule, self.first)


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
    """Raises BadInput, field `rule`, naming the part that does not fit. One or more occurrences are still to come."""
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


def _parsed(rule: str, first: datetime) -> rrule:
    """With seconds of its own for UNTIL: a day means all of it."""
    until = UNTIL.search(rule.partition("UNTIL=")[2]) if "UNTIL=" in rule else None
    made = rrulestr(re.sub(r";?UNTIL=\w+", "", rule), dtstart=first)
    assert isinstance(made, rrule)
    return made.replace(until=_until(until)) if until else made


def _until(match: re.Match[str]) -> datetime:
    day, clock = match.groups()
    return datetime.strptime(day + (clock or "235959"), "%Y%m%d%H%M%S")
