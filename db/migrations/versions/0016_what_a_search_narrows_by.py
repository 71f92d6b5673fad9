"""Indexes by which a search finds the comments of a language, and those of high scores."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SCORES = ("toxic", "insult", "hate", "threat", "obscene", "spam", "reject")


def upgrade() -> None:
    op.create_index(op.f("ix_comments_language"), "comments", ["site_id", "language", "id"])
    op.create_index(
        op.f("ix_scores_high"),
        "scores",
        ["site_id", "comment_id", *SCORES],
        sqlite_where=sa.text(f"max({', '.join(SCORES)}) >= 0.5"),
        postgresql_where=sa.text(f"greatest({', '.join(SCORES)}) >= 0.5"),
    )


def downgrade() -> None:
    op.drop_index("ix_scores_high", table_name="scores")
    op.drop_index("ix_comments_language", table_name="comments")
