"""The folded texts by which comments are found, and on SQLite the FTS5 index beside them.

Not kept by triggers, which FTS5 answers one by one: a thousand rows at once cost a quarter of that.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    column,
    delete,
    insert,
    literal_column,
    select,
    table,
    update,
)

from db.schema import search_texts
from db.stores._prepared import Prepared
from db.stores._sql import insert_rows

# SQLAlchemy knows no virtual tables: this one has an id, a text, and a column of its own name that takes orders.
INDEX = table("search_index", column("search_index"), column("rowid"), column("folded"))

_FOLDED = Prepared(select(search_texts.c.folded).where(search_texts.c.comment_id == bindparam("id")))


def add(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Rows of (comment id, folded text)."""
    insert_rows(connection, search_texts, ("comment_id", "folded"), rows)
    if _on_sqlite(connection):
        insert_rows(connection, INDEX, ("rowid", "folded"), rows)


def change(connection: Connection, comment_id: int, folded: str) -> None:
    _forget(connection, comment_id)
    connection.execute(update(search_texts).where(search_texts.c.comment_id == comment_id).values(folded=folded))
    if _on_sqlite(connection):
        connection.execute(insert(INDEX).values(rowid=comment_id, folded=folded))


def remove(connection: Connection, comment_id: int) -> None:
    _forget(connection, comment_id)
    connection.execute(delete(search_texts).where(search_texts.c.comment_id == comment_id))


def rebuild(connection: Connection) -> None:
    """Make the index of what the table holds; nothing to do on PostgreSQL, whose index is part of the table."""
    if _on_sqlite(connection):
        connection.execute(insert(INDEX).values(search_index=literal_column("'rebuild'")))


def _on_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _forget(connection: Connection, comment_id: int) -> None:
    """FTS5 must be told the text that it is to forget."""
    if not _on_sqlite(connection):
        return
    row = _FOLDED.first(connection, id=comment_id)
    if row is not None:
        order: ColumnElement[str] = literal_column("'delete'")
        connection.execute(insert(INDEX).values(search_index=order, rowid=comment_id, folded=row.folded))
