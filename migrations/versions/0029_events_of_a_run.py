"""the events of one run are found without those of its campaign

Revision 0029, after 0028.
"""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_event_run_id_seq"), "event", ["run_id", "seq"])


def downgrade() -> None:
    op.drop_index(op.f("ix_event_run_id_seq"), table_name="event")
