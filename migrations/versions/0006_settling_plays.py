"""settling plays

Windows are settled in chunks; boards become final and are frozen; badges of a tally are bits, granted by append-only rows.

Revision 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NOW = postgresql.TIMESTAMP(timezone=True)


class Xid8(sa.types.UserDefinedType[str]):
    def get_col_spec(self, **_: object) -> str:
        return "xid8"


def upgrade() -> None:
    op.add_column("run", sa.Column("freeze_at", NOW, nullable=True))
    # a projection's foreign key costs more than its row
    op.drop_constraint(op.f("fk_tally_run_id"), "tally", type_="foreignkey")
    op.add_column("tally", sa.Column("badges", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    for column in (
        sa.Column("final_at", NOW, nullable=True),
        sa.Column("stale", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("frozen", postgresql.JSONB(), nullable=True),
    ):
        op.add_column("board", column)
    op.alter_column("board_row", "total", nullable=True)
    op.alter_column("board_row", "total_at", nullable=True)
    op.drop_index("ix_board_row_total", table_name="board_row")
    op.create_index(
        "ix_board_row_total",
        "board_row",
        ["board_id", sa.literal_column("total DESC"), "total_at", "fan_id"],
        postgresql_where=sa.text("total IS NOT NULL"),
    )
    op.add_column("board_bucket", sa.Column("slot", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.drop_constraint(op.f("pk_board_bucket"), "board_bucket")
    op.create_primary_key(op.f("pk_board_bucket"), "board_bucket", ["board_id", "measure", "score", "slot"])
    op.add_column("play_window", sa.Column("upto", Xid8(), nullable=True))
    op.add_column("play_window", sa.Column("opened_at", NOW, nullable=True))
    op.add_column("play_window", sa.Column("width", sa.BigInteger(), server_default=sa.text("1"), nullable=False))
    numbers, none_yet = postgresql.ARRAY(sa.BigInteger()), sa.text("'{}'")
    op.add_column("play_window", sa.Column("chunks", numbers, server_default=none_yet, nullable=False))
    op.execute("INSERT INTO play_window (id, until) VALUES (1, '0') ON CONFLICT DO NOTHING")
    op.create_index("ix_play_result_day", "play_result", ["day"], postgresql_using="brin")
    invited = sa.text("inviter_id IS NOT NULL")
    op.create_index(op.f("ix_participation_inviter_id"), "participation", ["inviter_id"], postgresql_where=invited)
    op.create_index("ix_play_begun_at", "play", ["begun_at"], postgresql_using="brin")
    op.create_index(op.f("ix_play_void_xid"), "play_void", ["xid"])
    op.create_table(
        "retally",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        sa.Column("xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "fan_id", "xid", name=op.f("pk_retally")),
    )
    op.create_index(op.f("ix_retally_xid"), "retally", ["xid"])
    op.create_table(
        "badge_grant",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("gained", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.Column("at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "fan_id", "version", name=op.f("pk_badge_grant")),
    )


def downgrade() -> None:
    op.drop_table("badge_grant")
    op.drop_table("retally")
    op.drop_index(op.f("ix_play_void_xid"), table_name="play_void")
    op.drop_index("ix_play_begun_at", table_name="play")
    op.drop_index(op.f("ix_participation_inviter_id"), table_name="participation")
    op.drop_index("ix_play_result_day", table_name="play_result")
    for column in ("chunks", "width", "opened_at", "upto"):
        op.drop_column("play_window", column)
    op.execute("DELETE FROM board_bucket WHERE measure = 2")
    op.drop_constraint(op.f("pk_board_bucket"), "board_bucket")
    op.create_primary_key(op.f("pk_board_bucket"), "board_bucket", ["board_id", "measure", "score"])
    op.drop_column("board_bucket", "slot")
    op.execute("UPDATE board_row SET total = best, total_at = best_at WHERE total IS NULL")
    op.alter_column("board_row", "total", nullable=False)
    op.alter_column("board_row", "total_at", nullable=False)
    op.drop_index("ix_board_row_total", table_name="board_row")
    op.create_index("ix_board_row_total", "board_row", ["board_id", sa.text("total DESC"), "total_at", "fan_id"])
    for column in ("frozen", "stale", "final_at"):
        op.drop_column("board", column)
    op.drop_column("tally", "badges")
    op.create_foreign_key(op.f("fk_tally_run_id"), "tally", "run", ["run_id"], ["id"], ondelete="CASCADE")
    op.drop_column("run", "freeze_at")
