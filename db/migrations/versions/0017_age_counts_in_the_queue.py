"""A comment's place in the queue is when it came, less its points; till now it was its points alone."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Ten points were for waiting, the same for all.
    op.execute("UPDATE queue SET rank = rank + 10 + entered_at / 180000")


def downgrade() -> None:
    op.execute("UPDATE queue SET rank = rank - 10 - entered_at / 180000")
