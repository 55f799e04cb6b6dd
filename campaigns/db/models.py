"""Every table, grouped: people, definitions, performances (run and round). Records stand in `records.py`.

Ids are bigint identities; what strangers may see instead (a fan's public id, a run's code) is random text of its own.
Monotonic readings end in `_ns` and mean nothing without the `boot_id` beside them; `_at` is wall time with a zone.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: Text,
        bytes: LargeBinary,
        datetime: TIMESTAMP(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: JSONB,
        list[dict[str, Any]]: JSONB,
    }


def _id() -> Mapped[int]:
    return mapped_column(BigInteger, Identity(), primary_key=True)


def _falsehood() -> Mapped[bool]:
    return mapped_column(server_default=text("false"))


def _zero() -> Mapped[int]:
    return mapped_column(server_default=text("0"))


# --- people -------------------------------------------------------------------------------------------------------


class Operator(Base):
    __tablename__ = "operator"
    id: Mapped[int] = _id()
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]  # argon2id; None until the first login sets one
    created_at: Mapped[datetime]


class Fan(Base):
    """One identity per installation: whoever holds the cookie whose SHA-256 stands here.

    `moved_at`: was a guest, and is a member's fan since (`fan_alias` says whose). What is begun for a fan locks this row and
    looks at this column, so that it comes before the moving, or for the member."""

    __tablename__ = "fan"
    id: Mapped[int] = _id()
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    public: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    moved_at: Mapped[datetime | None]


class Participation(Base):
    """A fan's place in a campaign. `skeleton`: how the name looks (domain/nickname.look); of look-alikes one has no tag."""

    __tablename__ = "participation"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    fan_id: Mapped[int] = mapped_column(ForeignKey("fan.id", ondelete="CASCADE"), primary_key=True)
    nickname: Mapped[str]  # as shown, with its tag if it has one
    skeleton: Mapped[str]
    first_channel: Mapped[str | None]
    last_channel: Mapped[str | None]
    inviter_id: Mapped[int | None] = mapped_column(ForeignKey("fan.id", ondelete="SET NULL"))
    joined_at: Mapped[datetime]
    banned_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("campaign_id", "nickname"),
        UniqueConstraint("campaign_id", "skeleton"),
        Index(None, "fan_id"),
        Index("ix_participation_inviter_id", "inviter_id", postgresql_where=text("inviter_id IS NOT NULL")),
    )


class Display(Base):
    """A screen. Until an operator types its pairing code it belongs to no campaign and sees nothing."""

    __tablename__ = "display"
    id: Mapped[int] = _id()
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    pairing_code: Mapped[str | None] = mapped_column(unique=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    paired_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


# --- definitions --------------------------------------------------------------------------------------------------


class Campaign(Base):
    """`seq` numbers the campaign's events; locking this row is what puts its transitions in one order."""

    __tablename__ = "campaign"
    id: Mapped[int] = _id()
    slug: Mapped[str | None] = mapped_column(unique=True)  # "demo"
    title: Mapped[dict[str, Any]]
    zone: Mapped[str]  # IANA name
    rate: Mapped[Decimal] = mapped_column(Numeric(10, 3))  # points = floor(score × rate)
    seq: Mapped[int] = _zero()
    version: Mapped[int] = mapped_column(server_default=text("1"))  # tells a late editor
    wall_run_id: Mapped[int | None]  # what the screens follow (None: newest_run chooses); no foreign key, as round_id
    created_at: Mapped[datetime]


class Activity(Base):
    """One way to take part. `rules` is what campaigns.domain.rush.RushRules reads; `version` tells a late editor."""

    __tablename__ = "activity"
    id: Mapped[int] = _id()
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    title: Mapped[dict[str, Any]]
    rules: Mapped[dict[str, Any]]
    auto_reveal: Mapped[bool] = _falsehood()
    close_when_all: Mapped[bool] = _falsehood()
    version: Mapped[int] = mapped_column(server_default=text("1"))
    reviewed_version: Mapped[int | None]  # this one, by whom and when: any edit makes it a draft again
    reviewed_by: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    prizes: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'::jsonb"))  # domain/prizes.py
    created_at: Mapped[datetime]


class Question(Base):
    """What of the newest version is asked for often stands here again (`n` is that version); written with it, always.

    `norm`: its words for finding the same ones; `twin`: the same for words and choices (domain/importing/twins.py).
    """

    __tablename__ = "question"
    id: Mapped[int] = _id()
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(server_default=text("'reviewed'"))  # draft, reviewed, retired
    source: Mapped[str] = mapped_column(server_default=text("''"))
    author_fan_id: Mapped[int | None] = mapped_column(ForeignKey("fan.id", ondelete="SET NULL"), index=True)
    n: Mapped[int] = mapped_column(server_default=text("1"))
    kind: Mapped[str] = mapped_column(server_default=text("''"))
    tags: Mapped[Any] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    difficulty: Mapped[int] = mapped_column(server_default=text("1"))
    norm: Mapped[str] = mapped_column(server_default=text("''"))
    twin: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime]
    __table_args__ = (
        Index(None, "campaign_id", "state", "difficulty"),
        Index("ix_question_norm", "campaign_id", text("md5(norm)")),
        Index(None, "campaign_id", "twin"),
        Index("ix_question_tags", "tags", postgresql_using="gin"),
    )


