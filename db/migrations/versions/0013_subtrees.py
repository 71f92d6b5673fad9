"""With each event the largest perfect subtree that ends with it, in place of the log's root after it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.tree import Frontier

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BATCH = 5_000
REFUSE_SQLITE = """
CREATE TRIGGER audit_events_no_UPDATE BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END
"""
_PAGE = sa.text(
    "SELECT position, leaf, subtree FROM audit_events WHERE log_id = :log AND position > :after "
    "ORDER BY position LIMIT :many"
)
_CHANGE_SQLITE = "UPDATE audit_events SET subtree = ? WHERE log_id = ? AND position = ?"
_CHANGE_POSTGRESQL = sa.text(
    "UPDATE audit_events SET subtree = changed.subtree "
    "FROM unnest(CAST(:positions AS bigint[]), CAST(:subtrees AS bytea[])) AS changed (position, subtree) "
    "WHERE audit_events.log_id = :log AND audit_events.position = changed.position"
)


def upgrade() -> None:
    connection = op.get_bind()
    postgresql = connection.dialect.name == "postgresql"
    # Only what refuses a change, and only until the end of this transaction.
    op.execute("ALTER TABLE audit_events DISABLE TRIGGER USER" if postgresql else "DROP TRIGGER audit_events_no_UPDATE")
    op.execute("ALTER TABLE audit_events RENAME COLUMN root TO subtree")
    for (log_id,) in connection.execute(sa.text("SELECT id FROM logs ORDER BY id")).all():
        _rewrite(connection, log_id)
    op.execute("ALTER TABLE audit_events ENABLE TRIGGER USER" if postgresql else REFUSE_SQLITE)


def _rewrite(connection: sa.Connection, log_id: int) -> None:
    """A root that was not the log's stays as it is, so that a check names the event that it named before."""
    tree = Frontier()
    after = -(2**62)
    while rows := connection.execute(_PAGE, {"log": log_id, "after": after, "many": _BATCH}).all():
        changed = []
        for position, leaf, root in rows:
            subtree = tree.append(bytes(leaf))
            if tree.root() == bytes(root):
                changed.append((position, subtree))
        _store(connection, log_id, changed)
        after = rows[-1][0]


def _store(connection: sa.Connection, log_id: int, changed: list[tuple[int, bytes]]) -> None:
    if not changed:
        return
    if connection.dialect.name == "postgresql":
        positions, subtrees = (list(values) for values in zip(*changed, strict=True))
        connection.execute(_CHANGE_POSTGRESQL, {"log": log_id, "positions": positions, "subtrees": subtrees})
    else:
        connection.exec_driver_sql(_CHANGE_SQLITE, [(subtree, log_id, position) for position, subtree in changed])


def downgrade() -> None:
    raise NotImplementedError("the log is kept as it is")
