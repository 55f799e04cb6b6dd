"""the question bank

Questions get what is asked for often about their newest version, and statistics; files on their way in.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from campaigns.db.question_rows import question_from
from campaigns.domain.importing.twins import norm, twin

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEWEST = """
UPDATE question SET n = v.n, kind = v.body->>'kind', difficulty = (v.body->>'difficulty')::bigint,
       tags = ARRAY(SELECT jsonb_array_elements_text(v.body->'tags'))
  FROM question_version v
 WHERE v.question_id = question.id AND NOT EXISTS (
       SELECT 1 FROM question_version later WHERE later.question_id = question.id AND later.n > v.n)
"""


def upgrade() -> None:
    now = postgresql.TIMESTAMP(timezone=True)
    for column in (
        sa.Column("n", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("difficulty", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("norm", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("twin", sa.Text(), server_default=sa.text("''"), nullable=False),
    ):
        op.add_column("question", column)
    op.execute("UPDATE question SET source = '' WHERE source IS NULL")
    op.alter_column("question", "source", nullable=False, server_default=sa.text("''"))
    op.execute(NEWEST)
    _fill_norms()
    op.create_index(op.f("ix_question_author_fan_id"), "question", ["author_fan_id"])
    op.create_index(
        op.f("ix_question_campaign_id_state_difficulty"), "question", ["campaign_id", "state", "difficulty"]
    )
    op.create_index("ix_question_norm", "question", ["campaign_id", sa.text("md5(norm)")])
    op.create_index(op.f("ix_question_campaign_id_twin"), "question", ["campaign_id", "twin"])
    op.create_index("ix_question_tags", "question", ["tags"], postgresql_using="gin")
    op.create_table(
        "question_stat",
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("right", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("median_ms", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", now, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_stat_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_question_stat")),
    )
    _files_on_their_way(now)


def _fill_norms() -> None:
    sql = op.get_bind()
    newest = "SELECT q.id, v.body, v.key FROM question q JOIN question_version v ON v.question_id = q.id AND v.n = q.n"
    for row in sql.execute(sa.text(newest)).all():
        question = question_from(row.body, row.key)
        asked = norm(question)
        values = {"id": row.id, "norm": asked, "twin": twin(question, asked)}
        sql.execute(sa.text("UPDATE question SET norm = :norm, twin = :twin WHERE id = :id"), values)


def _files_on_their_way(now: postgresql.TIMESTAMP) -> None:
    op.create_table(
        "bank_import",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("arriving", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("expected", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("done", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("counts", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("problems", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("created_at", now, nullable=False),
        sa.Column("finished_at", now, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_bank_import_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_bank_import_operator_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_import")),
    )
    op.create_index(op.f("ix_bank_import_campaign_id"), "bank_import", ["campaign_id"])
    due = sa.text("state IN ('uploaded', 'confirmed')")
    op.create_index("ix_bank_import_due", "bank_import", ["state"], postgresql_where=due)
    op.create_table(
        "bank_import_line",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=True),
        sa.Column("key", postgresql.JSONB(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("norm", sa.Text(), nullable=False),
        sa.Column("twin", sa.Text(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["bank_import.id"], name=op.f("fk_bank_import_line_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "place", name=op.f("pk_bank_import_line")),
    )


def downgrade() -> None:
    for table in ("bank_import_line", "bank_import", "question_stat"):
        op.drop_table(table)
    names = ("ix_question_tags", op.f("ix_question_campaign_id_twin"), "ix_question_norm")
    for name in (*names, op.f("ix_question_campaign_id_state_difficulty"), op.f("ix_question_author_fan_id")):
        op.drop_index(name, table_name="question")
    for column in ("twin", "norm", "difficulty", "tags", "kind", "n"):
        op.drop_column("question", column)
    op.alter_column("question", "source", nullable=True, server_default=None)
