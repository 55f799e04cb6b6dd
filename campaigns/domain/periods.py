"""Days, weeks and months of an instant in a campaign's zone, and the boards named after them.

A day is what the calendar on the wall there says; it has 23, 24 or 25 hours. Weeks are ISO's (Monday to Sunday, numbered
within the ISO year). Only aware instants come in. A play belongs to the day it was *begun*: its result carries that day,
so a play over midnight uses up yesterday's attempt and stands on yesterday's board. A period begins at the first
instant of its first day, also where the clocks skip midnight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

ALL = "all"
SLOT_S = 6 * 3600  # equal best plays are counted by pieces of time so long, and one by one only inside one piece
GRACE = timedelta(hours=1)  # so long after a period a play that was begun in it may end and still stand on its board


@dataclass(frozen=True, slots=True)
class Span:
    """A period: its first day, the first day after it, and the instant it is over."""

    first: date
    after: date
    until: datetime


def day_of(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


def week_name(day: date) -> str:
    """Like 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def month_name(day: date) -> str:
    """Like 2026-11."""
    return f"{day.year}-{day.month:02}"


def first_of_week(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def starts_at(day: date, zone: tzinfo) -> datetime:
    """The first instant of `day` in `zone`, in UTC. Midnight skipped: the offset before the change points at it."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_span(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """[from, until) in UTC."""
    return starts_at(day, zone), starts_at(day + timedelta(days=1), zone)


def week_span(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """[from, until) of the week that `day` is in."""
    first = first_of_week(day)
    return starts_at(first, zone), starts_at(first + timedelta(days=7), zone)


def month_span(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """[from, until) of the month that `day` is in."""
    first = first_of_month(day)
    return starts_at(first, zone), starts_at(first_of_month(first + timedelta(days=31)), zone)


def season_board(run_id: int) -> str:
    return f"season:{run_id}"


def month_board(day: date) -> str:
    return f"month:{month_name(day)}"


def week_board(day: date) -> str:
    return f"week:{week_name(day)}"


def day_board(day: date) -> str:
    return f"day:{day.isoformat()}"


def level_board(run_id: int, level: int) -> str:
    return f"level:{run_id}:{level}"


def challenge_board(run_id: int) -> str:
    return f"challenge:{run_id}"


def channel_board(run_id: int, channel: str) -> str:
    return f"channel:{run_id}:{channel}"


def period_boards(run_id: int, day: date) -> tuple[str, ...]:
    """The boards over whole plays on which a counted play of this day stands, widest first."""
    return (ALL, season_board(run_id), month_board(day), week_board(day), day_board(day))


def span_of(board: str, zone: tzinfo) -> Span | None:
    """Of a day's, week's or month's board; None: a board without an end of its own, or no board's name."""
    kind, _, which = board.partition(":")
    try:
        first = _FIRST_DAY[kind](which)
        after = first_of_month(first + timedelta(days=31)) if kind == "month" else first + timedelta(days=_DAYS[kind])
        return Span(first, after, starts_at(after, zone))
    except (KeyError, ValueError, OverflowError):
        return None


def _of_week(which: str) -> date:
    return date.fromisocalendar(int(which[:4]), int(which[6:]), 1)


def _of_month(which: str) -> date:
    return date.fromisoformat(which + "-01")


_FIRST_DAY: dict[str, Callable[[str], date]] = {"day": date.fromisoformat, "week": _of_week, "month": _of_month}
_DAYS = {"day": 1, "week": 7}
