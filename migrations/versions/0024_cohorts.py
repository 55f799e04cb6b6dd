"""cohorts: runs that follow the hall's for viewers of a stream, and how late they are

Revision 0024, after 0023.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "cohort",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("of_run_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("delay_ms", sa.BigInteger(), nullable=False),
        sa.Column("uncertain_ms", sa.BigInteger(), nullable=True),
        sa.Column("followed", sa.BigInteger(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_cohort_run_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["of_run_id"], ["run.id"], name=op.f("fk_cohort_of_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("of_run_id", "name", name=op.f("uq_cohort_of_run_id_name")),
    )
    op.create_table(
        "cohort_round",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("of_round_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_cohort_round_round_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["of_round_id"], ["round.id"], name=op.f("fk_cohort_round_of_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_cohort_round")),
    )
    op.create_index(op.f("ix_cohort_round_of_round_id"), "cohort_round", ["of_round_id"])
    op.create_table(
        "cohort_flashes",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.Text(), nullable=False),
        sa.Column("at_ns", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["cohort.run_id"], name=op.f("fk_cohort_flashes_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_cohort_flashes")),
    )
    op.create_table(
        "cohort_measured",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("tab", sa.Text(), nullable=False),
        sa.Column("delay_ms", sa.BigInteger(), nullable=False),
        sa.Column("spread_ms", sa.BigInteger(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["cohort.run_id"], name=op.f("fk_cohort_measured_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "began_at", "tab", name=op.f("pk_cohort_measured")),
    )


def downgrade() -> None:
    for table in ("cohort_measured", "cohort_flashes", "cohort_round"):
        op.drop_table(table)
    op.execute("DELETE FROM run USING cohort WHERE run.id = cohort.run_id")
    op.drop_table("cohort")
