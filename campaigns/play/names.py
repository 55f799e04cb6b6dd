"""What fans are called on the faces of others: by their nickname, or by a number while the operator hides all names.

A hidden name does not leave the house: the packet carries the number, pages make words of it ("Fan 48213"). The number comes
from the seat's own random seed, so it is the same in all of the run, says nothing, and costs no counting. Two fans in a hall
of hundreds may share one: nothing hangs on it, rows are told apart by their public ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, select

from campaigns.db.models import Fan, Participation, RunFan
from campaigns.domain.scene import Shown

FIRST, NUMBERS = 10_000, 90_000  # five digits, all of them


def number_of(seed: int) -> int:
    return FIRST + seed % NUMBERS


def shown_name(row: Row[Any]) -> Shown:
    """From nickname, the seat's seed, and whether its run hides names."""
    return number_of(row.seed) if row.names_hidden else str(row.nickname)


def names_of(sql: Connection, run: Row[Any], fans: Iterable[int]) -> dict[int, tuple[str, Shown]]:
    """Fan id → (public id, as shown to everybody now). `run`: id, campaign_id, names_hidden."""
    seat = (RunFan.fan_id == Fan.id) & (RunFan.run_id == run.id)
    own = (Participation.fan_id == Fan.id) & (Participation.campaign_id == run.campaign_id)
    people = select(Fan.id, Fan.public, Participation.nickname, RunFan.seed).join(Participation, own).join(RunFan, seat)
    rows = sql.execute(people.where(Fan.id.in_(list(fans))))
    return {row.id: (row.public, number_of(row.seed) if run.names_hidden else row.nickname) for row in rows}
