"""Runs that follow another one for viewers of a stream (campaigns/domain/cohort.py), and which round copies which."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Select, UniqueConstraint, exists, func, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, aliased, mapped_column

from campaigns.db.among import among
from campaigns.db.identities import FanAlias, seats_of
from campaigns.db.models import Base, Fan, Run, RunFan
from campaigns.domain.run import RunState


class Cohort(Base):
    """`followed`: the event of the hall's run that was done here last. `uncertain_ms`: how far apart what was measured lay;
    None of a delay that an operator typed."""

    __tablename__ = "cohort"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    of_run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    name: Mapped[str]
    delay_ms: Mapped[int]
    uncertain_ms: Mapped[int | None]
    followed: Mapped[int]
    made_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("of_run_id", "name"),)


class CohortRound(Base):
    """A round of a cohort's run and the one it copies."""

    __tablename__ = "cohort_round"
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    of_round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)


class Flashes(Base):
    """The newest flashes that a cohort's delay is measured by: readings of the monotonic clock, in order."""

    __tablename__ = "cohort_flashes"
    run_id: Mapped[int] = mapped_column(ForeignKey("cohort.run_id", ondelete="CASCADE"), primary_key=True)
    boot_id: Mapped[str]
    at_ns: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    began_at: Mapped[datetime]


class Measured(Base):
    """What one viewer's taps said. `tab`: the fan, or an address as a digest: each counts once in a show of flashes."""

    __tablename__ = "cohort_measured"
    run_id: Mapped[int] = mapped_column(ForeignKey("cohort.run_id", ondelete="CASCADE"), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(primary_key=True)  # of the flashes
    tab: Mapped[str] = mapped_column(primary_key=True)
    delay_ms: Mapped[int]  # the median of the taps
    spread_ms: Mapped[int]  # between the lowest and the highest
    at: Mapped[datetime]


def is_hall() -> ColumnElement[bool]:
    """As SQL: a run of its own, not a cohort's."""
    return ~exists().where(Cohort.run_id == Run.id)


def family_of(run_id: Any) -> Any:
    """As SQL: the hall's run of a cohort's, or of a run that has cohorts itself; else NULL."""
    own = select(Cohort.of_run_id).where(Cohort.run_id == run_id).correlate(Run).scalar_subquery()
    hall = select(Cohort.of_run_id).where(Cohort.of_run_id == run_id).limit(1).correlate(Run).scalar_subquery()
    return func.coalesce(own, hall)


def seat_beside(family: int, run_id: int, fan_id: int) -> Select[Any]:
    """The code of the other run of this family that the fan, or a guest it once was, sits in: one person, one picture."""
    theirs = (Run.id == family) | Run.id.in_(select(Cohort.run_id).where(Cohort.of_run_id == family))
    seated = select(Run.code).join(RunFan, RunFan.run_id == Run.id).where(RunFan.fan_id.in_(seats_of(fan_id)), theirs)
    return seated.where(Run.id != run_id, Run.state != RunState.CANCELLED).limit(1)


def seated_beside(family: int, run_id: int, fans: Collection[int]) -> Select[Any]:
    """Those of these fans of whom `seat_beside` would find something."""
    theirs = (Run.id == family) | Run.id.in_(select(Cohort.run_id).where(Cohort.of_run_id == family))
    own = select(Fan.id.label("fan"), Fan.id.label("sits")).where(among(Fan.id, fans))
    was = select(FanAlias.to_id, FanAlias.from_id).where(among(FanAlias.to_id, fans))
    who = union_all(own, was).subquery()
    seated = select(who.c.fan).join(RunFan, RunFan.fan_id == who.c.sits).join(Run, Run.id == RunFan.run_id)
    return seated.where(theirs, Run.id != run_id, Run.state != RunState.CANCELLED)


def all_told() -> ColumnElement[bool]:
    """As SQL, of a run and the cohort it may be: nobody of its family still waits for what it has told."""
    beside, theirs = aliased(Cohort), aliased(Run)
    family = func.coalesce(Cohort.of_run_id, Run.id)
    waiting = select(beside.run_id).join(theirs, theirs.id == beside.run_id).correlate(Run, Cohort)
    return ~waiting.where(
        beside.of_run_id == family, theirs.state.not_in((RunState.ENDED, RunState.CANCELLED))
    ).exists()
