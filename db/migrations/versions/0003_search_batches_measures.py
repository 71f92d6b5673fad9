"""Finding comments by their folded text, many decisions by one act, measures against commenters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from moderation.text.normalise import folded

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 2_000

# `detail` none keeps the rows in which three characters occur and not where: a third of the size. What is found is
# compared with the whole word afterwards.
SEARCH_SQLITE = """
CREATE VIRTUAL TABLE search_index USING fts5(
    folded, content='search_texts', content_rowid='comment_id', tokenize='trigram', detail='none', columnsize=0)
"""
APPEND_ONLY_SQLITE = """
CREATE TRIGGER batches_no_{verb} BEFORE {verb} ON batches
BEGIN SELECT RAISE(ABORT, 'batches is append-only'); END
"""
APPEND_ONLY_POSTGRESQL = """
CREATE TRIGGER batches_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON batches
FOR EACH STATEMENT EXECUTE FUNCTION taliq_append_only()
"""


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "search_texts",
        sa.Column("comment_id", ID, autoincrement=False, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_search_texts_comment_id")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_search_texts")),
    )
    _fold_what_is_stored()
    if not postgresql:
        op.execute(SEARCH_SQLITE)
        op.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")
    else:
        # Trusted since PostgreSQL 13: the owner of the database may.
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        op.execute("CREATE INDEX ix_search_texts_folded ON search_texts USING gin (folded gin_trgm_ops)")
    op.create_index(op.f("ix_comments_article"), "comments", ["article_id", "id"])
    for status in ("pending", "rejected"):
        _partial(f"ix_comments_{status}", "comments", ["site_id", "id"], f"status = '{status}'")
    _batches(postgresql=postgresql)
    _measures()


def _fold_what_is_stored() -> None:
    connection = op.get_bind()
    page = sa.text("SELECT id, body FROM comments WHERE id > :after AND status != 'erased' ORDER BY id LIMIT :most")
    after = 0
    while rows := connection.execute(page, {"after": after, "most": BATCH}).all():
        _store(connection, rows)
        after = rows[-1].id


def _store(connection: sa.Connection, rows: Sequence[Any]) -> None:
    connection.execute(
        sa.text("INSERT INTO search_texts (comment_id, folded) VALUES (:id, :folded)"),
        [{"id": row.id, "folded": folded(row.body)} for row in rows],
    )


def _batches(*, postgresql: bool) -> None:
    op.create_table(
        "batches",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("undoes", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("outcome IN ('approve', 'hold', 'reject')", name=op.f("ck_batches_outcome")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_batches_site_id")),
        sa.ForeignKeyConstraint(["undoes"], ["batches.id"], name=op.f("fk_batches_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_site"), "batches", ["site_id", "id"])
    _partial("ix_batches_undoes", "batches", ["undoes"], "undoes IS NOT NULL")
    if postgresql:
        op.add_column("decisions", sa.Column("batch_id", ID, nullable=True))
        op.create_foreign_key(op.f("fk_decisions_batch_id"), "decisions", "batches", ["batch_id"], ["id"])
        op.execute(APPEND_ONLY_POSTGRESQL)
    else:
        # A column with its reference can be added in place; the batch mode would copy the table behind its triggers.
        op.execute(
            "ALTER TABLE decisions ADD COLUMN batch_id INTEGER CONSTRAINT fk_decisions_batch_id REFERENCES batches (id)"
        )
        for verb in ("UPDATE", "DELETE"):
            op.execute(APPEND_ONLY_SQLITE.format(verb=verb))
    _partial("ix_decisions_batch", "decisions", ["batch_id", "id"], "batch_id IS NOT NULL")


def _measures() -> None:
    op.create_table(
        "measures",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("commenter_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint("kind IN ('warn', 'hold', 'suspend', 'ban')", name=op.f("ck_measures_kind")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_measures_site_id")),
        sa.ForeignKeyConstraint(["commenter_id"], ["commenters.id"], name=op.f("fk_measures_commenter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
    )
    op.create_index(op.f("ix_measures_commenter"), "measures", ["commenter_id", "id"])
    op.create_index(op.f("ix_flags_source"), "flags", ["site_id", "source"])


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(op.f(name), table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    raise NotImplementedError("batches are not taken back: the log names them")
