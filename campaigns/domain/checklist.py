"""What has to be in order before the night, judged: facts in, one of four states out. Words are the page's.

A point that could not be looked at is UNKNOWN, never in order. LOOK: it will do, but somebody should know. BAD: not tonight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

GB = 1_000_000_000
SILENT_S = 60.0  # a screen asks for the time every 20 s
WORKER_SILENT_S, SWEEPER_SILENT_S = 120.0, 30.0
JOB_LATE_S, JOB_STUCK_S = 30.0, 300.0
OFF_S, FAR_OFF_S = 1.0, 5.0
PHONE_OFF_S = (
    60.0  # a phone's own clock decides nothing here; one far off means that this machine's is wrong, or the phone's
)
SCARCE_BYTES, NO_BYTES = 10 * GB, 2 * GB
OLD_BACKUP = timedelta(hours=24)
REACHED_WITHIN = timedelta(hours=12)
FEW_SOCKETS = 2_000
HEADROOM = 128  # files that are no sockets of fans: pages, SQL, Redis


class State(StrEnum):
    GOOD = "good"
    LOOK = "look"
    BAD = "bad"
    UNKNOWN = "unknown"


WORST_FIRST = (State.BAD, State.UNKNOWN, State.LOOK, State.GOOD)


@dataclass(frozen=True, slots=True)
class Machine:
    """What only the process knows of where it runs. `places`: folders that fill up; `files` may be open, `sockets` are let in."""

    places: tuple[Path, ...] = ()
    files: int = 0
    sockets: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """The test link on another device. `offset_s`: how far that device's clock is ahead of ours."""

    at: datetime
    address: str
    device: str
    offset_s: float | None


def worst(states: Iterable[State]) -> State:
    found = set(states)
    return next((state for state in WORST_FIRST if state in found), State.GOOD)


def screens(heard_ago_s: Sequence[float | None]) -> State:
    """None: never heard of since Redis began."""
    if not heard_ago_s:
        return State.LOOK
    return State.GOOD if all(ago is not None and ago < SILENT_S for ago in heard_ago_s) else State.BAD


def reached(newest: Opening | None, now: datetime, *, only_here: bool) -> State:
    if only_here:
        return State.BAD
    return State.GOOD if newest is not None and now - newest.at < REACHED_WITHIN else State.LOOK


def clocks(database_s: float, phone_s: float | None) -> State:
    off = abs(database_s)
    if off >= FAR_OFF_S:
        return State.BAD
    return State.LOOK if off >= OFF_S or (phone_s is not None and abs(phone_s) >= PHONE_OFF_S) else State.GOOD


def disk(free_bytes: int) -> State:
    if free_bytes < NO_BYTES:
        return State.BAD
    return State.LOOK if free_bytes < SCARCE_BYTES else State.GOOD


def workers(seen_s: float | None, sweeper_s: float | None, oldest_job_s: float | None) -> State:
    alive = seen_s is not None and seen_s < WORKER_SILENT_S and sweeper_s is not None and sweeper_s < SWEEPER_SILENT_S
    waited = oldest_job_s or 0.0
    if not alive or waited >= JOB_STUCK_S:
        return State.BAD
    return State.LOOK if waited >= JOB_LATE_S else State.GOOD


def durable(settings: dict[str, str]) -> State:
    """`synchronous_commit` has several ways to be on, and one to be off."""
    return State.BAD if "off" in settings.values() else State.GOOD


def backup(taken_at: datetime | None, now: datetime) -> State:
    return State.GOOD if taken_at is not None and now - taken_at < OLD_BACKUP else State.LOOK


def files(machine: Machine) -> State:
    if not machine.files:
        return State.UNKNOWN
    if machine.sockets + HEADROOM > machine.files:
        return State.BAD
    return State.LOOK if machine.sockets < FEW_SOCKETS else State.GOOD
