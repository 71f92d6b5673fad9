"""The index of comments by their time says of which article each is: what takes off is counted of it alone."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NAME = "ix_comments_site_created"


def upgrade() -> None:
    _index("site_id", "created_at", "article_id")


def downgrade() -> None:
    _index("site_id", "created_at")


def _index(*columns: str) -> None:
    op.drop_index(NAME, table_name="comments")
    op.create_index(op.f(NAME), "comments", list(columns))
