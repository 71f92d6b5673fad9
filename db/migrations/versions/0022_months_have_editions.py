"""Another number for each month of tallies whenever they are written, so that months can be kept once they are read."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MONTHS = """
SELECT site_id, at FROM reader_tallies WHERE kind = 'month'
UNION SELECT site_id, at FROM article_tallies WHERE kind = 'article:month'
"""


def upgrade() -> None:
    table = op.create_table(
        "tallied_months",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_tallied_months_site_id")),
        sa.PrimaryKeyConstraint("site_id", "at", name=op.f("pk_tallied_months")),
        sqlite_with_rowid=False,
    )
    found = op.get_bind().execute(sa.text(MONTHS)).all()
    rows = [{"site_id": row.site_id, "at": row.at, "edition": secrets.randbits(62)} for row in found]
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    op.drop_table("tallied_months")
