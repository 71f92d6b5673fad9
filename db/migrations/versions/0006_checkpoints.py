"""Signed heads of the logs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY_SQLITE = """
CREATE TRIGGER checkpoints_no_{verb} BEFORE {verb} ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints is append-only'); END
"""
APPEND_ONLY_POSTGRESQL = """
CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION taliq_append_only()
"""


def upgrade() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("log_id", ID, autoincrement=False, nullable=False),
        sa.Column("size", ID, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["logs.id"], name=op.f("fk_checkpoints_log_id")),
        sa.PrimaryKeyConstraint("log_id", "size", name=op.f("pk_checkpoints")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(APPEND_ONLY_POSTGRESQL)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(APPEND_ONLY_SQLITE.format(verb=verb))


def downgrade() -> None:
    raise NotImplementedError("what left the machine as signed is kept")
