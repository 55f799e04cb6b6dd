"""names that look alike: one of them without a tag

Until now `skeleton` was the look of the name without its tag, and two who joined at the same instant could both stay untagged.
From here on it is the look of the whole name, tag and all, and UNIQUE in its campaign. Names that are there stay as they are.

Revision 0002, after 0001.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TAGGED = " · (([2-9A-HJKMNP-Z]{2}){1,2})$"


def upgrade() -> None:
    op.drop_index("ix_participation_campaign_id_skeleton", table_name="participation")
    op.execute(
        f"UPDATE participation SET skeleton = skeleton || '·' || substring(nickname from '{TAGGED}') "
        f"WHERE nickname ~ '{TAGGED}'"
    )
    op.execute(
        "UPDATE participation p SET skeleton = skeleton || '·' || fan_id WHERE EXISTS (SELECT FROM participation o "
        "WHERE (o.campaign_id, o.skeleton) = (p.campaign_id, p.skeleton) "
        "AND (o.joined_at, o.fan_id) < (p.joined_at, p.fan_id))"
    )
    op.create_unique_constraint("uq_participation_campaign_id_skeleton", "participation", ["campaign_id", "skeleton"])


def downgrade() -> None:
    op.drop_constraint("uq_participation_campaign_id_skeleton", "participation", type_="unique")
    op.execute(r"UPDATE participation SET skeleton = regexp_replace(skeleton, '(.)·[0-9A-Z]+$', '\1')")
    op.create_index("ix_participation_campaign_id_skeleton", "participation", ["campaign_id", "skeleton"])
