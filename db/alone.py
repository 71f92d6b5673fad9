"""What one process of a desk does at a time, whatever it is: nothing is stored of it, and it ends with the process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from db.turns import taken

# The first of the two numbers of a lock, beside the one number of `db.migrate`.
_SPACE = 7_461


@contextmanager
def alone(engine: Engine, name: str) -> Iterator[bool]:
    """Whether nobody else is at `name` on this database; for what the with-statement holds nobody else then is.

    On PostgreSQL by a lock of a transaction, so that it holds behind a pooler too; on SQLite by one on an empty file
    beside the database. Where there can be none it is always true.
    """
    if engine.dialect.name == "postgresql":
        with _by_transaction(engine, name) as free:
            yield free
        return
    database = engine.url.database
    if database in (None, "", ":memory:"):
        yield True
        return
    with _by_file(Path(f"{database}-{name}")) as free:
        yield free


@contextmanager
def _by_transaction(engine: Engine, name: str) -> Iterator[bool]:
    connection = engine.connect()
    try:
        # Signed, as PostgreSQL's integers are.
        number = crc32(name.encode()) - (1 << 31)
        ask = "SELECT pg_try_advisory_xact_lock(%s, %s)"
        free = bool(connection.exec_driver_sql(ask, (_SPACE, number)).scalar_one())
        if not free:
            # Nothing is held open while nothing is done.
            connection.rollback()
        yield free
    finally:
        # A server that ended the session meanwhile has let go of the lock.
        with suppress(DBAPIError):
            connection.close()


@contextmanager
def _by_file(path: Path) -> Iterator[bool]:
    try:
        # Other accounts than the one that made it need only read it to lock it.
        file = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError:
        yield True
        return
    try:
        yield taken(file)
    finally:
        os.close(file)
