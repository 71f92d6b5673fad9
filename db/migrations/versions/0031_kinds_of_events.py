"""Indexes of what the log is asked for: a kind of event, and decisions against comments with their reasons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

INDICES = (
    ("ix_audit_events_type", "audit_events", ("log_id", "type", "position"), "type != 'comment:submitted'"),
    (
        "ix_decisions_adverse",
        "decisions",
        ("site_id", "position", "outcome", "reasons"),
        "outcome != 'approve' OR reasons != ''",
    ),
)


def upgrade() -> None:
    for name, table, columns, condition in INDICES:
        which = sa.text(condition)
        op.create_index(op.f(name), table, list(columns), sqlite_where=which, postgresql_where=which)


def downgrade() -> None:
    for name, table, _, _ in INDICES:
        op.drop_index(name, table_name=table)
