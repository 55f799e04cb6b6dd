"""schedules that repeat, and how late a run may open

Revision 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.add_column("run", sa.Column("late_s", sa.BigInteger(), nullable=True))
    op.create_table(
        "schedule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("late_s", sa.BigInteger(), nullable=True),
        sa.Column("lasts_s", sa.BigInteger(), nullable=True),
        sa.Column("ahead_days", sa.BigInteger(), nullable=False),
        sa.Column("next_at", AT, nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("stopped_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_schedule_activity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
    )
    op.create_index(op.f("ix_schedule_activity_id"), "schedule", ["activity_id"])
    op.create_index("ix_schedule_going", "schedule", ["next_at"], postgresql_where=sa.text("stopped_at IS NULL"))
    op.create_table(
        "occurrence",
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("schedule_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_occurrence_activity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_occurrence_schedule_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_occurrence_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("activity_id", "at", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("run_id", name=op.f("uq_occurrence_run_id")),
    )
    op.create_index(op.f("ix_occurrence_schedule_id"), "occurrence", ["schedule_id"])


def downgrade() -> None:
    op.drop_table("occurrence")
    op.drop_table("schedule")
    op.drop_column("run", "late_s")
