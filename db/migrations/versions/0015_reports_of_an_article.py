"""With each flag its article, and indexes by which reports are counted without their comments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # No foreign key: on SQLite it would mean to copy the table, and the comment has one.
    op.add_column("flags", sa.Column("article_id", ID, nullable=False, server_default="0"))
    op.execute("UPDATE flags SET article_id = (SELECT article_id FROM comments WHERE comments.id = flags.comment_id)")
    _created("created_at", "kind", "source")
    op.create_index(op.f("ix_flags_article"), "flags", ["article_id", "kind", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_flags_article", table_name="flags")
    _created("created_at")
    with op.batch_alter_table("flags") as flags:
        flags.drop_column("article_id")


def _created(*columns: str) -> None:
    op.drop_index("ix_flags_created", table_name="flags")
    op.create_index(op.f("ix_flags_created"), "flags", ["site_id", *columns])
