"""What was rejected counts so when its text is gone, and in its author's record (docs/decisions/0019)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# To be erased was a version after the decision by which a comment was rejected.
FILL = """
UPDATE comments SET counts_as = 'rejected' WHERE status = 'erased' AND EXISTS (
    SELECT 1 FROM decisions WHERE decisions.comment_id = comments.id
    AND decisions.comment_version = comments.version - 2 AND decisions.status_after = 'rejected'
)
"""
MOVED = """
UPDATE commenter_records SET rejected = rejected {sign} (
    SELECT count(*) FROM comments
    WHERE comments.commenter_id = commenter_records.commenter_id AND comments.counts_as IS NOT NULL
) WHERE commenter_id IN (SELECT commenter_id FROM comments WHERE counts_as IS NOT NULL)
"""


def upgrade() -> None:
    op.add_column("comments", sa.Column("counts_as", sa.String(16)))
    if op.get_bind().dialect.name == "postgresql":
        # What somebody erases meanwhile would be counted by nobody.
        op.execute("LOCK TABLE comments IN SHARE ROW EXCLUSIVE MODE")
    op.execute(FILL)
    which = sa.text("counts_as IS NOT NULL")
    op.create_index(
        op.f("ix_comments_counts_as"), "comments", ["commenter_id"], sqlite_where=which, postgresql_where=which
    )
    op.execute(MOVED.format(sign="+"))


def downgrade() -> None:
    op.execute(MOVED.format(sign="-"))
    op.drop_index("ix_comments_counts_as", table_name="comments")
    op.drop_column("comments", "counts_as")
