"""Tallies from which charts are drawn, and how far in the log they count."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DESK = (
    "machine", "people", "arrived", "left", "said_approve", "said_hold", "said_reject", "looked_approve", "looked_hold",
    "looked_reject", "overruled_approve", "overruled_hold", "overruled_reject",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "rollups",
        sa.Column("site_id", ID, autoincrement=False, nullable=False),
        sa.Column("position", ID, nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_rollups_site_id")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_rollups")),
    )
    keys: list[sa.Column[Any]] = [_id("section_id"), _id("article_id"), _word("language", 8), _word("status", 16)]
    counts: list[sa.Column[Any]] = [_count(name) for name in ("comments", "civil", "replies")]
    counts += [sa.Column("characters", ID, nullable=False), _count("machine"), _count("waiting")]
    _tally("comment_tallies", keys, counts)
    reasons: sa.Column[Any] = sa.Column("reasons", sa.Text(), nullable=False)
    _tally("reason_tallies", [_id("section_id"), _word("language", 8), reasons], [_count("comments")])
    waits: sa.Column[Any] = sa.Column("waits", sa.Text(), nullable=False)
    _tally("desk_tallies", [], [*[_count(name) for name in DESK], waits])


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, ID, autoincrement=False, nullable=False)


def _word(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _tally(name: str, keys: list[sa.Column[Any]], counts: list[sa.Column[Any]]) -> None:
    at = sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False)
    whole = ["site_id", "kind", "at", *[key.name for key in keys]]
    op.create_table(
        name,
        _id("site_id"),
        _word("kind", 16),
        at,
        *keys,
        *counts,
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f(f"fk_{name}_site_id")),
        sa.PrimaryKeyConstraint(*whole, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for name in ("desk_tallies", "reason_tallies", "comment_tallies", "rollups"):
        op.drop_table(name)
