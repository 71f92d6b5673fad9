"""Other orders of the queue, watch-lists, second opinions, editors' picks, notes at a shift's end, blurred words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OVERALL = """
UPDATE queue SET reject = (
    SELECT s.reject FROM scores s JOIN comments c ON c.id = s.comment_id AND c.revision = s.revision
    WHERE s.comment_id = queue.comment_id)
"""


# What revision 0003 made for a day, before the index was written by the store and held comments had one each.
OLD_TRIGGERS = ("search_texts_added", "search_texts_removed", "search_texts_changed")


def upgrade() -> None:
    _search_as_it_is_now()
    _orders()
    _watches()
    _opinions()
    _handovers()
    _picks()
    op.add_column("staff", sa.Column("blurs", sa.Boolean(), nullable=False, server_default=sa.false()))


def _search_as_it_is_now() -> None:
    """Nothing to do for a database that came to 0003 as it reads today."""
    if op.get_bind().dialect.name == "sqlite":
        for name in OLD_TRIGGERS:
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.execute("DROP INDEX IF EXISTS ix_comments_withheld")
    for status in ("pending", "rejected"):
        op.execute(
            f"CREATE INDEX IF NOT EXISTS ix_comments_{status} ON comments (site_id, id) WHERE status = '{status}'"
        )


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_handovers_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_site"), "handovers", ["site_id", "id"])


def _picks() -> None:
    op.create_table(
        "picks",
        sa.Column("comment_id", ID, autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("picked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_picks_comment_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_picks_site_id")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_picks_article_id")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_picks")),
    )
    op.create_index(op.f("ix_picks_article"), "picks", ["article_id", "picked_at"])


def _orders() -> None:
    # With a default only while there are rows without one: every insert gives both.
    for name in ("reject", "doubt"):
        op.add_column("queue", sa.Column(name, sa.Float(), nullable=False, server_default="0"))
    op.execute(OVERALL)
    op.execute("UPDATE queue SET doubt = abs(reject - 0.5)")
    for name, columns in (("arrived", []), ("reject", ["reject"]), ("doubt", ["doubt"])):
        _partial(f"ix_queue_{name}", "queue", ["site_id", *columns, "comment_id"], "claimed_by IS NULL")


def _watches() -> None:
    op.create_table(
        "watches",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.CheckConstraint("kind IN ('article', 'section')", name=op.f("ck_watches_kind")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_watches_staff_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_watches_site_id")),
        sa.PrimaryKeyConstraint("staff_id", "kind", "item_id", name=op.f("pk_watches")),
    )


def _opinions() -> None:
    op.create_table(
        "opinions",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", ID, nullable=True),
        sa.CheckConstraint("outcome IN ('approve', 'hold', 'reject')", name=op.f("ck_opinions_outcome")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_opinions_site_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_opinions_comment_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_opinions_staff_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["decisions.id"], name=op.f("fk_opinions_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinions")),
    )
    for name, column in (("open", "comment_id"), ("staff", "staff_id")):
        _partial(f"ix_opinions_{name}", "opinions", [column], "withdrawn_at IS NULL AND settled_by IS NULL")
    _partial("ix_opinions_settled", "opinions", ["settled_by"], "settled_by IS NOT NULL")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(op.f(name), table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    raise NotImplementedError("opinions are not taken back: the log names them")
