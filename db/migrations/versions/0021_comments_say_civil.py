"""Of its scores a comment keeps whether it is civil; how toxic it is stands with the scores alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COPIED = """
UPDATE comments SET toxic = scores.toxic FROM scores
WHERE scores.comment_id = comments.id AND scores.revision = comments.revision
"""


def upgrade() -> None:
    op.drop_index("ix_comments_replies", table_name="comments")
    op.add_column("comments", sa.Column("civil", sa.Boolean(), nullable=False, server_default=sa.true()))
    comments = sa.table("comments", sa.column("civil", sa.Boolean()), sa.column("toxic"))
    op.execute(comments.update().where(comments.c.toxic >= 0.5).values(civil=False))
    op.drop_column("comments", "toxic")
    _index("civil")


def downgrade() -> None:
    op.drop_index("ix_comments_replies", table_name="comments")
    op.add_column("comments", sa.Column("toxic", sa.Float(), nullable=False, server_default="0"))
    op.execute(COPIED)
    op.drop_column("comments", "civil")
    _index("toxic")


def _index(last: str) -> None:
    answers = sa.text("parent_id IS NOT NULL")
    op.create_index(
        op.f("ix_comments_replies"),
        "comments",
        ["site_id", "created_at", "parent_id", "status", last],
        sqlite_where=answers,
        postgresql_where=answers,
    )
