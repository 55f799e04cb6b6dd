"""rehearsals, the cast of simulated fans, and who is in a campaign because of a rehearsal alone

Revision 0023, after 0022.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "rehearsal",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("plan", postgresql.JSONB(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("report", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("cleared_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        reference("rehearsal", "run_id", "run"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_rehearsal")),
    )
    under_way = sa.text("cleared_at IS NULL")
    op.create_index(
        "ix_rehearsal_under_way",
        "rehearsal",
        [sa.text("(cleared_at IS NULL)")],
        unique=True,
        postgresql_where=under_way,
    )
    op.create_table(
        "extra",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        reference("extra", "fan_id", "fan"),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_extra")),
        sa.UniqueConstraint("fan_id", name=op.f("uq_extra_fan_id")),
    )
    op.create_table(
        "rehearsal_guest",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        reference("rehearsal_guest", "campaign_id", "campaign"),
        reference("rehearsal_guest", "fan_id", "fan"),
        reference("rehearsal_guest", "run_id", "run"),
        sa.PrimaryKeyConstraint("campaign_id", "fan_id", name=op.f("pk_rehearsal_guest")),
    )
    op.create_index(op.f("ix_rehearsal_guest_run_id"), "rehearsal_guest", ["run_id"])


def downgrade() -> None:
    op.drop_table("rehearsal_guest")
    op.drop_table("extra")
    op.drop_table("rehearsal")
