"""SQLite's index of trigrams is given many texts at once: until then they are on a list (docs/decisions/0046)."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TABLE search_unindexed (id INTEGER NOT NULL PRIMARY KEY)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "INSERT INTO search_index (rowid, folded) SELECT comment_id, folded FROM search_texts "
            "WHERE comment_id IN (SELECT id FROM search_unindexed) ORDER BY comment_id"
        )
        op.execute("DROP TABLE search_unindexed")
