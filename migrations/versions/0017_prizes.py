"""prizes of a rush, and the claims of who won them

Revision 0017, after 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
OF = ("activity", "run")


def upgrade() -> None:
    for of in OF:
        op.add_column(
            of, sa.Column("prizes", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False)
        )
    op.create_table(
        "claim",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("run_id", "prize", "fan_id")),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        *(sa.Column(name, AT, nullable=True) for name in ("withdrawn_at", "redeemed_at")),
        sa.Column("redeemed_by", sa.Text(), nullable=True),
        *(
            sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}.id"], name=op.f(f"fk_claim_{of}_id"), ondelete="CASCADE")
            for of in ("run", "fan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("code", name=op.f("uq_claim_code")),
        sa.UniqueConstraint("run_id", "prize", "fan_id", name=op.f("uq_claim_run_id_prize_fan_id")),
    )
    op.create_index(op.f("ix_claim_fan_id"), "claim", ["fan_id"])


def downgrade() -> None:
    op.drop_table("claim")
    for of in OF:
        op.drop_column(of, "prizes")
