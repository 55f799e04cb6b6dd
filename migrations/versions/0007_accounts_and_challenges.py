"""accounts, challenges, proposals

Members of partner communities are fans, guests become them; a challenge is taken up once; fans propose questions.

Revision 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOW = postgresql.TIMESTAMP(timezone=True)


def _fan(column: str, table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    constraint = sa.ForeignKeyConstraint([column], ["fan.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")
    return sa.Column(column, sa.BigInteger(), nullable=False), constraint


def upgrade() -> None:
    taken = sa.text("challenge_id IS NOT NULL")
    op.create_index("uq_play_challenge", "play", ["challenge_id", "fan_id"], unique=True, postgresql_where=taken)
    op.create_table(
        "account",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        *_fan("fan_id", "account"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("entered_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "external_id", name=op.f("pk_account")),
        sa.UniqueConstraint("fan_id", name=op.f("uq_account_fan_id")),
    )
    op.create_table(
        "fan_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        *_fan("fan_id", "fan_token"),
        sa.Column("created_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_fan_token")),
    )
    op.create_index(op.f("ix_fan_token_fan_id"), "fan_token", ["fan_id"])
    op.create_table(
        "fan_alias",
        *_fan("from_id", "fan_alias"),
        *_fan("to_id", "fan_alias"),
        sa.Column("at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("from_id", name=op.f("pk_fan_alias")),
    )
    op.create_index(op.f("ix_fan_alias_to_id"), "fan_alias", ["to_id"])
    op.create_table(
        "handover_nonce",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("expires_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "nonce", name=op.f("pk_handover_nonce")),
    )
    op.create_index(op.f("ix_handover_nonce_expires_at"), "handover_nonce", ["expires_at"])
    _proposals()


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", NOW, nullable=False),
        sa.Column("decided_at", NOW, nullable=True),
        sa.Column("operator_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_proposal_question_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_proposal_run_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_proposal_operator_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_run_id"), "proposal", ["run_id"])


def downgrade() -> None:
    for table in ("proposal", "handover_nonce", "fan_alias", "fan_token", "account"):
        op.drop_table(table)
    op.drop_index("uq_play_challenge", table_name="play")
