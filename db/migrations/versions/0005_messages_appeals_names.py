"""Messages to commenters with decisions, appeals, commenters found by name, notes about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from moderation.text.normalise import folded

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 2_000


def upgrade() -> None:
    # With a default only for the rows that there are: every insert gives the value.
    op.add_column("decisions", sa.Column("message", sa.Text(), nullable=False, server_default=""))
    op.add_column("commenters", sa.Column("folded", sa.Text(), nullable=False, server_default=""))
    _fold_names()
    op.create_index(op.f("ix_commenters_folded"), "commenters", ["site_id", "folded", "id"])
    _appeals()
    _notes()


def _fold_names() -> None:
    connection = op.get_bind()
    page = sa.text("SELECT id, name FROM commenters WHERE id > :after ORDER BY id LIMIT :most")
    after = 0
    while rows := connection.execute(page, {"after": after, "most": BATCH}).all():
        connection.execute(
            sa.text("UPDATE commenters SET folded = :folded WHERE id = :id"),
            [{"id": row.id, "folded": folded(row.name)} for row in rows],
        )
        after = rows[-1].id


def _appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("against", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_appeals_site_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_appeals_comment_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id")),
        sa.ForeignKeyConstraint(["against"], ["staff.id"], name=op.f("fk_appeals_against")),
        sa.ForeignKeyConstraint(["settled_by"], ["decisions.id"], name=op.f("fk_appeals_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeals_decision_id")),
    )
    op.create_index(op.f("ix_appeals_comment"), "appeals", ["comment_id", "id"])
    op.create_index(op.f("ix_appeals_site"), "appeals", ["site_id", "opened_at"])
    where = sa.text("settled_by IS NOT NULL")
    op.create_index(op.f("ix_appeals_settled"), "appeals", ["settled_by"], sqlite_where=where, postgresql_where=where)


def _notes() -> None:
    op.create_table(
        "commenter_notes",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("commenter_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_commenter_notes_site_id")),
        sa.ForeignKeyConstraint(["commenter_id"], ["commenters.id"], name=op.f("fk_commenter_notes_commenter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commenter_notes")),
    )
    op.create_index(op.f("ix_commenter_notes_commenter"), "commenter_notes", ["commenter_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("appeals and messages are not taken back: the log names them")