class QuestionVersion(Base):
    """Never updated. `body` has no key in it; `key` is None when sealed (nobody knows it yet)."""

    __tablename__ = "question_version"
    id: Mapped[int] = _id()
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    n: Mapped[int]
    body: Mapped[dict[str, Any]]
    key: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("question_id", "n"),)


class ActivityQuestion(Base):
    __tablename__ = "activity_question"
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))


class Media(Base):
    __tablename__ = "media"
    id: Mapped[int] = _id()
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[bytes]
    content_type: Mapped[str]
    data: Mapped[bytes]
    __table_args__ = (UniqueConstraint("campaign_id", "sha256"),)


# --- performances -------------------------------------------------------------------------------------------------


class Run(Base):
    """`rules`, `rate`, `prizes` and questions are frozen when the run is made. `seq`: newest event. Award versions: due, done."""

    __tablename__ = "run"
    id: Mapped[int] = _id()
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    scene: Mapped[str]
    podium_step: Mapped[int] = _zero()
    round_id: Mapped[int | None]  # the current round; no foreign key: round points here already
    seed: Mapped[bytes]
    rules: Mapped[dict[str, Any]]
    rate: Mapped[Decimal] = mapped_column(Numeric(10, 3))
    prizes: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'::jsonb"))
    rehearsal: Mapped[bool] = _falsehood()
    auto_reveal: Mapped[bool] = _falsehood()
    close_when_all: Mapped[bool] = _falsehood()
    brand_shown: Mapped[bool] = _falsehood()  # on every display, whatever the scene
    names_hidden: Mapped[bool] = _falsehood()  # on every face but their owner's
    seq: Mapped[int] = _zero()
    award_version: Mapped[int] = _zero()
    awarded_version: Mapped[int] = _zero()
    created_at: Mapped[datetime]
    starts_at: Mapped[datetime | None]
    late_s: Mapped[int | None]  # opens by itself at most so much later, else it is skipped (None: however late)
    ends_at: Mapped[datetime | None]  # a quiz closes by itself
    waves: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'::jsonb"))  # who before `starts_at`
    freeze_at: Mapped[datetime | None]  # from then on its boards are shown as they stood, until they are revealed
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_run_unfinished", "state", postgresql_where=text("state NOT IN ('ended', 'cancelled')")),
    )


class Round(Base):
    """`choice_order` maps places on the wire to authored choice ids. `version` is the settlement that counts (0: none yet).
    `n` below 0: skipped, it has no turn (campaigns/control/running_order.py). `warm_up` above 0: counts nothing and has no number
    of its own; the first, second … one after question `n` (campaigns/control/warm_ups.py)."""

    __tablename__ = "round"
    id: Mapped[int] = _id()
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    n: Mapped[int]
    warm_up: Mapped[int] = _zero()
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    state: Mapped[str]
    choice_order: Mapped[list[str]]
    seconds: Mapped[int]
    media_name: Mapped[str | None] = mapped_column(unique=True)  # random; served from `open` on
    boot_id: Mapped[str | None]
    reading_until_ns: Mapped[int | None]  # when `open` is due
    opens_ns: Mapped[int | None]
    closes_ns: Mapped[int | None]
    closes_at: Mapped[datetime | None]  # wall twin of closes_ns, for a host that has been booted since
    light_ns: Mapped[int | None]  # when every phone pulses for the reveal
    pauses: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))  # see domain/clock.py
    version: Mapped[int] = _zero()
    __table_args__ = (
        UniqueConstraint("run_id", "n", "warm_up"),
        Index(
            "ix_round_unfinished",
            "state",
            postgresql_where=text("state IN ('reading', 'open', 'closed', 'settling', 'settled')"),
        ),
    )


class RunFan(Base):
    """A fan in a run. `seed` is the recorded seed of the fan's own shuffle."""

    __tablename__ = "run_fan"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    fan_id: Mapped[int] = mapped_column(ForeignKey("fan.id", ondelete="CASCADE"), primary_key=True)
    seed: Mapped[int]
    joined_at: Mapped[datetime]
    kicked_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "fan_id"),)
