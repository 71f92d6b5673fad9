"""On SQLite the references of what comes in by the thousand are checked at the commit (docs/decisions/0049)."""

from __future__ import annotations

import re
from collections.abc import Callable

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TABLES = ("comments", "search_texts", "scores", "decisions", "audit_events")
_REFERENCE = re.compile(r"REFERENCES \w+ \(\w+\)")
_LATE = " DEFERRABLE INITIALLY DEFERRED"


def upgrade() -> None:
    _rewrite(lambda text: _REFERENCE.sub(rf"\g<0>{_LATE}", text))


def downgrade() -> None:
    _rewrite(lambda text: text.replace(_LATE, ""))


def _rewrite(change: Callable[[str], str]) -> None:
    """SQLite's own way to change what nothing stored depends on (lang_altertable.html, 7): no row is copied."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    version: int = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table in _TABLES:
        which = "type = 'table' AND name = ?"
        found = connection.exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE {which}", (table,))  # noqa: S608
        text = change(found.scalar_one())
        connection.exec_driver_sql(f"UPDATE sqlite_master SET sql = ? WHERE {which}", (text, table))  # noqa: S608
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
