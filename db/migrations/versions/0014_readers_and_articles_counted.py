"""Readers by dense numbers, and who wrote how often by hour, day and month; articles whatever language and status."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reader_numbers",
        sa.Column("site_id", ID, autoincrement=False, nullable=False),
        sa.Column("commenter_id", ID, autoincrement=False, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_reader_numbers_site_id")),
        sa.ForeignKeyConstraint(["commenter_id"], ["commenters.id"], name=op.f("fk_reader_numbers_commenter_id")),
        sa.PrimaryKeyConstraint("site_id", "commenter_id", name=op.f("pk_reader_numbers")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_reader_numbers_site_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reader_numbers_first", "reader_numbers", ["site_id", "first_at"])
    op.create_table(
        "reader_tallies",
        sa.Column("site_id", ID, autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("section_id", ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("readers", sa.LargeBinary(), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_reader_tallies_site_id")),
        sa.PrimaryKeyConstraint("site_id", "what", "kind", "section_id", "at", name=op.f("pk_reader_tallies")),
    )
    op.create_table(
        "article_tallies",
        sa.Column("site_id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("section_id", ID, autoincrement=False, nullable=False),
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in ("comments", "civil", "rejected")],
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_article_tallies_site_id")),
        sa.PrimaryKeyConstraint("site_id", "kind", "at", "section_id", "article_id", name=op.f("pk_article_tallies")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        # Bitmaps and counts are as small as they get: trying to compress them costs time at each reading and writing.
        for column in ("readers", "counts"):
            op.execute(f"ALTER TABLE reader_tallies ALTER COLUMN {column} SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_table("article_tallies")
    op.drop_table("reader_tallies")
    op.drop_index("ix_reader_numbers_first", table_name="reader_numbers")
    op.drop_table("reader_numbers")
