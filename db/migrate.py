"""Bring a database to this version's shape, with Alembic and without its ini file.

Alembic is loaded once something is to be brought: with its migrations it is a quarter of a command's start.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, column, inspect, select, table

from db.engine import READ_ONLY
from db.schema import logs, metadata
from moderation.errors import Conflict

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"
# Alembic's own, of one row.
_VERSION = table("alembic_version", column("version_num"))
# Any number will do; it only has to be the same for all processes that migrate one PostgreSQL database.
LOCK = 7_241_965


def config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


@cache
def head() -> str:
    """This version's revision: the files of `migrations/versions` begin with theirs, and the last is the newest."""
    return max(_revisions())


def _revisions() -> set[str]:
    return {file.name.partition("_")[0] for file in (_FOLDER / "versions").glob("[0-9]*_*.py")}


def revision_of(connection: Connection) -> str | None:
    """None where no migration was ever applied."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()


def knows(revision: str | None) -> bool:
    """Whether it is one of this version's; nothing at all is where each begins."""
    return revision is None or revision in _revisions()


def bring(connection: Connection, revision: str) -> None:
    """Apply what is missing up to this revision, in this transaction."""
    from alembic import command

    command.upgrade(config(connection), revision)


def upgrade(engine: Engine) -> None:
    """Apply what is missing, in one transaction; two processes that start at once take turns.

    Conflict(what="database_newer") where a later version made it, "database_foreign" where another program did.
    """
    if is_current(engine):
        return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        revision = revision_of(connection)
        if _is_foreign(connection, revision):
            raise Conflict(what="database_foreign")
        if not knows(revision):
            raise Conflict(what="database_newer")
        bring(connection, "head")


def _is_foreign(connection: Connection, revision: str | None) -> bool:
    """Tables of ours without a revision, or another program's revision without a log of ours: nothing is touched."""
    names = set(inspect(connection).get_table_names())
    if revision is None:
        return not names.isdisjoint(metadata.tables)
    return not knows(revision) and logs.name not in names


def is_begun(engine: Engine) -> bool:
    """Whether any version of Taliq has made this database."""
    with engine.execution_options(**READ_ONLY).connect() as connection:
        return revision_of(connection) is not None


def is_current(engine: Engine) -> bool:
    with engine.execution_options(**READ_ONLY).connect() as connection:
        return revision_of(connection) == head()
