"""a round writes a score into one index less, and a new standing beside the old one: places are numbered when a run is over

Revision 0034, after 0033. Pages that are full already stay so until their rows have moved.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

OVER = """
UPDATE standing t SET place = placed.n
  FROM (SELECT s.run_id, s.fan_id,
               row_number() OVER (PARTITION BY s.run_id ORDER BY s.score DESC, s.elapsed_ms, s.fan_id) AS n
          FROM standing s JOIN run r ON r.id = s.run_id
         WHERE r.state = 'ended' AND r.award_version > 0 AND r.awarded_version = r.award_version) AS placed
 WHERE t.run_id = placed.run_id AND t.fan_id = placed.fan_id
"""


def upgrade() -> None:
    op.drop_index("ix_score_run_id_fan_id", table_name="score")
    op.drop_index("ix_standing_order", table_name="standing")
    op.execute("ALTER TABLE standing SET (fillfactor = 45)")
    op.add_column("standing", sa.Column("place", sa.BigInteger(), nullable=True))
    op.execute(OVER)
    numbered = sa.text("place IS NOT NULL")
    op.create_index("ix_standing_place", "standing", ["run_id", "place"], postgresql_where=numbered)


def downgrade() -> None:
    op.drop_index("ix_standing_place", table_name="standing")
    op.drop_column("standing", "place")
    op.execute("ALTER TABLE standing RESET (fillfactor)")
    op.create_index("ix_standing_order", "standing", ["run_id", sa.text("score DESC"), "elapsed_ms", "fan_id"])
    op.create_index("ix_score_run_id_fan_id", "score", ["run_id", "fan_id"])
