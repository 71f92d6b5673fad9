"""Commenters are found by the trigrams of their names, as comments are by those of their texts."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NAMES_SQLITE = """
CREATE VIRTUAL TABLE names_index USING fts5(
    folded, content='commenters', content_rowid='id', tokenize='trigram', detail='none', columnsize=0)
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(NAMES_SQLITE)
        op.execute("INSERT INTO names_index (names_index) VALUES ('rebuild')")
    else:
        op.execute("CREATE INDEX ix_commenters_trigrams ON commenters USING gin (folded gin_trgm_ops)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE names_index")
    else:
        op.drop_index("ix_commenters_trigrams", "commenters")
