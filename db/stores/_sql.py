"""What several stores share: an insert that tolerates what is there already, and chunks of bound parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, TableClause
from sqlalchemy.dialects import postgresql, sqlite

from db.wire import cursor_of, defer, flush, reported

T = TypeVar("T")
_CHUNK = 1_000


def insert_ignoring(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows whose keys are free. PostgreSQL says nothing true about their number: ask by selecting."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))


# Fewer rows travel with the next statement, which is cheaper than starting a COPY.
_COPY_FROM = 20


def insert_rows(
    connection: Connection,
    table: TableClause,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    ignore: bool = False,
) -> None:
    """Insert rows of values that the driver takes as they are (moments as milliseconds, words as plain text).

    The statement is built here and not by SQLAlchemy's compiler, which costs more than the database for rows of twenty
    columns; PostgreSQL takes many rows as a COPY, five times the speed of its inserts. Names come from the schema
    alone. With `ignore` rows whose keys are taken are left out.
    """
    if not rows:
        return
    names = ", ".join(table.c[name].name for name in columns)
    if connection.dialect.name == "postgresql":
        _insert_postgresql(connection, table, columns, rows, ignore=ignore)
        return
    suffix = " ON CONFLICT DO NOTHING" if ignore else ""
    text = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(columns))}){suffix}"  # noqa: S608
    with reported(connection, text):
        cursor_of(connection).executemany(text, rows)


def _insert_postgresql(
    connection: Connection, table: TableClause, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, ignore: bool
) -> None:
    names = ", ".join(columns)
    places = [f"${place}" for place in range(1, len(columns) + 1)]
    insert = f"INSERT INTO {table.name} ({names})"
    if ignore:
        # A COPY can leave out nothing. A list for each column, as their types say.
        lists = [
            f"{place}::{table.c[name].type.compile(connection.dialect)}[]"
            for place, name in zip(places, columns, strict=True)
        ]
        given = [list(values) for values in zip(*rows, strict=True)]
        text = f"{insert} SELECT * FROM unnest({', '.join(lists)}) ON CONFLICT DO NOTHING"  # noqa: S608
        return defer(connection, text, given)
    if len(rows) < _COPY_FROM:
        text = f"{insert} VALUES ({', '.join(places)})"
        for row in rows:
            defer(connection, text, row)
        return None
    flush(connection)
    cursor = cursor_of(connection)
    text = f"COPY {table.name} ({names}) FROM STDIN"
    with reported(connection, text), cursor.copy(text) as copy:
        for row in rows:
            copy.write_row(row)


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
