"""plays of a quiz

Revision 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


class Xid8(sa.types.UserDefinedType[str]):
    def get_col_spec(self, **_: object) -> str:
        return "xid8"


def upgrade() -> None:
    op.create_table(
        "board_bucket",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.SmallInteger(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("fans", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("board_id", "measure", "score", name=op.f("pk_board_bucket")),
    )
    op.create_table(
        "board_row",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("total_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("best", sa.Integer(), nullable=False),
        sa.Column("best_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("board_id", "fan_id", name=op.f("pk_board_row")),
    )
    op.create_index(
        "ix_board_row_best",
        "board_row",
        ["board_id", sa.literal_column("best DESC"), "best_at", "fan_id"],
        unique=False,
    )
    op.create_index(
        "ix_board_row_total",
        "board_row",
        ["board_id", sa.literal_column("total DESC"), "total_at", "fan_id"],
        unique=False,
    )
    op.create_table(
        "play_result",
        sa.Column("play_id", sa.BigInteger(), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("challenge_id", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("elapsed_ms", sa.Integer(), nullable=False),
        sa.Column("right", sa.SmallInteger(), nullable=False),
        sa.Column("asked", sa.SmallInteger(), nullable=False),
        sa.Column("passed", sa.SmallInteger(), nullable=False),
        sa.Column("perfect", sa.SmallInteger(), nullable=False),
        sa.Column("flags", sa.SmallInteger(), nullable=False),
        sa.Column("level_scores", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.PrimaryKeyConstraint("play_id", name=op.f("pk_play_result")),
    )
    op.create_index(op.f("ix_play_result_run_id_fan_id"), "play_result", ["run_id", "fan_id"], unique=False)
    op.create_index(op.f("ix_play_result_xid"), "play_result", ["xid"], unique=False)
    op.create_table(
        "play_void",
        sa.Column("play_id", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.PrimaryKeyConstraint("play_id", name=op.f("pk_play_void")),
    )
    op.create_table(
        "play_window",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("until", Xid8(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_play_window")),
    )
    op.create_table(
        "board",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_board_activity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint("activity_id", "name", name=op.f("uq_board_activity_id_name")),
    )
    op.create_table(
        "play",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("challenge_id", sa.BigInteger(), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("drawn", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("begun_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_play_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_play")),
        sa.UniqueConstraint("run_id", "fan_id", "attempt", name=op.f("uq_play_run_id_fan_id_attempt")),
    )
    op.create_index(
        "uq_play_open", "play", ["run_id", "fan_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "tally",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("fan_id", sa.BigInteger(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("best", sa.Integer(), nullable=False),
        sa.Column("passed", sa.SmallInteger(), nullable=False),
        sa.Column("streak", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_tally_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "fan_id", name=op.f("pk_tally")),
    )
    op.create_index(op.f("ix_tally_fan_id"), "tally", ["fan_id"], unique=False)
    op.create_table(
        "play_step",
        sa.Column("play_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("question_version_id", sa.BigInteger(), nullable=True),
        sa.Column("places", postgresql.ARRAY(sa.SmallInteger()), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("ns", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("allowance_ns", sa.BigInteger(), nullable=False),
        sa.Column("rtt_ns", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("play_id", "n", name=op.f("pk_play_step")),
    )
    op.add_column("question", sa.Column("state", sa.Text(), server_default=sa.text("'reviewed'"), nullable=False))
    op.add_column("question", sa.Column("source", sa.Text(), nullable=True))
    op.add_column("question", sa.Column("author_fan_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_question_author_fan_id"), "question", "fan", ["author_fan_id"], ["id"], ondelete="SET NULL"
    )
    op.add_column("run", sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("run", "ends_at")
    op.drop_constraint(op.f("fk_question_author_fan_id"), "question", type_="foreignkey")
    op.drop_column("question", "author_fan_id")
    op.drop_column("question", "source")
    op.drop_column("question", "state")
    op.drop_table("play_step")
    op.drop_index(op.f("ix_tally_fan_id"), table_name="tally")
    op.drop_table("tally")
    op.drop_index("uq_play_open", table_name="play", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_table("play")
    op.drop_table("board")
    op.drop_table("play_window")
    op.drop_table("play_void")
    op.drop_index(op.f("ix_play_result_xid"), table_name="play_result")
    op.drop_index(op.f("ix_play_result_run_id_fan_id"), table_name="play_result")
    op.drop_table("play_result")
    op.drop_index("ix_board_row_total", table_name="board_row")
    op.drop_index("ix_board_row_best", table_name="board_row")
    op.drop_table("board_row")
    op.drop_table("board_bucket")
