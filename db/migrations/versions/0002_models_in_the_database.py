"""Models in the database: the registry, what judges, what a model in the shadow says; the overall score."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LABELS = ("toxic", "insult", "hate", "threat", "obscene", "spam")
APPEND_ONLY = ("models", "model_files", "model_uses")

REFUSE_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
REFUSE_POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION taliq_append_only()
"""


def upgrade() -> None:
    _registry()
    _shadow_scores()
    _overall_score()
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in APPEND_ONLY:
        if postgresql:
            op.execute(REFUSE_POSTGRESQL.format(table=table))
            continue
        for verb in ("UPDATE", "DELETE"):
            op.execute(REFUSE_SQLITE.format(table=table, verb=verb))


def _registry() -> None:
    op.create_table(
        "models",
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_models")),
    )
    op.create_table(
        "model_files",
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["models.version"], name=op.f("fk_model_files_version")),
        sa.PrimaryKeyConstraint("version", "name", name=op.f("pk_model_files")),
    )
    op.create_table(
        "model_uses",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("live", sa.String(length=100), nullable=True),
        sa.Column("shadow", sa.String(length=100), nullable=True),
        sa.Column("used_by", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["live"], ["models.version"], name=op.f("fk_model_uses_live")),
        sa.ForeignKeyConstraint(["shadow"], ["models.version"], name=op.f("fk_model_uses_shadow")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_model_uses")),
    )


def _shadow_scores() -> None:
    op.create_table(
        "shadow_scores",
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("comment_id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        *[sa.Column(label, sa.Float(), nullable=False) for label in LABELS],
        sa.Column("reject", sa.Float(), nullable=False),
        sa.Column("live_outcome", sa.String(length=16), nullable=False),
        sa.Column("shadow_outcome", sa.String(length=16), nullable=False),
        sa.Column("scored_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("live_outcome IN ('approve', 'hold', 'reject')", name=op.f("ck_shadow_scores_live_outcome")),
        sa.CheckConstraint(
            "shadow_outcome IN ('approve', 'hold', 'reject')", name=op.f("ck_shadow_scores_shadow_outcome")
        ),
        sa.ForeignKeyConstraint(["model"], ["models.version"], name=op.f("fk_shadow_scores_model")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_shadow_scores_comment_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_shadow_scores_site_id")),
        sa.PrimaryKeyConstraint("model", "comment_id", "revision", name=op.f("pk_shadow_scores")),
    )


def _overall_score() -> None:
    """Scores given before there was an overall figure count as their highest class."""
    op.add_column("scores", sa.Column("reject", sa.Float(), nullable=True))
    highest = "max" if op.get_bind().dialect.name == "sqlite" else "greatest"
    op.execute(f"UPDATE scores SET reject = {highest}({', '.join(LABELS)})")  # noqa: S608 -- names from this file  # nosec B608
    with op.batch_alter_table("scores") as scores:
        scores.alter_column("reject", existing_type=sa.Float(), nullable=False)


def downgrade() -> None:
    raise NotImplementedError("the registry is not taken back: the log names its models")
