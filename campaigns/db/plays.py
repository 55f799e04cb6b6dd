"""Plays of a quiz: the append-only record (play, step, result, void), and the projections made of it.

A play is a fold over its steps (docs/decisions/0008). When it ends, its last step and its `play_result` are written in one
transaction; steps may be condensed away later, results stay. `xid` lets settlement take whole windows of committed results
without ever updating one: ids of transactions below `pg_snapshot_xmin` have all ended, a sequence's numbers may still come.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from campaigns.db.models import Base


class Xid8(UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction id; compared in SQL only."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class Play(Base):
    """One attempt of one fan. `drawn`: the question versions it may ask, level by level. `day`: in the campaign's zone."""

    __tablename__ = "play"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    fan_id: Mapped[int]
    attempt: Mapped[int]
    day: Mapped[date]
    practice: Mapped[bool]
    challenge_id: Mapped[int | None]  # the play whose draw this one has
    seed: Mapped[int]
    drawn: Mapped[dict[str, Any]]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("run_id", "fan_id", "attempt"),
        Index("uq_play_open", "run_id", "fan_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_play_begun_at", "begun_at", postgresql_using="brin"),
    )


class PlayStep(Base):
    """One action in a play. `n` counts from 1 without gaps; whoever writes an `n` first has it.

    No foreign key: its check would cost more than the row, and only a play that was read can have a step.
    """

    __tablename__ = "play_step"
    play_id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kind: Mapped[int] = mapped_column(SmallInteger)
    question_version_id: Mapped[int | None]
    places: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    value: Mapped[float | None]
    ns: Mapped[int]
    boot: Mapped[str] = mapped_column()
    at: Mapped[datetime]
    allowance_ns: Mapped[int]
    rtt_ns: Mapped[int | None]
    receipt: Mapped[str | None]


class PlayResult(Base):
    """What a finished play came to. `level_scores`: by level, NULL not reached, 0 failed; `perfect`, `flags`: bit masks."""

    __tablename__ = "play_result"
    play_id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int]
    run_id: Mapped[int]
    fan_id: Mapped[int]
    day: Mapped[date]
    ended_at: Mapped[datetime]
    challenge_id: Mapped[int | None]
    score: Mapped[int] = mapped_column(Integer)
    elapsed_ms: Mapped[int] = mapped_column(Integer)
    right: Mapped[int] = mapped_column(SmallInteger)
    asked: Mapped[int] = mapped_column(SmallInteger)
    passed: Mapped[int] = mapped_column(SmallInteger)
    perfect: Mapped[int] = mapped_column(SmallInteger)
    flags: Mapped[int] = mapped_column(SmallInteger)
    level_scores: Mapped[list[int | None]] = mapped_column(ARRAY(Integer))
    xid: Mapped[str] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"))
    __table_args__ = (
        Index(None, "run_id", "fan_id"),
        Index(None, "xid"),
        Index("ix_play_result_day", "day", postgresql_using="brin"),
    )


class PlayVoid(Base):
    """An operator's word that a play does not count; `lifted`: taken back, from that window on."""

    __tablename__ = "play_void"
    play_id: Mapped[int] = mapped_column(primary_key=True)
    operator_id: Mapped[int | None]
    why: Mapped[str]
    at: Mapped[datetime]
    xid: Mapped[str] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"), index=True)
    lifted: Mapped[str | None] = mapped_column(Xid8)
    __table_args__ = (Index(None, "lifted", postgresql_where=text("lifted IS NOT NULL")),)


class SentAway(Base):
    """Kicked from a season, or banned: from the window that `xid` is in on, nothing that this fan plays in it counts."""

    __tablename__ = "sent_away"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    fan_id: Mapped[int] = mapped_column(primary_key=True)
    xid: Mapped[str] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"), index=True)


