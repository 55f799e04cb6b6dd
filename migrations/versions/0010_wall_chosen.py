"""what the screens show

An operator may choose the run that a campaign's screens follow.

Revision 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("wall_run_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("campaign", "wall_run_id")
