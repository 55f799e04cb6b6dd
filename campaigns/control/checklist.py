"""What the checklist before the night shows: facts read now, each with its state. Nothing here changes anything.

Redis away or a database elsewhere make points unknown, not an error: the page is needed most when something is wrong.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from redis import RedisError
from sqlalchemy import select, text

from campaigns.bootstrap import Services
from campaigns.control import pulse, reach
from campaigns.control.backups import Made, newest_backup
from campaigns.db.models import Campaign, Display
from campaigns.domain import checklist as judge
from campaigns.domain.checklist import Machine, Opening, State
from campaigns.live.before import Showing, screens_told

OF_THE_DATABASE = """
    SELECT clock_timestamp() AS at, current_setting('fsync') AS fsync,
           current_setting('synchronous_commit') AS synchronous_commit,
           current_setting('full_page_writes') AS full_page_writes,
           CASE WHEN inet_server_addr() IS NULL
                THEN (SELECT setting FROM pg_settings WHERE name = 'data_directory') END AS folder"""


@dataclass(frozen=True, slots=True)
class Screen:
    id: int
    campaign: dict[str, str]
    showing: Showing | None
    heard_ago_s: float | None

    @property
    def state(self) -> State:
        return judge.screens([self.heard_ago_s])


@dataclass(frozen=True, slots=True)
class Place:
    folder: str
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Life:
    """As campaigns/control/pulse.py tells it."""

    worker_s: float | None
    sweeper_s: float | None
    oldest_job_s: float | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """`life` None: Redis is away, and what it would know is missing. `states`: by point, in the order of the page."""

    at: datetime
    screens: list[Screen]
    openings: list[Opening]
    database_ahead_s: float
    places: list[Place]
    life: Life | None
    durability: dict[str, str]
    backup: Made | None
    machine: Machine
    states: dict[str, State]


def look(services: Services, ids: Collection[int], machine: Machine, *, only_here: bool) -> Checklist:
    """The screens are those of the campaigns `ids`. `only_here`: the address in the links names this machine to itself."""
    at, life = services.now().at, _life(services)
    screens, openings = _screens(services, ids, at), _openings(services)
    ahead_s, durability, folder = _database(services)
    places = list(_places([*machine.places, *([Path(folder)] if folder else [])]))
    backup, newest = newest_backup(services), openings[0] if openings else None
    told = State.UNKNOWN if life is None else None  # Redis would know
    states = {
        "screens": (told if screens else None) or judge.screens([each.heard_ago_s for each in screens]),
        "reach": judge.reached(newest, at, only_here=only_here),
        "clock": judge.clocks(ahead_s, newest.offset_s if newest else None),
        "disk": judge.worst(judge.disk(each.free) for each in places) if places else State.UNKNOWN,
        "workers": judge.workers(life.worker_s, life.sweeper_s, life.oldest_job_s) if life else State.UNKNOWN,
        "redis": State.GOOD if life else State.BAD,
        "durable": judge.durable(durability),
        "backup": judge.backup(backup.taken_at if backup else None, at),
        "files": judge.files(machine),
    }
    return Checklist(at, screens, openings, ahead_s, places, life, durability, backup, machine, states)


def _life(services: Services) -> Life | None:
    with contextlib.suppress(RedisError):
        services.live.ping()
        return Life(pulse.worker_ago_s(services), pulse.sweeper_ago_s(services), pulse.oldest_job_s(services))
    return None


def _openings(services: Services) -> list[Opening]:
    with contextlib.suppress(RedisError):
        return reach.opened_by(services)
    return []


def _screens(services: Services, ids: Collection[int], at: datetime) -> list[Screen]:
    told: dict[int, Showing] = {}
    with contextlib.suppress(RedisError):
        told = screens_told(services.live)
    paired = select(Display.id, Campaign.title).join(Campaign, Campaign.id == Display.campaign_id)
    with services.reading() as sql:
        mine = paired.where(Display.campaign_id.in_(ids), Display.revoked_at.is_(None))
        rows = sql.execute(mine.order_by(Display.id)).all()
    shown = [(row.id, row.title, told.get(row.id)) for row in rows]
    return [
        Screen(display, title, each, max(0.0, at.timestamp() - each.heard_s) if each else None)
        for display, title, each in shown
    ]


def _database(services: Services) -> tuple[float, dict[str, str], str | None]:
    """How far its clock is ahead of ours, what it promises of commits, and its folder if that is on this machine."""
    with services.reading() as sql:
        sql.execute(text("SELECT 1"))  # a new connection must not count as a slow clock
        before = services.now().at
        row: Any = sql.execute(text(OF_THE_DATABASE)).one()
        after = services.now().at
    names = ("fsync", "synchronous_commit", "full_page_writes")
    ahead = row.at - (before + (after - before) / 2)
    return ahead.total_seconds(), {name: getattr(row, name) for name in names}, row.folder


def _places(folders: list[Path]) -> Iterator[Place]:
    """One for each disk; a folder that is closed to us lies on the disk of the one above it."""
    seen = set()
    for folder in folders:
        for step in (folder, *folder.parents):
            try:
                device, usage = step.stat().st_dev, shutil.disk_usage(step)
            except OSError:
                continue
            if device not in seen:
                seen.add(device)
                yield Place(str(folder), usage.free, usage.total)
            break
