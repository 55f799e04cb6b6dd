"""who edited what, and who reviewed it

Revision 0016, after 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
OF = ("campaign", "activity")


def upgrade() -> None:
    op.add_column("campaign", sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False))
    for name, kind in (("reviewed_version", sa.BigInteger()), ("reviewed_by", sa.Text()), ("reviewed_at", AT)):
        op.add_column("activity", sa.Column(name, kind, nullable=True))
    op.create_table(
        "editing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(f"{of}_id", sa.BigInteger(), nullable=True) for of in OF),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}.id"], name=op.f(f"fk_editing_{of}_id"), ondelete="CASCADE")
            for of in OF
        ),
        *(sa.UniqueConstraint(f"{of}_id", "version", name=op.f(f"uq_editing_{of}_id_version")) for of in OF),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editing")),
    )


def downgrade() -> None:
    op.drop_table("editing")
    for name in ("reviewed_at", "reviewed_by", "reviewed_version"):
        op.drop_column("activity", name)
    op.drop_column("campaign", "version")
