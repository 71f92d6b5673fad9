"""On SQLite the references of what comes in by the thousand are checked at the commit (docs/decisions/0049)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from alembic import op
from sqlalchemy.exc import DatabaseError

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TABLES = ("comments", "search_texts", "scores", "decisions", "audit_events")
_REFERENCE = re.compile(r"REFERENCES \w+ \(\w+\)")
_LATE = " DEFERRABLE INITIALLY DEFERRED"
_READ = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
_WRITE = "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?"
_log = logging.getLogger(__name__)


def upgrade() -> None:
    _rewrite(lambda text: _REFERENCE.sub(rf"\g<0>{_LATE}", text))


def downgrade() -> None:
    _rewrite(lambda text: text.replace(_LATE, ""))


def _rewrite(change: Callable[[str], str]) -> None:
    """SQLite's own way to change what nothing stored depends on (lang_altertable.html, 7): no row is copied.

    A SQLite that is set up to refuse it leaves the references as they are: then the same goes in, only slower.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    version: int = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    try:
        for table in _TABLES:
            text = connection.exec_driver_sql(_READ, (table,)).scalar_one()
            connection.exec_driver_sql(_WRITE, (change(text), table))
        connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    except DatabaseError:
        _log.warning("SQLite refuses to change the descriptions of its tables; large imports will take a little longer")
    finally:
        connection.exec_driver_sql("PRAGMA writable_schema = OFF")
