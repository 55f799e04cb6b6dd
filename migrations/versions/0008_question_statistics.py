"""what play says of questions, pictures that come with a file, reports that are cleaned away

Answers counted by question version and run, with their times in steps of two digits; how far plays have been counted.

Revision 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


class Xid8(sa.types.UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def upgrade() -> None:
    op.add_column("question_stat", _count("silent"))
    op.create_table(
        "question_tally",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        *map(_count, ("asked", "right", "silent")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_question_tally_version_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_question_tally_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("version_id", "run_id", name=op.f("pk_question_tally")),
    )
    op.create_index(op.f("ix_question_tally_run_id"), "question_tally", ["run_id"])
    op.create_table(
        "question_time",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        _count("answers"),
        sa.ForeignKeyConstraint(
            ["version_id", "run_id"],
            ["question_tally.version_id", "question_tally.run_id"],
            name="fk_question_time_tally",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "run_id", "ms", name=op.f("pk_question_time")),
    )
    op.create_table(
        "question_window",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("until", Xid8(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_window")),
    )
    op.execute("INSERT INTO question_window (id, until) VALUES (1, '0')")
    op.create_table(
        "play_uncounted",
        sa.Column("play_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("play_id", name=op.f("pk_play_uncounted")),
    )
    op.create_table(
        "rush_counted",
        sa.Column("run_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_rush_counted_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_rush_counted")),
    )
    pictures = sa.Column("pictures", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False)
    op.add_column("bank_import", pictures)
    op.add_column("bank_import", sa.Column("cleaned_at", postgresql.TIMESTAMP(timezone=True), nullable=True))


def downgrade() -> None:
    for column in ("cleaned_at", "pictures"):
        op.drop_column("bank_import", column)
    for table in ("rush_counted", "play_uncounted", "question_window", "question_time", "question_tally"):
        op.drop_table(table)
    op.drop_column("question_stat", "silent")
