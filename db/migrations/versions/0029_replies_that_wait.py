"""An index of the replies that came before what they answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NAME = "ix_comments_awaiting"


def upgrade() -> None:
    which = sa.text("parent_id IS NULL AND parent_external_id IS NOT NULL")
    op.create_index(
        op.f(NAME), "comments", ["site_id", "parent_external_id"], sqlite_where=which, postgresql_where=which
    )


def downgrade() -> None:
    op.drop_index(NAME, table_name="comments")
