"""the board of the fallen: who is out of a survival run, and how many they had right for fun since

A projection of `score`. Runs that were settled before have none; a settlement (also a correction's) writes it.

Revision 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fallen",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("elapsed_ms", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_fallen_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "fan_id", name=op.f("pk_fallen")),
    )
    op.create_index("ix_fallen_order", "fallen", ["run_id", "rank"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_fallen_order", table_name="fallen")
    op.drop_table("fallen")
