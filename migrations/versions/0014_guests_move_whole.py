"""a guest moves whole

What a fan begins locks the fan's own row, and a guest who has become a member says so there. A member may have two plays of
one draw, their own and the guest's: that nobody begins a second one is for the beginning to say.

Revision 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fan", sa.Column("moved_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.execute("UPDATE fan SET moved_at = a.at FROM fan_alias a WHERE a.from_id = fan.id")
    op.drop_index("uq_play_challenge", table_name="play")


def downgrade() -> None:
    taken = sa.text("challenge_id IS NOT NULL")
    op.create_index("uq_play_challenge", "play", ["challenge_id", "fan_id"], unique=True, postgresql_where=taken)
    op.drop_column("fan", "moved_at")
