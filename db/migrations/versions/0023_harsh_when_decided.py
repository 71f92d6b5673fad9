"""A person's decision keeps whether its text was harsh by then, and shifts are read of an index alone.

Earlier decisions keep none: of these it is looked up, as before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# A person's words within a decision may go, and nothing else of it may change (0010).
WORDS_GO = "NEW.note IN (OLD.note, '') AND NEW.message IN (OLD.message, '')"
FIXED = (
    "id", "site_id", "comment_id", "comment_version", "outcome", "causes", "reasons", "detail", "actor", "staff_id",
    "review", "inputs", "status_before", "status_after", "waited_ms", "undoes", "batch_id", "position", "decided_at",
)  # fmt: skip
BEFORE = ("staff_id", "decided_at")
SINCE = ("staff_id", "decided_at", "site_id", "outcome", "harsh", "undoes", "comment_id", "id")


def upgrade() -> None:
    op.add_column("decisions", sa.Column("harsh", sa.Boolean(), nullable=True))
    _index(SINCE)
    _allow_words_to_go((*FIXED, "harsh"))


def downgrade() -> None:
    _index(BEFORE)
    _allow_words_to_go(FIXED)
    op.drop_column("decisions", "harsh")


def _index(columns: tuple[str, ...]) -> None:
    op.drop_index("ix_decisions_person", table_name="decisions")
    where = sa.text("staff_id IS NOT NULL")
    op.create_index(op.f("ix_decisions_person"), "decisions", list(columns), sqlite_where=where, postgresql_where=where)


def _allow_words_to_go(fixed: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in fixed)
        op.execute("DROP TRIGGER decisions_no_update ON decisions")
        op.execute(
            "CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions FOR EACH ROW "
            f"WHEN (NOT ({WORDS_GO} AND {same})) EXECUTE FUNCTION taliq_append_only()"
        )
        return
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in fixed)
    op.execute("DROP TRIGGER decisions_no_UPDATE")
    op.execute(
        f"CREATE TRIGGER decisions_no_UPDATE BEFORE UPDATE ON decisions WHEN NOT ({WORDS_GO} AND {same}) "
        "BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END"
    )
