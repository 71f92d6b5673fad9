"""With two hours of waiting a comment gains the point for which three minutes had been enough."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A place by the longer step is far below: it was given by code that knew of it before this was written.
    op.execute(
        "UPDATE queue SET rank = rank - entered_at / 180000 + entered_at / 7200000 WHERE rank > entered_at / 720000"
    )


def downgrade() -> None:
    op.execute("UPDATE queue SET rank = rank - entered_at / 7200000 + entered_at / 180000")
