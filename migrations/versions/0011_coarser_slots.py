"""coarser slots, no key to check for each ledger entry

A board of a fortnight had a bucket for each score and hour: more rows than fans on small boards, all of them touched by every
chunk. A quarter of a day is as good. The entry's foreign key to its batch cost twice the entry.

Revision 0011, after 0010.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("fk_ledger_entry_batch_id"), "ledger_entry", type_="foreignkey")
    op.execute("""
WITH gone AS (DELETE FROM board_bucket WHERE measure = 2 RETURNING board_id, score, slot, fans)
INSERT INTO board_bucket (board_id, measure, score, slot, fans)
SELECT board_id, 3, score, div(slot, 6), sum(fans) FROM gone GROUP BY 1, 3, 4
""")
    op.execute("UPDATE board_bucket SET measure = 2 WHERE measure = 3")


def downgrade() -> None:
    """The hours are not known any more: the boards are to be rebuilt."""
    op.execute("DELETE FROM board_bucket WHERE measure = 2")
    op.execute("UPDATE board SET stale = true")
    op.create_foreign_key(op.f("fk_ledger_entry_batch_id"), "ledger_entry", "ledger_batch", ["batch_id"], ["id"])
