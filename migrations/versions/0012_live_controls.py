"""live controls

The brand over every screen, nobody's names, and the pauses of a round's clock.

Revision 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SWITCHES = ("brand_shown", "names_hidden")


def upgrade() -> None:
    for name in SWITCHES:
        op.add_column("run", sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    instants = postgresql.ARRAY(sa.BigInteger())
    op.add_column("round", sa.Column("pauses", instants, server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    op.drop_column("round", "pauses")
    for name in SWITCHES:
        op.drop_column("run", name)
