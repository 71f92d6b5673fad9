"""What several stores share: an insert that tolerates what is there already, and chunks of bound parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Table, TableClause
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


_IGNORING = " ON CONFLICT DO NOTHING"
# Fewer rows travel with the next statement, which is cheaper than starting a COPY.
_COPY_FROM = 20
# With twenty columns two thousand values, of 32,766 that SQLite takes.
_AT_ONCE = 100


def insert_rows(
    connection: Connection,
    table: TableClause,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    ignore: bool = False,
    together: bool = False,
) -> None:
    """Insert rows of values that the driver takes as they are (moments as milliseconds, words as plain text).

    The statement is built here and not by SQLAlchemy's compiler, which costs more than the database for rows of twenty
    columns; PostgreSQL takes many rows as a COPY, five times the speed of its inserts. Names come from the schema
    alone. With `ignore` rows whose keys are taken are left out.

    `together`: SQLite takes a hundred in one statement, at two thirds of the cost. Of a statement that it might have to
    take back it keeps a copy of each page that is changed; so this is for tables whose references wait for the commit
    (`LATE` in the schema) or that have none, and of rows that do not go in those before them are there: whoever is
    told gives the transaction up, as every unit of work does.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _insert_postgresql(connection, table, tuple(columns), rows, ignore=ignore)
        return
    text = _insert_text(table, tuple(columns), "?", ignore=ignore)
    cursor = cursor_of(connection)
    whole = len(rows) // _AT_ONCE * _AT_ONCE if together else 0
    with reported(connection, text):
        for some in chunks(rows[:whole], _AT_ONCE):
            many = _insert_many_text(table, tuple(columns), ignore=ignore)
            cursor.execute(many, list(chain.from_iterable(some)))
        if whole < len(rows):
            cursor.executemany(text, rows[whole:])


def _insert_postgresql(
    connection: Connection,
    table: TableClause,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    ignore: bool,
) -> None:
    if ignore:
        given = [list(values) for values in zip(*rows, strict=True)]
        defer(connection, _insert_lists_text(table, columns, connection.dialect), given)
    elif len(rows) < _COPY_FROM:
        text = _insert_text(table, columns, "$", ignore=False)
        for row in rows:
            defer(connection, text, row)
    else:
        flush(connection)
        text = f"COPY {table.name} ({_listed(columns)}) FROM STDIN"
        with reported(connection, text), cursor_of(connection).copy(text) as copy:
            for row in rows:
                copy.write_row(row)


def _listed(names: Sequence[str]) -> str:
    """In quotes, since one may be a word of SQL."""
    return ", ".join(f'"{name}"' for name in names)


@cache
def _insert_text(table: TableClause, columns: tuple[str, ...], mark: str, *, ignore: bool) -> str:
    names = [table.c[name].name for name in columns]
    marks = [f"${place}" if mark == "$" else mark for place in range(1, len(names) + 1)]
    suffix = _IGNORING if ignore else ""
    return f"INSERT INTO {table.name} ({_listed(names)}) VALUES ({', '.join(marks)}){suffix}"  # noqa: S608  # nosec B608


@cache
def _insert_many_text(table: TableClause, columns: tuple[str, ...], *, ignore: bool) -> str:
    """SQLite's, for `_AT_ONCE` rows."""
    # What is left out needs no going back either.
    suffix = _IGNORING if ignore else ""
    one = _insert_text(table, columns, "?", ignore=False).replace("INSERT INTO", "INSERT OR FAIL INTO", 1)
    marks = f", ({', '.join('?' * len(columns))})"
    return one + marks * (_AT_ONCE - 1) + suffix


@cache
def _insert_lists_text(table: TableClause, columns: tuple[str, ...], dialect: Dialect) -> str:
    """A list for each column, of the column's type; a COPY could leave out no row."""
    types = [table.c[name].type.compile(dialect) for name in columns]
    lists = ", ".join(f"${place}::{of}[]" for place, of in enumerate(types, start=1))
    into = f"INSERT INTO {table.name} ({_listed(columns)})"
    return f"{into} SELECT * FROM unnest({lists}){_IGNORING}"  # noqa: S608  # nosec B608


def add_rows(
    connection: Connection,
    table: TableClause,
    keys: tuple[str, ...],
    counts: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    beside: tuple[str, ...] = (),
) -> None:
    """Add the counts to the rows of these keys, made where they are missing; no two of the given have the same keys.

    A row is its keys, what stands `beside` them when it is made, and the counts.
    """
    sums = ", ".join(f'"{name}" = {table.name}."{name}" + excluded."{name}"' for name in counts)
    _upsert(connection, table, keys, beside + counts, rows, sums)


def put_rows(
    connection: Connection,
    table: TableClause,
    keys: tuple[str, ...],
    values: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Give the rows of these keys these values, made where they are missing; no two of the given have the same keys."""
    given = ", ".join(f'"{name}" = excluded."{name}"' for name in values)
    _upsert(connection, table, keys, values, rows, given)


def _upsert(
    connection: Connection,
    table: TableClause,
    keys: tuple[str, ...],
    values: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    change: str,
) -> None:
    if not rows:
        return
    columns = keys + values
    suffix = f" ON CONFLICT ({_listed(keys)}) DO UPDATE SET {change}"  # nosec B608
    if connection.dialect.name == "postgresql":
        if len(rows) == 1:
            defer(connection, _insert_text(table, columns, "$", ignore=False) + suffix, rows[0])
            return
        text = _insert_lists_text(table, columns, connection.dialect).removesuffix(_IGNORING) + suffix
        defer(connection, text, [list(values) for values in zip(*rows, strict=True)])
        return
    text = _insert_text(table, columns, "?", ignore=False) + suffix
    with reported(connection, text):
        cursor_of(connection).executemany(text, rows)


def chunks(values: Sequence[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
