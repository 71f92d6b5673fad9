"""What comments say to the newsroom, notes pinned to days, and indices for charts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Comments of before say nothing here until they are edited; their texts are not read again for this.
    op.add_column("comments", sa.Column("asks", sa.Integer(), server_default="0", nullable=False))
    _partial("ix_comments_asks", "comments", ["site_id", "created_at"], "asks > 0")
    replies = ["site_id", "created_at", "parent_id", "status", "toxic"]
    _partial("ix_comments_replies", "comments", replies, "parent_id IS NOT NULL")
    op.create_index(op.f("ix_flags_created"), "flags", ["site_id", "created_at"])
    op.create_index(op.f("ix_opinions_given"), "opinions", ["site_id", "given_at"])
    op.create_index(op.f("ix_picks_picked"), "picks", ["site_id", "picked_at"])
    op.create_table(
        "pins",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_pins_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pins")),
    )
    op.create_index(op.f("ix_pins_day"), "pins", ["site_id", "day"])


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(op.f(name), table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    raise NotImplementedError("what the newsroom noted is not taken back")
