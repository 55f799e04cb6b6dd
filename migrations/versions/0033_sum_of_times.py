"""a standing keeps the plain sum of its times, so that a settlement adds one round to it instead of summing up all of them

Revision 0033, after 0032.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

SUMS = """
UPDATE standing t SET right_ms = sums.ms
  FROM (SELECT s.run_id, s.fan_id, sum(s.elapsed_ms) AS ms
          FROM score s JOIN round r ON r.id = s.round_id AND r.version = s.version AND r.warm_up = 0
         WHERE s."right" GROUP BY 1, 2) AS sums
 WHERE t.run_id = sums.run_id AND t.fan_id = sums.fan_id
"""


def upgrade() -> None:
    op.add_column("standing", sa.Column("right_ms", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute(SUMS)


def downgrade() -> None:
    op.drop_column("standing", "right_ms")
