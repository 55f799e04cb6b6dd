"""Transitions in one order: lock the campaign, change rows by compare-and-set, write the event, commit, then tell.

Every transition of a campaign begins with the lock on its row (`Transition`), so two of them never wait for each other in a
circle, and `seq` has no gaps. Publishing comes after the commit: a hint that gets lost costs a second, not a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from campaigns.db.models import Campaign, Run
from campaigns.db.records import Event
from campaigns.domain.moment import Moment


@dataclass
class Transition:
    """One open transaction that holds its campaign's lock. `moved` (run → seq) and `jobs` are for after the commit."""

    sql: Connection
    campaign_id: int
    now: Moment
    seq: int
    moved: dict[int, int] = field(default_factory=dict)
    jobs: list[tuple[str, int]] = field(default_factory=list)

    def enqueue(self, job: str, row_id: int) -> None:
        """Hint the workers once this has committed."""
        self.jobs.append((job, row_id))

    def record(self, run_id: int, kind: str, actor: str, **payload: Any) -> int:
        """Write one event; returns its seq, which is also the run's newest."""
        self.note(run_id, kind, actor, **payload)
        self.sql.execute(update(Run).where(Run.id == run_id).values(seq=self.seq))
        self.moved[run_id] = self.seq
        return self.seq

    def note(self, run_id: int, kind: str, actor: str, **payload: Any) -> None:
        """Write down what changes nothing that a page of the run shows: nobody is told."""
        self.seq += 1
        values = {"campaign_id": self.campaign_id, "seq": self.seq, "run_id": run_id, "kind": kind, "actor": actor}
        self.sql.execute(insert(Event).values(**values, at=self.now.at, payload=payload))
        self.sql.execute(update(Campaign).where(Campaign.id == self.campaign_id).values(seq=self.seq))


@contextmanager
def transition(engine: Engine, run_id: int, clock: Callable[[], Moment]) -> Iterator[Transition]:
    """A transaction holding the lock of the campaign of `run_id`. Raises LookupError if there is no such run.

    The clock is read once the lock is ours: who waited for it must not open a question in the past. `NO KEY`: joins, whose
    foreign keys take a key share of the campaign, do not wait.
    """
    with engine.begin() as sql:
        yield lock_campaign(sql, run_id, clock)


def lock_campaign(sql: Connection, run_id: int, clock: Callable[[], Moment]) -> Transition:
    """The same inside a transaction that is open already, for who has long work to do before; held until it ends."""
    campaign_id = sql.scalar(select(Run.campaign_id).where(Run.id == run_id))
    if campaign_id is None:
        raise LookupError(f"run {run_id}")
    seq = sql.scalar(select(Campaign.seq).where(Campaign.id == campaign_id).with_for_update(key_share=True))
    return Transition(sql, campaign_id, clock(), seq or 0)
