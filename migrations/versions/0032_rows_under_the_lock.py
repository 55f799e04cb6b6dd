"""answers, scores and standings are written under their round's or campaign's lock: nothing is looked up again for each row

Revision 0032, after 0031. The look cost PostgreSQL about as much as the row; a round that was asked is
deleted by a rehearsal's clearing alone, which takes its answers and scores along.
"""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

LOOKS = [("answer", "round"), ("score", "round"), ("standing", "run")]


def upgrade() -> None:
    for table, to in LOOKS:
        op.drop_constraint(f"fk_{table}_{to}_id", table, type_="foreignkey")


def downgrade() -> None:
    for table, to in LOOKS:
        op.create_foreign_key(f"fk_{table}_{to}_id", table, to, [f"{to}_id"], ["id"], ondelete="CASCADE")