class BadgeGrant(Base):
    """Badges that a settlement gave (`gained`) or took back (`lost`): bits, as quiz_badges.py numbers them.

    One narrow row where `award` would have eight with four indexes each; what few fans get (tops, authors) is in `award`.
    """

    __tablename__ = "badge_grant"
    run_id: Mapped[int] = mapped_column(primary_key=True)
    fan_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)  # the window it was settled in
    gained: Mapped[int]
    lost: Mapped[int]
    at: Mapped[datetime]


class Retally(Base):
    """Settle this fan's plays anew, all of them, with the window that `xid` is in: a void, or a recomputation."""

    __tablename__ = "retally"
    run_id: Mapped[int] = mapped_column(primary_key=True)
    fan_id: Mapped[int] = mapped_column(primary_key=True)
    xid: Mapped[str] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"), primary_key=True, index=True)


# --- projections ---------------------------------------------------------------------------------------------------


class PlayWindow(Base):
    """How far results are settled: all with `xid` below `until`. One row.

    `upto`: the end of the window being settled now, in chunks of `width` fans; `chunks`: the numbers of those still to do.
    """

    __tablename__ = "play_window"
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    until: Mapped[str] = mapped_column(Xid8)
    upto: Mapped[str | None] = mapped_column(Xid8)
    opened_at: Mapped[datetime | None]
    width: Mapped[int] = mapped_column(server_default=text("1"))
    chunks: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))


class Tally(Base):
    """A fan's totals in a run of a quiz. `granted`: points in the ledger for it so far."""

    __tablename__ = "tally"
    run_id: Mapped[int] = mapped_column(primary_key=True)  # no foreign key: its check would cost more than the row
    fan_id: Mapped[int] = mapped_column(primary_key=True)
    plays: Mapped[int] = mapped_column(Integer)
    total: Mapped[int]
    best: Mapped[int] = mapped_column(Integer)
    passed: Mapped[int] = mapped_column(SmallInteger)  # the highest level ever passed
    streak: Mapped[int] = mapped_column(Integer)  # days in a row, up to `last_day`
    last_day: Mapped[date]
    granted: Mapped[int]
    badges: Mapped[int] = mapped_column(server_default=text("0"))  # bits, the sum of `badge_grant`
    __table_args__ = (Index(None, "fan_id"),)


class Board(Base):
    """A board by its name (domain/periods.py). Final: its period is over, its top has its badges, and it is not touched by
    settlements any more; what was a day's, week's or month's keeps its first thousand only. Stale: to be made anew from the
    results. `frozen`: what is shown instead until the run's board is revealed."""

    __tablename__ = "board"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    name: Mapped[str]
    final_at: Mapped[datetime | None]
    stale: Mapped[bool] = mapped_column(server_default=text("false"))
    frozen: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    __table_args__ = (UniqueConstraint("activity_id", "name"),)


class BoardRow(Base):
    """A fan on a board, by two measures; each with the instant (to the millisecond) it was reached, which breaks ties.

    A level's board has no total: it would rank who played most often.
    """

    __tablename__ = "board_row"
    board_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    fan_id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int | None]
    total_at: Mapped[datetime | None]
    best: Mapped[int] = mapped_column(Integer)
    best_at: Mapped[datetime]
    __table_args__ = (
        Index(
            "ix_board_row_total",
            "board_id",
            text("total DESC"),
            "total_at",
            "fan_id",
            postgresql_where=text("total IS NOT NULL"),
        ),
        Index("ix_board_row_best", "board_id", text("best DESC"), "best_at", "fan_id"),
    )


class BoardBucket(Base):
    """How many fans of a board have exactly this score: an exact rank sums the buckets above and looks into one.

    Best plays crowd on few scores, so measure 2 splits those of measure 1 by `slot`, in which quarter of a day they were reached.
    """

    __tablename__ = "board_bucket"
    board_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    measure: Mapped[int] = mapped_column(SmallInteger, primary_key=True)  # 0 total, 1 best, 2 best by slot
    score: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(Integer, primary_key=True, server_default=text("0"))
    fans: Mapped[int]
