"""Bring a database to this version's shape, with Alembic and without its ini file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from db.engine import READ_ONLY

_FOLDER = Path(__file__).parent / "migrations"
# Any number will do; it only has to be the same for all processes that migrate one PostgreSQL database.
LOCK = 7_241_965


def config(connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def head() -> str | None:
    return ScriptDirectory.from_config(config()).get_current_head()


def upgrade(engine: Engine) -> None:
    """Apply what is missing, in one transaction; two processes that start at once take turns."""
    if is_current(engine):
        return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        command.upgrade(config(connection), "head")


def is_current(engine: Engine) -> bool:
    with engine.execution_options(**READ_ONLY).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head()
