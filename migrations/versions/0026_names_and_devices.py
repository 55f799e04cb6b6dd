"""names that operators hold, and marks of devices

Revision 0026, after 0025.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_name",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        sa.Column("own", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id", "fan_id"],
            ["participation.campaign_id", "participation.fan_id"],
            name=op.f("fk_held_name_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "fan_id", name=op.f("pk_held_name")),
    )
    op.create_table(
        "device_mark",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["fan_id"], ["fan.id"], name=op.f("fk_device_mark_fan_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_device_mark_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "fan_id", name=op.f("pk_device_mark")),
    )
    op.create_index(op.f("ix_device_mark_fan_id"), "device_mark", ["fan_id"])


def downgrade() -> None:
    op.drop_table("device_mark")
    op.drop_table("held_name")
