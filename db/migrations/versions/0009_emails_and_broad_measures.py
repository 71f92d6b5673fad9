"""E-mail addresses of commenters, measures against a domain of them, measures that hold on all sites."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "kind IN ('warn', 'hold', 'suspend', 'ban')"


def upgrade() -> None:
    # With a default only for the rows that there are: every insert gives the value.
    op.add_column("measures", sa.Column("everywhere", sa.Boolean(), nullable=False, server_default=sa.false()))
    where = sa.text("everywhere")
    op.create_index(
        op.f("ix_measures_everywhere"), "measures", ["commenter_id"], sqlite_where=where, postgresql_where=where
    )
    op.create_table(
        "commenter_emails",
        sa.Column("commenter_id", ID, autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("domain", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["commenter_id"], ["commenters.id"], name=op.f("fk_commenter_emails_commenter_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_commenter_emails_site_id")),
        sa.PrimaryKeyConstraint("commenter_id", name=op.f("pk_commenter_emails")),
    )
    op.create_index(op.f("ix_commenter_emails_domain"), "commenter_emails", ["site_id", "domain"])
    op.create_index(op.f("ix_commenter_emails_address"), "commenter_emails", ["address"])
    op.create_table(
        "domain_measures",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("domain", sa.String(length=254), nullable=False),
        sa.Column("everywhere", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_domain_measures_kind")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_domain_measures_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_measures")),
    )
    op.create_index(op.f("ix_domain_measures_domain"), "domain_measures", ["domain", "id"])


def downgrade() -> None:
    raise NotImplementedError("who is banned by a domain must not come back by going back")
