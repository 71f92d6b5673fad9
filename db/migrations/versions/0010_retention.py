"""Periods after which data goes, and the words of a person within a decision, which may go as the decision stays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = (
    "rejected_texts",
    "earlier_versions",
    "report_notes",
    "reporters",
    "appeal_texts",
    "decision_notes",
    "commenter_notes",
    "quiet_commenters",
    "handovers",
    "sign_ins",
)
# All of a decision but its note and its message.
FIXED = (
    "id",
    "site_id",
    "comment_id",
    "comment_version",
    "outcome",
    "causes",
    "reasons",
    "detail",
    "actor",
    "staff_id",
    "review",
    "inputs",
    "status_before",
    "status_after",
    "waited_ms",
    "undoes",
    "batch_id",
    "position",
    "decided_at",
)
WORDS_GO = "NEW.note IN (OLD.note, '') AND NEW.message IN (OLD.message, '')"


def upgrade() -> None:
    listed = ", ".join(f"'{kind}'" for kind in KINDS)
    op.create_table(
        "retention",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"kind IN ({listed})", name=op.f("ck_retention_kind")),
        sa.CheckConstraint("days >= 0", name=op.f("ck_retention_days")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention")),
    )
    where = sa.text("note != '' OR message != ''")
    op.create_index(
        op.f("ix_decisions_words"),
        "decisions",
        ["site_id", "decided_at"],
        sqlite_where=where,
        postgresql_where=where,
    )
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
    else:
        _on_sqlite()


def _on_sqlite() -> None:
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in FIXED)
    op.execute("DROP TRIGGER decisions_no_UPDATE")
    op.execute(
        f"CREATE TRIGGER decisions_no_UPDATE BEFORE UPDATE ON decisions WHEN NOT ({WORDS_GO} AND {same}) "
        "BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END"
    )


def _on_postgresql() -> None:
    same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in FIXED)
    op.execute("DROP TRIGGER decisions_append_only ON decisions")
    op.execute(
        "CREATE TRIGGER decisions_append_only BEFORE DELETE OR TRUNCATE ON decisions "
        "FOR EACH STATEMENT EXECUTE FUNCTION taliq_append_only()"
    )
    op.execute(
        "CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions FOR EACH ROW "
        f"WHEN (NOT ({WORDS_GO} AND {same})) EXECUTE FUNCTION taliq_append_only()"
    )


def downgrade() -> None:
    raise NotImplementedError("what has gone does not come back")
