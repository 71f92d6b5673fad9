"""Indexes of the comments of a commenter that readers do not see, and of a person's decisions by their time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

HIDDEN = "status IN ('erased', 'pending', 'rejected')"


def upgrade() -> None:
    op.create_index(
        op.f("ix_comments_hidden"),
        "comments",
        ["commenter_id", "status", "created_at"],
        sqlite_where=sa.text(HIDDEN),
        postgresql_where=sa.text(HIDDEN),
    )
    op.create_index(
        op.f("ix_decisions_person"),
        "decisions",
        ["staff_id", "decided_at"],
        sqlite_where=sa.text("staff_id IS NOT NULL"),
        postgresql_where=sa.text("staff_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_decisions_person", table_name="decisions")
    op.drop_index("ix_comments_hidden", table_name="comments")
