"""the neighbours of a place are found among any number of equals

Revision 0030, after 0029.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_standing_order", "standing"
ORDER = ("run_id", sa.text("score DESC"), "elapsed_ms")


def upgrade() -> None:
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, [*ORDER, "fan_id"])


def downgrade() -> None:
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, [*ORDER])
