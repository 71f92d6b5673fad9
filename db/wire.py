"""How statements reach the database's driver: one by one on SQLite, on PostgreSQL several in one round trip.

A round trip to PostgreSQL costs more than most statements of ours. What nobody waits for is therefore kept and sent
along with the next statement, or with the commit, in the driver's pipeline mode; the order stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError


def cursor_of(connection: Connection) -> Any:
    """The one cursor of a driver's connection; what it finds is fetched at once, so that nobody is in its way."""
    cursor = connection.info.get("cursor")
    if cursor is None:
        cursor = connection.info["cursor"] = connection.connection.cursor()
    return cursor


def send(connection: Connection, text: str, values: Any) -> Any:
    """The cursor that holds what came of it."""
    cursor = cursor_of(connection)
    if connection.dialect.name != "postgresql":
        return cursor.execute(text, values)
    raw = cursor.connection
    kept = connection.info.get("kept")
    if not kept and raw.info.transaction_status != TransactionStatus.IDLE:
        return cursor.execute(text, values)
    # The first statement's BEGIN travels with it.
    with raw.pipeline():
        _send_kept(connection, raw)
        cursor.execute(text, values)
    return cursor


def defer(connection: Connection, text: str, values: Any) -> None:
    if connection.dialect.name == "postgresql":
        connection.info.setdefault("kept", []).append((text, values))
        return
    with reported(connection, text):
        cursor_of(connection).execute(text, values)


def _send_kept(connection: Connection, raw: Any) -> None:
    kept = connection.info.pop("kept", ())
    for text, values in kept:
        raw.cursor().execute(text, values)


def attend(engine: Engine) -> None:
    """See that what is kept goes before anything that SQLAlchemy sends itself, and with the commit."""

    @event.listens_for(engine, "before_cursor_execute")
    def _before(connection: Connection, *_: object) -> None:
        flush(connection)

    @event.listens_for(engine, "commit")
    def _commit(connection: Connection) -> None:
        flush(connection, commit=True)

    @event.listens_for(engine, "rollback")
    def _rollback(connection: Connection) -> None:
        if not connection.invalidated:
            connection.info.pop("kept", None)


def flush(connection: Connection, *, commit: bool = False) -> None:
    if not connection.info.get("kept"):
        return
    raw = cursor_of(connection).connection
    with reported(connection, "COMMIT" if commit else "kept statements"), raw.pipeline():
        _send_kept(connection, raw)
        if commit:
            raw.commit()


@contextmanager
def reported(connection: Connection, statement: str) -> Iterator[None]:
    """What the driver raises outside SQLAlchemy, as SQLAlchemy would have raised it."""
    dialect = connection.dialect
    driver = dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
        if lost:
            connection.invalidate(error)
        kind = IntegrityError if isinstance(error, driver.IntegrityError) else DBAPIError
        raise kind(statement, None, error, connection_invalidated=lost) from error
