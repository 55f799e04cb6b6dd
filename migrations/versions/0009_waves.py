"""waves of a season, fans sent away, voids taken back

A season opens in waves; who is sent away leaves the boards with the next window; a void may be taken back.

Revision 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

QUIZ_RUNS = "SELECT run.id FROM run JOIN activity a ON a.id = run.activity_id WHERE a.kind = 'quiz'"
# Until now an operator opened a season early by its state alone; from now on its hour says since when it is open to all.
OPENED_EARLY = f"UPDATE run SET starts_at = started_at WHERE starts_at > started_at AND id IN ({QUIZ_RUNS})"
SENT_AWAY = f"""
INSERT INTO sent_away (run_id, fan_id) SELECT run_id, fan_id FROM run_fan WHERE kicked_at IS NOT NULL AND run_id IN ({QUIZ_RUNS})
"""
SETTLED_ANEW = "INSERT INTO retally (run_id, fan_id) SELECT run_id, fan_id FROM sent_away ON CONFLICT DO NOTHING"


class Xid8(sa.types.UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


def upgrade() -> None:
    empty = sa.text("'[]'::jsonb")
    op.add_column("run", sa.Column("waves", postgresql.JSONB(), server_default=empty, nullable=False))
    op.create_table(
        "sent_away",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        sa.Column("xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_sent_away_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "fan_id", name=op.f("pk_sent_away")),
    )
    op.create_index(op.f("ix_sent_away_xid"), "sent_away", ["xid"])
    op.add_column("play_void", sa.Column("lifted", Xid8(), nullable=True))
    op.create_index("ix_play_void_lifted", "play_void", ["lifted"], postgresql_where=sa.text("lifted IS NOT NULL"))
    for statement in (OPENED_EARLY, SENT_AWAY, SETTLED_ANEW):
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("play_void", "lifted")
    op.drop_table("sent_away")
    op.drop_column("run", "waves")
