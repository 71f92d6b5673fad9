"""An index by which those of a commenter's comments that readers do not see are counted without the others."""

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


def downgrade() -> None:
    op.drop_index("ix_comments_hidden", table_name="comments")
