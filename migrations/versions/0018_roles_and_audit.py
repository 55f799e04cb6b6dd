"""who may do what with which campaign, and what operators did

Every operator owned every campaign until now, and does after.

Revision 0018, after 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "crew",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_crew_campaign_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_crew_operator_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("campaign_id", "operator_id", name=op.f("pk_crew")),
    )
    op.create_index(op.f("ix_crew_operator_id"), "crew", ["operator_id"])
    op.execute(
        "INSERT INTO crew (campaign_id, operator_id, role, since) "
        "SELECT campaign.id, operator.id, 'owner', greatest(campaign.created_at, operator.created_at) "
        "FROM campaign CROSS JOIN operator"
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_audit_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_campaign_id_at"), "audit", ["campaign_id", "at"])


def downgrade() -> None:
    op.drop_table("audit")
    op.drop_table("crew")
