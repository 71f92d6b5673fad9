"""Invitations, limits to sites and sections, scoped keys that expire, identities at a provider, the desk's rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What every key could do until there were scopes.
SCOPES = '["comments:submit","comments:follow","decisions:read","standing:read","articles:save","picks:read"]'


def upgrade() -> None:
    _limits()
    _invitations()
    _identities()
    op.create_table(
        "desk_rules",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("idle_ms", ID, nullable=False),
        sa.Column("length_ms", ID, nullable=False),
        sa.Column("factor_roles", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_rules")),
    )
    # With defaults only for the rows that there are: every insert gives the values.
    op.add_column("sessions", sa.Column("way", sa.String(length=16), nullable=False, server_default="password"))
    op.add_column("api_keys", sa.Column("scopes", sa.Text(), nullable=False, server_default=SCOPES))
    op.add_column("api_keys", sa.Column("expires_at", sa.BigInteger(), nullable=True))
    # No foreign key: on SQLite it would mean to copy the table, and a key's row is never deleted.
    op.add_column("api_keys", sa.Column("replaces", ID, nullable=True))


def _limits() -> None:
    op.create_table(
        "staff_limits",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.CheckConstraint("kind IN ('site', 'section')", name=op.f("ck_staff_limits_kind")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_limits_staff_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_staff_limits_site_id")),
        sa.PrimaryKeyConstraint("staff_id", "kind", "item_id", name=op.f("pk_staff_limits")),
    )


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", ID, nullable=True),
        sa.CheckConstraint("role IN ('moderator', 'editor', 'auditor', 'admin')", name=op.f("ck_invitations_role")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_invitations_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )


def _identities() -> None:
    op.create_table(
        "identities",
        sa.Column("staff_id", ID, autoincrement=False, nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("bound_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_identities_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_identities")),
        sa.UniqueConstraint("issuer", "email", name=op.f("uq_identities_issuer_email")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identities_issuer_subject")),
    )


def downgrade() -> None:
    raise NotImplementedError("who is limited must not be let in everywhere by going back")
