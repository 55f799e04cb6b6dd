"""Measuring how late a stream is: the hall's screens flash at known times, viewers tap when they see it (domain/calibration.py).

What each viewer's taps say is kept, the operator sees the median of all and how far they lie apart, and takes it over or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from redis import RedisError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from campaigns.bootstrap import Services
from campaigns.control.cohorts import BEFORE_PLAY
from campaigns.db.cohorts import Cohort, Flashes, Measured
from campaigns.db.models import Run
from campaigns.domain.calibration import Estimate, flashes, measured, together
from campaigns.domain.cohort import LONGEST_MS
from campaigns.domain.errors import NotFound
from campaigns.live import keys

NS_PER_MS = 1_000_000
LISTENS = timedelta(milliseconds=LONGEST_MS, minutes=2)  # after the flashes began
MOST_VIEWERS = 500


@dataclass(frozen=True, slots=True)
class Calibration:
    """The newest of a cohort: `estimate` None while nobody has tapped; `viewers`: who did; `going`: taps are still taken."""

    began_at: datetime
    going: bool
    estimate: Estimate | None
    viewers: int


def begin_flashes(services: Services, run_id: int, actor: str) -> bool:
    """The screens of the hall's run flash a few seconds from now. False: its first question has been asked. NotFound."""
    with services.transition(run_id) as change:
        cohort: Any = change.sql.execute(select(Cohort).where(Cohort.run_id == run_id)).one_or_none()
        if cohort is None:
            raise NotFound(f"cohort {run_id}")
        if change.sql.scalar(select(Run.state).where(Run.id == cohort.of_run_id)) not in BEFORE_PLAY:
            return False
        at_ns = flashes(change.now.ns)
        values = {"boot_id": change.now.boot_id, "at_ns": at_ns, "began_at": change.now.at}
        made = insert(Flashes).values(run_id=run_id, **values)
        change.sql.execute(made.on_conflict_do_update(index_elements=["run_id"], set_=values))
        change.record(run_id, "flashes_begun", actor)
    try:
        services.bus.publish(keys.FLASH, " ".join(map(str, (cohort.of_run_id, *at_ns))))
    except RedisError:
        return False
    return True


def take_taps(services: Services, run_id: int, viewer: str, taps_ms_ago: list[float]) -> Estimate | None:
    """`viewer`: who taps, not by the page's own word, or one page would be a crowd. `taps_ms_ago`: of each tap, in the
    order of the flashes, how long before this arrived it was. None: there are no flashes to measure by (any more), or
    these taps cannot be of them."""
    now = services.now()
    with services.sql.begin() as sql:
        row = sql.execute(select(Flashes).where(Flashes.run_id == run_id)).one_or_none()
        if row is None or row.boot_id != now.boot_id or now.at - row.began_at > LISTENS:
            return None
        found = measured(row.at_ns, [now.ns - round(ago * NS_PER_MS) for ago in taps_ms_ago])
        if found is None or len(_rows(sql, run_id, row.began_at)) >= MOST_VIEWERS:
            return None
        said = {"delay_ms": found.delay_ms, "spread_ms": found.spread_ms, "at": now.at}
        made = insert(Measured).values(run_id=run_id, began_at=row.began_at, tab=viewer[:40], **said)
        sql.execute(made.on_conflict_do_nothing())
    return found


def calibration_of(services: Services, run_id: int) -> Calibration | None:
    """None: it was never measured."""
    with services.reading() as sql:
        row = sql.execute(select(Flashes).where(Flashes.run_id == run_id)).one_or_none()
        if row is None:
            return None
        said = [Estimate(each.delay_ms, each.spread_ms) for each in _rows(sql, run_id, row.began_at)]
    going = services.now().at - row.began_at <= LISTENS
    return Calibration(row.began_at, going, together(said), len(said))


def _rows(sql: Any, run_id: int, began_at: datetime) -> list[Any]:
    return list(sql.execute(select(Measured).where(Measured.run_id == run_id, Measured.began_at == began_at)))
