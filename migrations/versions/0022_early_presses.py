"""presses from before the opening of a buzzer round

Revision 0022, after 0021.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answer", sa.Column("early_ns", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("answer", "early_ns")
