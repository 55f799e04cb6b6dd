"""warm-ups: rounds between the questions that count

Revision 0021, after 0020.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round", sa.Column("warm_up", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.drop_constraint("uq_round_run_id_n", "round", type_="unique")
    op.create_unique_constraint(op.f("uq_round_run_id_n_warm_up"), "round", ["run_id", "n", "warm_up"])


def downgrade() -> None:
    op.execute("DELETE FROM round WHERE warm_up > 0")
    op.drop_constraint(op.f("uq_round_run_id_n_warm_up"), "round", type_="unique")
    op.create_unique_constraint("uq_round_run_id_n", "round", ["run_id", "n"])
    op.drop_column("round", "warm_up")
