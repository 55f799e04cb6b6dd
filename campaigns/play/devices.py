"""The mark of the device that a fan joined from: enough to see that some fans share one, too little to know which.

A digest of address and browser, keyed by the house's secret and the run, so that the same device has another mark in every
run; kept until a day after the run's end. The address itself is stored nowhere. Rejected: a cookie of its own, which goes with
the fan's cookie and so tells nothing of who clears both.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from campaigns.bootstrap import Services
from campaigns.db.models import Run
from campaigns.db.naming import DeviceMark
from campaigns.domain.device import device_of

KEPT = timedelta(days=1)
BYTES = 12


def remember_device(services: Services, run_id: int, fan_id: int, address: str, browser: str) -> None:
    """The first place that a fan came from stays; what kind of device it was is counted then, of nobody in particular."""
    said = f"device\0{run_id}\0{address}\0{browser[:400]}".encode("utf-8", "replace")
    mark = hmac.new(services.secret, said, sha256).digest()[:BYTES]
    made = insert(DeviceMark).values(run_id=run_id, fan_id=fan_id, mark=mark).on_conflict_do_nothing()
    with services.sql.begin() as sql:
        first = sql.execute(made.returning(DeviceMark.fan_id)).one_or_none() is not None
    if first:
        services.visits.note(run_id, device_of(browser), services.now().at)


def runs_to_forget(services: Services) -> list[int]:
    over = select(Run.id).where(Run.ended_at < services.now().at - KEPT)
    with services.reading() as sql:
        return list(sql.scalars(over.where(select(DeviceMark.fan_id).where(DeviceMark.run_id == Run.id).exists())))


def forget_devices(services: Services, run_id: int) -> bool:
    with services.sql.begin() as sql:
        return bool(sql.execute(delete(DeviceMark).where(DeviceMark.run_id == run_id)).rowcount)
