"""What intake reads and writes for each comment becomes cheaper: an article's latest are told by their index alone, and
SQLite's trigrams take the folded text as it is and are put together half as often (docs/decisions/0045)."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NAME = "ix_comments_article"
SEARCH_SQLITE = """
CREATE VIRTUAL TABLE search_index USING fts5(
    folded, content='search_texts', content_rowid='comment_id', tokenize='{tokenizer}', detail='none', columnsize=0)
"""


def upgrade() -> None:
    _index("article_id", "id", "created_at")
    if op.get_bind().dialect.name == "sqlite":
        _search("trigram case_sensitive 1")
        op.execute("INSERT INTO search_index (search_index, rank) VALUES ('automerge', 8)")


def downgrade() -> None:
    _index("article_id", "id")
    if op.get_bind().dialect.name == "sqlite":
        _search("trigram")


def _index(*columns: str) -> None:
    op.drop_index(NAME, table_name="comments")
    op.create_index(op.f(NAME), "comments", list(columns))


def _search(tokenizer: str) -> None:
    op.execute("DROP TABLE search_index")
    op.execute(SEARCH_SQLITE.format(tokenizer=tokenizer))
    op.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")
