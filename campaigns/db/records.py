"""The append-only records (answers, settlements, events, ledger, awards) and the projections made from them.

Nothing here but the projections `score`-by-version's sum (`standing`) and `balance` is ever updated, with two exceptions
that are part of the record: a settlement gets its result once, and an answer is never touched again after its commit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base

FREE = 45  # per cent of a page of standings that are filled at first
FOLLOWS = "follows the correction of an earlier round"  # a settlement's `why` when no operator ordered it


class Answer(Base):
    """What a fan said, and everything a later judgement needs. One per round and fan: the primary key says so."""

    __tablename__ = "answer"
    # No foreign keys, which would be looked up for each answer: the journal writes under the round's lock, for fans with a seat.
    round_id: Mapped[int] = mapped_column(primary_key=True)
    fan_id: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int]
    places: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    value: Mapped[float | None]
    opened_ns: Mapped[int]
    received_ns: Mapped[int]
    allowance_ns: Mapped[int]
    rtt_ns: Mapped[int | None]  # the lowest the server measured
    tap_ms: Mapped[float | None]  # what the page says; recorded, never ranked
    boot_id: Mapped[str]
    received_at: Mapped[datetime]
    receipt: Mapped[str]
    early_ns: Mapped[int | None]  # at a buzzer: the first press of this fan from before the opening (domain/buzzer.py)


class Settlement(Base):
    """One judgement of a round: the key it was judged by, and the result once judged. Corrections are new versions."""

    __tablename__ = "settlement"
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    voided: Mapped[bool] = mapped_column(server_default=text("false"))
    why: Mapped[str | None]
    operator_id: Mapped[int | None]
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class Score(Base):
    __tablename__ = "score"
    round_id: Mapped[int] = mapped_column(
        primary_key=True
    )  # no key here and below: written by the million under a lock
    version: Mapped[int] = mapped_column(primary_key=True)
    fan_id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int]
    right: Mapped[bool | None]  # None: silent
    score: Mapped[int]
    bonus: Mapped[int]  # the part of `score` that is streak
    elapsed_ms: Mapped[int | None]
    rank: Mapped[int | None]
    streak: Mapped[int]
    out: Mapped[bool]
    lives: Mapped[int]
    fell: Mapped[int | None]
    flagged: Mapped[bool]
    # No second index, which a million rows would pay for in each round: whoever asks for a run's scores comes by its rounds.


class Standing(Base):
    """Projection: a fan's totals in a run, by the settlement versions that count. `rank_before`: before the last round.

    `place`: in the order of the board, ties apart, once the run is over and its awards are written; None whenever a settlement
    has moved anybody since. Each round writes every row anew. So no index holds what a round changes, and half of each page is
    left free: a new version lies beside the old one, and no index hears of it.
    """

    __tablename__ = "standing"
    run_id: Mapped[int] = mapped_column(primary_key=True)
    fan_id: Mapped[int] = mapped_column(primary_key=True)
    score: Mapped[int]
    elapsed_ms: Mapped[int]  # as places are ordered: domain/leaderboard.py, `tie_ms`
    right_ms: Mapped[int] = mapped_column(server_default=text("0"))  # the plain sum, whatever the score
    rank: Mapped[int]
    rank_before: Mapped[int | None]
    streak: Mapped[int]
    out: Mapped[bool]
    lives: Mapped[int]
    place: Mapped[int | None]
    __table_args__ = (
        Index("ix_standing_place", "run_id", "place", postgresql_where=text("place IS NOT NULL")),
        {"postgresql_with": {"fillfactor": FREE}},
    )


class Fallen(Base):
    """Projection, survival only: who is out, and how many (`score`) they had right for fun since, in `elapsed_ms` summed."""

    __tablename__ = "fallen"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    fan_id: Mapped[int] = mapped_column(primary_key=True)
    score: Mapped[int]
    elapsed_ms: Mapped[int]
    rank: Mapped[int]
    __table_args__ = (Index("ix_fallen_order", "run_id", "rank"),)


class Event(Base):
    __tablename__ = "event"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int | None]
    kind: Mapped[str]
    actor: Mapped[str]  # "operator:3", "clock", "worker", "fans"
    at: Mapped[datetime]
    payload: Mapped[dict[str, Any]]
    __table_args__ = (Index(None, "run_id", "seq"),)


class LedgerBatch(Base):
    __tablename__ = "ledger_batch"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    previous_hash: Mapped[bytes] = mapped_column(unique=True)  # unique: the chain cannot fork
    hash: Mapped[bytes] = mapped_column(unique=True)
    at: Mapped[datetime]


class LedgerEntry(Base):
    __tablename__ = "ledger_entry"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    batch_id: Mapped[int] = mapped_column(index=True)  # no foreign key: its check costs twice the row
    run_id: Mapped[int] = mapped_column(index=True)
    fan_id: Mapped[int] = mapped_column(index=True)
    amount: Mapped[int]
    reason: Mapped[str]
    version: Mapped[int]


class Balance(Base):
    """Projection of the ledger: points per fan."""

    __tablename__ = "balance"
    fan_id: Mapped[int] = mapped_column(primary_key=True)
    points: Mapped[int]


class Award(Base):
    """A badge given (+1) or, after a correction, withdrawn (-1). Held is what sums to 1."""

    __tablename__ = "award"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    run_id: Mapped[int] = mapped_column(index=True)
    fan_id: Mapped[int] = mapped_column(index=True)
    badge: Mapped[str]
    delta: Mapped[int]
    version: Mapped[int]
    at: Mapped[datetime]
