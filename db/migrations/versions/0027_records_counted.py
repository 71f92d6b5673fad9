"""Commenters' records are counted as comments come in and change (docs/decisions/0047)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

FILL = """
INSERT INTO commenter_records (commenter_id, site_id, visible, rejected, pending, reported)
SELECT commenters.id, commenters.site_id,
    coalesce(sum(CASE WHEN comments.status IN ('published', 'approved') THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN comments.status = 'rejected' THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN comments.status = 'pending' THEN 1 ELSE 0 END), 0),
    (SELECT count(DISTINCT flags.comment_id) FROM flags JOIN comments AS theirs ON theirs.id = flags.comment_id
        WHERE theirs.commenter_id = commenters.id AND flags.kind = 'reported')
FROM commenters LEFT JOIN comments ON comments.commenter_id = commenters.id
GROUP BY commenters.id, commenters.site_id
"""


def upgrade() -> None:
    op.create_table(
        "commenter_records",
        sa.Column("commenter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in ("visible", "rejected", "pending", "reported")],
        sa.ForeignKeyConstraint(["commenter_id"], ["commenters.id"], name=op.f("fk_commenter_records_commenter_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_commenter_records_site_id")),
        sa.PrimaryKeyConstraint("commenter_id", name=op.f("pk_commenter_records")),
    )
    op.execute(FILL)


def downgrade() -> None:
    op.drop_table("commenter_records")
